"""Random schools, windows and amendments, close together in time so that bounds meet; and the small world of the examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.gate.windows import Amendment, Bound, Limits, Rules, SchoolFacts, Source, Window, WindowKind
from app.profiles import Place, Profile, Visitor
from app.schoolyear import SCHOOL_ZONES
from tests.gate import naive

LEVELS = ("6e", "5e")
#: Class ids by school: two of each level, and one level without any.
CLASSES = {school: {school * 10 + 1: "6e", school * 10 + 2: "6e", school * 10 + 3: "5e"} for school in (1, 2)}
#: Around the autumn change of the clocks in Paris (25 October) and, an hour earlier in the night, in Miquelon (1 November).
FIRST = date(2026, 10, 23)
MICROSECOND = timedelta(microseconds=1)

days = st.integers(0, 11).map(lambda n: FIRST + timedelta(days=n))
hours = st.sampled_from((0, 6, 8, 12, 22, 23))
instants = st.builds(
    lambda day, hour, off: datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + off * MICROSECOND,
    days,
    hours,
    st.sampled_from((0, 0, 0, 1)),
)
bounds = st.one_of(days.map(lambda d: Bound(day=d)), instants.map(lambda i: Bound(instant=i)))
profile_sets = st.sets(st.sampled_from([Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER]), min_size=1).map(frozenset)
limits = st.builds(
    Limits,
    earliest_start=st.none() | days,
    latest_start=st.none() | days,
    earliest_end=st.none() | days,
    latest_end=st.none() | days,
)


@st.composite
def amendments(draw: st.DrawFn, number: int, window_id: int) -> Amendment:
    school = draw(st.sampled_from((1, 2)))
    scope = draw(st.sampled_from(("school", "level", "class")))
    return Amendment(
        id=number,
        window_id=window_id,
        school_id=school,
        level=draw(st.sampled_from(LEVELS)) if scope == "level" else None,
        class_id=draw(st.sampled_from(sorted(CLASSES[school]))) if scope == "class" else None,
        start=draw(st.none() | bounds),
        end=draw(st.none() | bounds),
        message=draw(st.none() | st.just(f"amendment {number}")),
        by_operator=draw(st.booleans()),
    )


@st.composite
def windows(draw: st.DrawFn, number: int) -> Window:
    kind = draw(st.sampled_from(WindowKind))
    maintenance = kind == WindowKind.MAINTENANCE
    count = draw(st.integers(0, 3))
    return Window(
        id=number,
        kind=kind,
        school_id=draw(st.sampled_from((None, None, 1, 2))),
        profiles=frozenset() if maintenance else draw(profile_sets),
        start=draw(bounds),
        end=draw(st.none() | bounds) if maintenance else draw(bounds),
        message=f"window {number}",
        source=draw(st.sampled_from([s for s in Source if not (maintenance and s == Source.SCHOOL)])),
        limits=draw(st.just(Limits()) | limits),
        holds=draw(st.booleans()) and maintenance,
        next_news=draw(st.none() | instants) if maintenance else None,
        ended_at=draw(st.none() | st.none() | instants),
        grace=draw(st.sampled_from((0, 120))),
        amendments=tuple(draw(amendments(number * 10 + k, number)) for k in range(count)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Rules:
    """One or two schools in different zones, up to four windows."""
    zones = draw(st.lists(st.sampled_from(sorted(SCHOOL_ZONES)), min_size=2, max_size=2))
    return Rules(
        schools=tuple(SchoolFacts(id=n, zone=zone, class_levels=CLASSES[n]) for n, zone in enumerate(zones, 1)),
        windows=tuple(draw(windows(n)) for n in range(1, draw(st.integers(0, 4)) + 1)),
        schools_may_amend=draw(st.booleans()),
        new_year=2026,
        first_days=draw(st.dictionaries(st.sampled_from((1, 2)), days)),
        last_days=draw(st.dictionaries(st.sampled_from((1, 2)), days)),
        grids_published=frozenset(draw(st.sets(st.sampled_from((1, 2)), max_size=1))),
    )


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Somebody in a school: with both, one or none of level and class, sometimes a class of another level."""
    school = draw(st.sampled_from((1, 2)))
    return Place(
        school_id=school,
        profile=draw(st.sampled_from([Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER, Profile.GUEST])),
        level=draw(st.sampled_from((None, *LEVELS, "4e"))),
        class_id=draw(st.sampled_from((None, 999, *CLASSES[school]))),
    )


visitors = st.lists(places(), min_size=1, max_size=3).map(lambda found: Visitor(person_id=1, places=tuple(found)))


def moments(rules: Rules, *found: Place) -> st.SearchStrategy[datetime]:
    """Instants worth asking about: every bound at these places, a microsecond beside it, and any other."""
    edges = {moment for place in found for span in naive.spans_of(rules, place) for moment in edges_of(span)}
    beside = [edge + off * MICROSECOND for edge in sorted(edges) for off in (-1, 0, 1)]
    return st.sampled_from(beside) | instants if beside else instants


def edges_of(span: naive.Span) -> set[datetime]:
    all_of_them = {span.start, span.own_start, span.end, span.announced, span.window.next_news, span.window.ended_at}
    return {moment for moment in all_of_them if moment is not None and moment != naive.FAR}


# The small world of the examples -------------------------------------------------------------------------------------


def paris(day: str, hour: str = "00:00") -> datetime:
    """The instant of a wall hour in Paris; in summer UTC is two hours behind."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


def day(text: str) -> Bound:
    return Bound(day=date.fromisoformat(text))


def at(moment: datetime) -> Bound:
    return Bound(instant=moment)


def families(**over: object) -> Window:
    """Closed to pupils and guardians from 20 to 31 August 2026 inclusive."""
    facts: dict[str, object] = {
        "id": 1,
        "kind": WindowKind.PROFILES,
        "profiles": frozenset({Profile.STUDENT, Profile.GUARDIAN}),
        "start": day("2026-08-20"),
        "end": day("2026-08-31"),
    }
    return Window(**{**facts, **over})  # type: ignore[arg-type]


def maintenance(**over: object) -> Window:
    """15 July 2026 20:00 to 18 July 8:00 in Paris."""
    facts: dict[str, object] = {
        "id": 2,
        "kind": WindowKind.MAINTENANCE,
        "start": at(paris("2026-07-15", "20:00")),
        "end": at(paris("2026-07-18", "08:00")),
    }
    return Window(**{**facts, **over})  # type: ignore[arg-type]


def summer(*found: Window, **over: object) -> Rules:
    """School 1 in Paris with classes 11 and 12 (6e) and 13 (5e), school 2 in La Réunion; first day 1 September 2026."""
    facts: dict[str, object] = {
        "schools": (
            SchoolFacts(id=1, zone="Europe/Paris", class_levels=CLASSES[1]),
            SchoolFacts(id=2, zone="Indian/Reunion", class_levels=CLASSES[2]),
        ),
        "windows": found,
        "schools_may_amend": True,
        "new_year": 2026,
        "first_days": {1: date(2026, 9, 1), 2: date(2026, 8, 18)},
        "last_days": {1: date(2026, 7, 4), 2: date(2026, 7, 3)},
    }
    return Rules(**{**facts, **over})  # type: ignore[arg-type]


def guardian(school: int = 1, level: str | None = None, class_id: int | None = None) -> Place:
    return Place(school_id=school, profile=Profile.GUARDIAN, level=level, class_id=class_id)


def teacher(school: int = 1) -> Place:
    return Place(school_id=school, profile=Profile.TEACHER)


def person(*found: Place, roles: frozenset = frozenset()) -> Visitor:
    return Visitor(person_id=1, places=found, roles=roles)
