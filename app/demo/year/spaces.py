"""The spaces of a school's year: class spaces, the school's own sections, groups, partnerships, personal spaces, with articles. Plain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from app.content.slugs import slug
from app.content.spaces import FIRST_SERVICES, Service, SpaceKind
from app.demo.year import library, texts_articles
from app.demo.year.days import at, in_month, next_school_day
from app.demo.year.desk import Desk, after, html_of
from app.demo.year.facts import ClassFacts
from app.demo.year.texts_articles import Story

#: Bytes that a space's files may take.
_QUOTA = 1_000_000_000


def fill(desk: Desk) -> None:
    """Every space of the school, and what they hold."""
    for room in desk.classes:
        _class_space(desk, room)
    _school_sections(desk)
    _groups(desk)
    _partnerships(desk)
    _personal_spaces(desk)


def _section(desk: Desk, number: int, kind: SpaceKind, title: str, **more: Any) -> int:
    """Add the row of a section whose files are all counted."""
    facts = desk.facts
    personal = kind == SpaceKind.PERSONAL
    name = str(more.pop("slug", "")) or slug(title, facts.slugs)
    facts.slugs.add(name)
    created = at(in_month(9, 1), 7, 30, facts.zone)
    row: dict[str, Any] = {
        "school_id": None if personal else facts.id, "kind": kind.value, "title": title, "slug": name, "quota": _QUOTA,
        "restricted": kind != SpaceKind.SCHOOL, "created_at": created, "used": desk.used.get(number, 0),
        "services": [service.value for service in FIRST_SERVICES[kind]],
    }  # fmt: skip
    return desk.sheets["section"].add(id=number, **row | more)


# Classes ---------------------------------------------------------------------------------------------------------------


def _class_space(desk: Desk, room: ClassFacts) -> None:
    facts, density = desk.facts, desk.density_of(room)
    number = desk.sheets["section"].number()
    services = [*FIRST_SERVICES[SpaceKind.CLASS], Service.SHARED, Service.LINKS]
    if facts.kind == "primary":
        services.append(Service.PAGES)
    stories = texts_articles.PRIMARY if facts.kind == "primary" else texts_articles.SECONDARY
    _blog(desk, number, room, _sample(stories, density.articles, room.id))
    teachers = list(dict.fromkeys(person for person, _subject in room.teachers)) or [facts.head]
    library.folders(desk, number, teachers, room.pupils, density.files)
    library.contest(desk, number, teachers[0], room.pupils)
    library.points(desk, number, teachers[0], min(8, density.files))
    library.links(desk, number, min(5, density.files))
    if facts.kind == "primary":
        library.pages(desk, number, teachers[0], room.name, texts_articles.PAGES)
    _section(
        desk, number, SpaceKind.CLASS, room.name, slug=f"class--{room.id}", class_id=room.id, services=[one.value for one in services],
        introduction=f"L’espace de la classe {room.name}.", position=100,
    )  # fmt: skip


def _sample(stories: Sequence[Story], many: int, seed: int) -> list[Story]:
    """``many`` of the stories, other ones in each class, in the order of the year."""
    if many >= len(stories):
        return list(stories)
    start = seed * 5 % len(stories)
    picked = {(start + number * len(stories) // many) % len(stories) for number in range(many)}
    return [stories[index] for index in sorted(picked)]


def _blog(desk: Desk, section: int, room: ClassFacts, stories: Sequence[Story]) -> None:
    """Articles of teachers and pupils with comments; one waits for approval, one is a draft, one is in the trash."""
    sheets, rng, facts = desk.sheets, desk.rng, desk.facts
    categories = {
        name: sheets["category"].add(section_id=section, name=name, position=position)
        for position, name in enumerate(texts_articles.CATEGORIES, 1)
    }
    teachers = [person for person, _subject in room.teachers] or [facts.head]
    states = ["shown"] * len(stories) + ["submitted", "draft", "trashed"]
    for index, story in enumerate([*stories, *stories[:3]]):
        state = states[index]
        by_pupil = bool(room.pupils) and (state == "submitted" or index % 3 == 2)
        author = rng.choice(room.pupils) if by_pupil else teachers[index % len(teachers)]
        profile = "student" if by_pupil else "teacher"
        number, appears = _article(
            desk, section, story, author, profile, state=state, category=categories.get(story.category),
            words={"classe": room.name, "ville": facts.town.title(), "nombre": len(room.pupils)},
        )  # fmt: skip
        if state != "shown":
            continue
        if index % 3 == 0:
            library.attach_to_article(desk, section, number, index)
        for position in range(rng.randrange(0, 4) if index else 2):
            if not room.pupils:
                break
            written = after(appears, rng, 60)
            sheets["comment"].add(
                article_id=number, author_id=rng.choice(room.pupils), written_at=written,
                text=texts_articles.COMMENTS[(index * 3 + position) % len(texts_articles.COMMENTS)],
                hidden_at=written + timedelta(hours=2) if rng.random() < 0.04 else None,
            )  # fmt: skip


def _article(
    desk: Desk,
    section: int,
    story: Story,
    author: int,
    profile: str,
    *,
    state: str = "shown",
    category: int | None = None,
    words: dict[str, object] | None = None,
) -> tuple[int, datetime]:
    """One article of a school's section, and when it appeared or was written."""
    source = story.source.format(**words) if words else story.source
    title = story.title.format(**words) if words else story.title
    day = min(next_school_day(in_month(story.month, 1 + desk.rng.randrange(26))), date(2026, 7, 1))
    written = at(day, 16, 5, desk.facts.zone)
    number = desk.sheets["article"].add(
        section_id=section, school_id=desk.facts.id, category_id=category, source=source, body=html_of(source),
        title={"shown": title, "trashed": f"{title} (brouillon jeté)"}.get(state, f"{title}, la suite"),
        author_id=author, author_profile=profile, changed_at=written, trashed_at=written if state == "trashed" else None,
        trashed_by_id=author if state == "trashed" else None, submitted_at=written if state == "submitted" else None,
        published_at=written if state == "shown" else None,
    )  # fmt: skip
    return number, written


# The school's own sections ---------------------------------------------------------------------------------------------


def _school_sections(desk: Desk) -> None:
    facts, texts = desk.facts, texts_articles
    sections, teacher = desk.sheets["section"], next(iter(facts.teachers), facts.head)
    blog = [Service.BLOG.value]
    number = sections.number()
    for story in texts.PROJECT:
        _article(desk, number, story, facts.head, "staff")
    library.plain_file(desk, number, "affiche", facts.head, "staff")
    _section(desk, number, SpaceKind.SCHOOL, texts.PROJECT_TITLE, introduction=texts.PROJECT_WORDS, temporary=True,
             position=20, services=[*blog, Service.MEDIA.value])  # fmt: skip
    _role(desk, number, "writer", profile="teacher")
    for person, _profile in facts.outsiders:
        _role(desk, number, "writer", person_id=person)
    number = sections.number()
    for story in texts.ORCHESTRA:
        _article(desk, number, story, teacher, "teacher")
    library.plain_file(desk, number, "planning", teacher, "teacher")
    library.pages(desk, number, teacher, "orchestre", texts.PAGES[:1])
    _section(desk, number, SpaceKind.SCHOOL, texts.ORCHESTRA_TITLE, introduction=texts.ORCHESTRA_WORDS, position=21,
             services=[*blog, Service.MEDIA.value, Service.PAGES.value])  # fmt: skip
    _role(desk, number, "manager", person_id=teacher)
    number = sections.number()
    library.plain_file(desk, number, "planning", facts.head, "staff")
    _section(desk, number, SpaceKind.SCHOOL, texts.RESTRICTED_TITLE, introduction=texts.RESTRICTED_WORDS, position=22,
             restricted=True, services=[*blog, Service.MEDIA.value])  # fmt: skip
    for profile in ("teacher", "staff"):
        _role(desk, number, "visitor", profile=profile)
    number = sections.number()
    for story in texts.TOWN:
        _article(desk, number, story, facts.head, "staff")
    _section(
        desk, number, SpaceKind.TOWN, texts.TOWN_TITLE, introduction=texts.TOWN_WORDS, position=23, restricted=False
    )
    for person, profile in facts.outsiders:
        if profile == "authority":
            _role(desk, number, "manager", person_id=person)
    thrown = at(in_month(5, 20), 12, 0, facts.zone)
    number = sections.number()
    _article(desk, number, texts.PROJECT[0], facts.head, "staff")
    _section(desk, number, SpaceKind.SCHOOL, "Voyage au bord de la mer (annulé)", position=24, visible=False, temporary=True,
             trashed_at=thrown, trashed_by_id=facts.head, trash_reason="hand")  # fmt: skip


def _role(desk: Desk, section: int, role: str, **whom: object) -> None:
    given = at(in_month(9, 4), 9, 0, desk.facts.zone)
    desk.sheets["section_role"].add(section_id=section, role=role, given_at=given, **whom)


# Groups and partnerships -----------------------------------------------------------------------------------------------


def _groups(desk: Desk) -> None:
    """Free groups of pupils and of adults, limited to the year or not, each with managers; two have a space."""
    facts, sheets, rng = desk.facts, desk.sheets, desk.rng
    since = at(in_month(9, 15), 10, 0, facts.zone)
    teachers = facts.teachers or [facts.head]
    pupils = [pupil for room in desk.classes for pupil in room.pupils]
    known = [person for person in teachers if person in desk.known]
    for index, (name, words, of_year) in enumerate(texts_articles.GROUPS):
        manager = known[0] if known and index in (0, 2) else teachers[index % len(teachers)]
        group = sheets["free_group"].add(
            school_id=facts.id, name=name, words=words, lifetime="year" if of_year else "unlimited", created_by_id=manager,
            created_at=since, teaching=index == 0,
        )  # fmt: skip
        around = pupils if of_year else teachers
        members = dict.fromkeys([manager, *rng.sample(around, min(len(around), 8))])
        if index in (0, 2):
            members.update(dict.fromkeys(person for person in around if person in desk.known))
        for person in members:
            sheets["free_group_member"].add(group_id=group, person_id=person, manager=person == manager, since=since)
        if index in (0, 2):
            section = sheets["section"].number()
            _article(desk, section, texts_articles.ORCHESTRA[0], manager, "teacher")
            library.plain_file(desk, section, "carnet", manager, "teacher", shared=True)
            library.plain_file(desk, section, "fiche-methode", manager, "teacher")
            _section(
                desk,
                section,
                SpaceKind.GROUP,
                name,
                group_id=group,
                introduction=words,
                position=200,
                temporary=of_year,
            )


def _partnerships(desk: Desk) -> None:
    """Partnerships between classes of the school, and one with the departmental school."""
    facts, sheets = desk.facts, desk.sheets
    rooms = facts.classes
    pairs = [(rooms[index], rooms[(index + 1) % len(rooms)]) for index in range(0, max(1, len(desk.classes) - 1), 4)]
    for index, pair in enumerate([*pairs, (rooms[0],)]):
        departmental = len(pair) == 1
        titles = texts_articles.PARTNERSHIP_TITLES
        title = texts_articles.DEPARTMENTAL_TITLE if departmental else titles[index % len(titles)]
        author = pair[0].main_teacher or facts.head
        number = sheets["section"].number()
        for story in texts_articles.PARTNERSHIP:
            _article(desk, number, story, author, "teacher")
        library.plain_file(desk, number, "paysage", author, "teacher")
        for room in dict.fromkeys(other.id for other in pair):
            sheets["partnership_class"].add(
                section_id=number, class_id=room, school_id=facts.id, joined_at=at(in_month(10, 6), 11, 0, facts.zone)
            )
        _section(
            desk, number, SpaceKind.PARTNERSHIP, title, departmental=departmental, position=300, code=f"P{number:07d}"
        )


# Personal spaces -------------------------------------------------------------------------------------------------------


def _personal_spaces(desk: Desk) -> None:
    """Personal spaces with some documents, of teachers mostly and of those who can be tried."""
    facts, density = desk.facts, desk.density
    people = dict.fromkeys(
        [
            *desk.chosen(facts.adults or [facts.head], min(1.0, density.own * 2)),
            *desk.chosen([pupil for room in desk.classes for pupil in room.pupils], density.own / 3),
            *desk.chosen(
                sorted({guardian for found in facts.guardians.values() for guardian in found}), density.own / 10
            ),
        ]
    )
    for person in people:
        if person in facts.housed:
            continue
        facts.housed.add(person)
        number = desk.sheets["section"].number()
        library.personal(desk, number, person, 4 if person in desk.known else 1 + desk.rng.randrange(3))
        _section(
            desk,
            number,
            SpaceKind.PERSONAL,
            "Mes documents",
            slug=f"personnel-{person}",
            person_id=person,
            visible=False,
        )
