"""Searching the directory. A page costs a fixed number of queries and never counts everybody (PORTAL-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from app.accounts.models import Account
from app.accounts.people.queries import ACCOUNT_STATES as ACCOUNT_STATES
from app.accounts.people.queries import account_state
from app.accounts.search.sight import SOURCES, WORKING, Pupils, Sight, after_prefix
from app.db import db
from app.directory.models import Affiliation, ClassMembership, PersonFunction, SchoolClass, SchoolYear
from app.directory.models import Person as Person
from app.directory.models import School as School
from app.directory.names import folded, name_of
from app.errors import NotFound
from app.profiles import Profile

#: People on one page.
PAGE = 40

After = tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Somebody in a list: ``what`` are (school, profile, function) lines of the schools that may be seen."""

    id: int
    name: str
    search_name: str
    what: tuple[tuple[str, Profile, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownClasses:
    """The classes that a visitor may know of: years by school for those who work there, numbers for a pupil's own."""

    years: dict[int, frozenset[int]]
    own: frozenset[int] = frozenset()


def _visible(sights: Iterable[Sight], known: KnownClasses) -> ColumnElement[bool]:
    """The people whom one of ``sights`` lets find."""
    parts: list[ColumnElement[bool]] = []
    for sight in sights:
        profiles = sight.profiles | ({Profile.STUDENT} if sight.pupils == Pupils.ALL else set())
        held = select(Affiliation.person_id).where(
            Affiliation.school_id == sight.school_id, Affiliation.profile.in_(sorted(profiles))
        )
        parts.append(Person.id.in_(held))
        if sight.pupils in (Pupils.OWN_CLASS, Pupils.KNOWN_CLASSES):
            pupils = (
                select(ClassMembership.person_id)
                .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
                .where(ClassMembership.role == "student", SchoolClass.school_id == sight.school_id)
            )
            if sight.pupils == Pupils.OWN_CLASS:
                pupils = pupils.where(SchoolClass.id.in_(known.own))
            else:
                pupils = pupils.where(SchoolClass.year_id.in_(known.years.get(sight.school_id, frozenset())))
            parts.append(Person.id.in_(pupils))
    return or_(*parts) if parts else false()


def _living(sights: Collection[Sight]) -> ColumnElement[bool]:
    """Whoever has died is found by those only who keep a directory."""
    return Person.died_on.is_(None) if not any(sight.pupils == Pupils.ALL for sight in sights) else Person.id > 0


def find(
    sights: Collection[Sight],
    known: KnownClasses,
    text: str,
    *,
    profile: Profile | None = None,
    function: str = "",
    after: After | None = None,
) -> tuple[list[Found], bool]:
    """A page of people of one's own schools, by name, and whether more follow; three queries.

    ``text``: each of its words begins a word of the name. ``after``: the last person's search name and number.
    """
    query = select(Person).where(_visible(sights, known), _living(sights))
    schools = [sight.school_id for sight in sights]
    words = folded(text).split()
    if text.strip() and not words:
        return [], False
    if words:
        query = query.where(_every_word(words))
    if profile is not None:
        held = select(Affiliation.person_id).where(Affiliation.school_id.in_(schools), Affiliation.profile == profile)
        query = query.where(Person.id.in_(held))
    if function:
        query = query.where(Person.id.in_(_doing(function, "", schools)))
    return _page(query, after, {sight.school_id: _told(sight) for sight in sights})


def _told(sight: Sight) -> frozenset[Profile]:
    return sight.profiles | ({Profile.STUDENT} if sight.pupils != Pupils.NONE else set())


def search_everywhere(
    own: Collection[int] | None,
    text: str,
    *,
    profile: Profile | None = None,
    function: str = "",
    discipline: str = "",
    class_name: str = "",
    school_id: int | None = None,
    after: After | None = None,
) -> tuple[list[Found], bool]:
    """The advanced search, in all schools: everybody of ``own`` (None: of all), elsewhere only those who work there (KIN-4).

    A name or a school is needed; otherwise nothing is found. The name is looked up by its beginning in the index.
    """
    words = folded(text).split()
    if not words and school_id is None:
        return [], False
    query = select(Person)
    if words:
        begins = [and_(Person.search_name >= word, Person.search_name < after_prefix(word)) for word in words]
        query = query.where(_every_word(words) if school_id is not None else and_(or_(*begins), _every_word(words)))
    held = select(Affiliation.id).where(Affiliation.person_id == Person.id)
    if own is not None:
        held = held.where(or_(Affiliation.school_id.in_(own), Affiliation.profile.in_(sorted(WORKING))))
    if profile is not None:
        held = held.where(Affiliation.profile == profile)
    if school_id is not None:
        within = select(Affiliation.person_id).where(Affiliation.school_id == school_id)
        query = query.where(Person.id.in_(within))
        held = held.where(Affiliation.school_id == school_id)
    query = query.where(held.exists())
    if function or discipline:
        query = query.where(Person.id.in_(_doing(function, discipline, [school_id] if school_id else None)))
    if class_name:
        inside = (
            select(ClassMembership.person_id)
            .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
            .where(SchoolClass.name == class_name)
        )
        inside = inside.where(SchoolClass.school_id == school_id) if school_id is not None else inside
        inside = inside.where(SchoolClass.school_id.in_(own)) if own is not None else inside
        query = query.where(Person.id.in_(inside))
    return _page(query, after, None if own is None else {number: frozenset(Profile) for number in own}, elsewhere=True)


def _doing(function: str, discipline: str, school_ids: Collection[int] | None) -> Select[int]:
    doing = select(PersonFunction.person_id)
    if function:
        doing = doing.where(PersonFunction.code == function)
    if discipline:
        doing = doing.where(PersonFunction.discipline.istartswith(discipline, autoescape=True))
    return doing if school_ids is None else doing.where(PersonFunction.school_id.in_(school_ids))


def _every_word(words: Iterable[str]) -> ColumnElement[bool]:
    """Each word begins a word of the name; ``folded`` left nothing to escape."""
    column = Person.search_name
    return and_(*(or_(column.like(f"{word}%"), column.like(f"% {word}%")) for word in words))


def _page(
    query: Select[Person],
    after: After | None,
    told: dict[int, frozenset[Profile]] | None,
    *,
    elsewhere: bool = False,
) -> tuple[list[Found], bool]:
    """A page of ``query``. ``told``: which profiles are told of in which school (None: all); ``elsewhere``: of those who work, too."""
    if after is not None:
        name, number = after
        query = query.where(or_(Person.search_name > name, and_(Person.search_name == name, Person.id > number)))
    people = db.session.scalars(query.order_by(Person.search_name, Person.id).limit(PAGE + 1)).all()
    shown = people[:PAGE]
    what = _what([person.id for person in shown], told, elsewhere)
    found = [
        Found(id=one.id, name=name_of(one), search_name=one.search_name, what=tuple(what.get(one.id, ())))
        for one in shown
    ]
    return found, len(people) > PAGE


def _what(
    person_ids: Sequence[int], told: dict[int, frozenset[Profile]] | None, elsewhere: bool
) -> dict[int, list[tuple[str, Profile, str]]]:
    doing: dict[tuple[int, int], list[str]] = defaultdict(list)
    functions = select(PersonFunction).where(PersonFunction.person_id.in_(person_ids)).order_by(PersonFunction.id)
    for one in db.session.scalars(functions):
        doing[(one.person_id, one.school_id)].append(_words_of(one))
    query = (
        select(Affiliation.person_id, School.id, School.name, Affiliation.profile)
        .join(School, School.id == Affiliation.school_id)
        .where(Affiliation.person_id.in_(person_ids))
        .order_by(Affiliation.id)
    )
    found: dict[int, list[tuple[str, Profile, str]]] = defaultdict(list)
    for person_id, school_id, school, held in db.session.execute(query):
        profile = Profile(held)
        works = profile in WORKING
        if told is None or profile in told.get(school_id, ()) or (elsewhere and works):
            what = ", ".join(doing.get((person_id, school_id), ())) if works else ""
            found[person_id].append((school, profile, what))
    return found


def _words_of(function: PersonFunction) -> str:
    name = function.label or function.code
    return f"{name} ({function.discipline})" if function.discipline else name


# Cards -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassLine:
    """A class of somebody, to be told where ``disclosure`` allows it."""

    school_id: int
    class_id: int
    name: str
    level: str | None
    year_begins: int
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What may be told of somebody. ``source``, ``login`` and ``state`` are for those who keep the directory."""

    id: int
    name: str
    places: tuple[tuple[int, str, Profile, str], ...]
    classes: tuple[ClassLine, ...]
    source: str
    login: str
    state: str
    lifetime: str | None


def may_find(person_id: int, sights: Collection[Sight], known: KnownClasses) -> bool:
    """Does one of ``sights`` let find that person?"""
    query = select(Person.id).where(Person.id == person_id, _visible(sights, known), _living(sights))
    return db.session.scalar(query) is not None


def card_of(person_id: int, told: dict[int, frozenset[Profile]] | None) -> Card:
    """The card of somebody, with the places in ``told`` only (None: all), those who work elsewhere too. Raises ``NotFound``."""
    row = db.session.execute(
        select(Person, Account).outerjoin(Account, Account.person_id == Person.id).where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    person, account = row
    places = db.session.execute(
        select(School.id, School.name, Affiliation.profile)
        .join(Affiliation, Affiliation.school_id == School.id)
        .where(Affiliation.person_id == person_id)
        .order_by(School.name, Affiliation.id)
    ).all()
    doing: dict[int, list[str]] = defaultdict(list)
    for one in db.session.scalars(
        select(PersonFunction).where(PersonFunction.person_id == person_id).order_by(PersonFunction.id)
    ):
        doing[one.school_id].append(_words_of(one))
    return Card(
        id=person.id,
        name=name_of(person),
        places=tuple(
            (school_id, school, Profile(profile), ", ".join(doing[school_id]) if Profile(profile) in WORKING else "")
            for school_id, school, profile in places
            if told is None or Profile(profile) in told.get(school_id, ())
        ),
        classes=tuple(_classes(person_id)),
        source=SOURCES.get(person.source, person.source),
        login=account.login if account is not None else "",
        state=ACCOUNT_STATES[account_state(account)],
        lifetime=person.lifetime,
    )


def _classes(person_id: int) -> list[ClassLine]:
    query = (
        select(SchoolClass, SchoolYear.begins, ClassMembership.role)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.person_id == person_id)
        .order_by(SchoolYear.begins.desc(), SchoolClass.name)
    )
    return [
        ClassLine(
            school_id=one.school_id, class_id=one.id, name=one.name, level=one.level, year_begins=begins, role=role
        )
        for one, begins, role in db.session.execute(query)
    ]


# Technical search ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Somebody as the machinery knows them."""

    id: int
    name: str
    source: str
    source_key: str
    ine: str
    siecle_id: str
    login: str
    state: str
    schools: tuple[tuple[str, str, Profile], ...]


def trace(key: str, own: Collection[int] | None) -> list[Trace]:
    """Those whose number, INE, key in a source or login is ``key``, among the people of ``own`` (None: all); two queries."""
    key = key.strip()
    if not key:
        return []
    matches: list[ColumnElement[bool]] = [
        Person.ine == key.upper(),
        and_(Person.source.in_(list(SOURCES)), Person.source_key == key),
        Person.id.in_(select(Account.person_id).where(Account.login == key.lower())),
    ]
    if key.isdecimal() and len(key) < 18:
        matches.append(Person.id == int(key))
    query = select(Person, Account).outerjoin(Account, Account.person_id == Person.id).where(or_(*matches))
    if own is not None:
        query = query.where(Person.id.in_(select(Affiliation.person_id).where(Affiliation.school_id.in_(own))))
    rows = db.session.execute(query.order_by(Person.id).limit(PAGE)).all()
    held: dict[int, list[tuple[str, str, Profile]]] = defaultdict(list)
    places = (
        select(Affiliation.person_id, School.uai, School.name, Affiliation.profile)
        .join(School, School.id == Affiliation.school_id)
        .where(Affiliation.person_id.in_([person.id for person, _account in rows]))
        .order_by(Affiliation.id)
    )
    if own is not None:
        places = places.where(Affiliation.school_id.in_(own))
    for person_id, uai, school, profile in db.session.execute(places):
        held[person_id].append((uai, school, Profile(profile)))
    return [
        Trace(
            id=person.id,
            name=name_of(person),
            source=person.source,
            source_key=person.source_key,
            ine=person.ine or "",
            siecle_id=person.siecle_id or "",
            login=account.login if account is not None else "",
            state=ACCOUNT_STATES[account_state(account)],
            schools=tuple(held[person.id]),
        )
        for person, account in rows
    ]


def classes_in_years(class_ids: Collection[int], year_ids: Collection[int]) -> frozenset[int]:
    """Those of ``class_ids`` that belong to one of these school years."""
    query = select(SchoolClass.id).where(SchoolClass.id.in_(class_ids), SchoolClass.year_id.in_(year_ids))
    return frozenset(db.session.scalars(query))
