"""What stands in a space beside its articles: folders and files, contests, map points, pages, links. Plain."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.demo.year import texts_articles
from app.demo.year.days import at, in_month, next_school_day
from app.demo.year.desk import Desk, after, html_of


def _file(
    desk: Desk,
    section: int,
    name: str,
    author: int | None,
    profile: str,
    day: date,
    *,
    school: bool = True,
    **more: Any,
) -> int:
    """A file of the shelf in a section, its bytes counted."""
    kept = desk.shelf[name]
    desk.attach(section, kept)
    return desk.sheets["media_file"].add(
        section_id=section, school_id=desk.facts.id if school else None, sha256=kept.sha256, name=kept.name, kind=kept.kind,
        size=kept.size, author_id=author, author_profile=profile, created_at=at(day, 15, 20, desk.facts.zone), **more,
    )  # fmt: skip


def plain_file(desk: Desk, section: int, name: str, author: int, profile: str, *, shared: bool = False) -> None:
    """One file at the top of a library or shared folder."""
    _file(desk, section, name, author, profile, in_month(11, 4), shared=shared)


def attach_to_article(desk: Desk, section: int, article: int, index: int) -> None:
    """A picture or document that comes with an article."""
    names = ("paysage", "paillasse", "potager", "affiche", "fiche-methode")
    kept = desk.shelf[names[index % len(names)]]
    desk.attach(section, kept)
    desk.sheets["article_attachment"].add(article_id=article, sha256=kept.sha256, name=kept.name, size=kept.size)


def folders(desk: Desk, section: int, teachers: list[int], pupils: list[int], many: int) -> None:
    """A class's library and shared folder; one file is in the trash, some show pupils."""
    facts, rng = desk.facts, desk.rng
    left = many
    for shared, plan in ((False, texts_articles.FOLDERS), (True, texts_articles.SHARED_FOLDERS)):
        for position, (name, files) in enumerate(plan):
            if left <= 0 and position:
                continue
            month = (9, 11, 1, 3)[position % 4]
            day = next_school_day(in_month(month, 2 + rng.randrange(20)))
            teacher = teachers[position % len(teachers)]
            folder = desk.sheets["folder"].add(
                section_id=section, school_id=facts.id, name=name, shared=shared, author_id=teacher,
                created_at=at(day, 11, 0, facts.zone),
            )  # fmt: skip
            for index, one in enumerate(files[: max(1, left)]):
                by_pupil = bool(pupils) and (shared or name.startswith("Travaux"))
                author = rng.choice(pupils) if by_pupil else teacher
                _file(
                    desk, section, one, author, "student" if by_pupil else "teacher", next_school_day(day, 1 + index),
                    folder_id=folder, shared=shared, shows_pupils=one == "diaporama",
                )  # fmt: skip
                left -= 1
    thrown = at(in_month(6, 15), 17, 0, facts.zone)
    _file(desk, section, "liste", teachers[0], "teacher", in_month(9, 8), trashed_at=thrown, trashed_by_id=teachers[0])


def personal(desk: Desk, section: int, person: int, many: int) -> None:
    """The documents of somebody's own space."""
    desk.sheets["folder"].add(
        section_id=section, name="À garder", author_id=person, created_at=at(in_month(9, 10), 18, 0, desk.facts.zone)
    )
    profile = "student" if person in desk.facts.guardians else "teacher" if person in desk.facts.adults else "guardian"
    for index in range(many):
        name = texts_articles.PERSONAL[(person + index) % len(texts_articles.PERSONAL)]
        _file(desk, section, name, person, profile, next_school_day(in_month(10, 3 + index)), school=False)


def contest(desk: Desk, section: int, author: int, pupils: list[int]) -> None:
    """A contest that is over, with entries and winners."""
    facts, rng = desk.facts, desk.rng
    title, source, works = texts_articles.CONTESTS[section % len(texts_articles.CONTESTS)]
    opens, closes = at(in_month(3, 2), 8, 0, facts.zone), at(in_month(3, 27), 18, 0, facts.zone)
    number = desk.sheets["contest"].add(
        section_id=section, school_id=facts.id, title=title, source=source, body=html_of(source), opens_at=opens, closes_at=closes,
        author_id=author, created_at=opens,
    )  # fmt: skip
    entrants = rng.sample(pupils, min(len(pupils), 2 + len(pupils) // 4))
    entrants += [pupil for pupil in pupils if pupil in desk.known and pupil not in entrants]
    for rank, pupil in enumerate(entrants, 1):
        desk.sheets["contest_entry"].add(
            contest_id=number, author_id=pupil, text=works[rank % len(works)], handed_in_at=after(opens, rng, 500),
            rank=rank if rank <= 3 else None,
        )  # fmt: skip


def points(desk: Desk, section: int, author: int, many: int) -> None:
    """Places of an outing."""
    created = at(in_month(4, 30), 16, 0, desk.facts.zone)
    for title, text, latitude, longitude in texts_articles.POINTS[:many]:
        desk.sheets["map_point"].add(
            section_id=section, school_id=desk.facts.id, title=title, text=text, latitude=latitude, longitude=longitude,
            author_id=author, created_at=created,
        )  # fmt: skip


def pages(desk: Desk, section: int, author: int, room: str, texts: tuple[tuple[str, str], ...]) -> None:
    """The pages of a minisite."""
    for position, (title, text) in enumerate(texts, 1):
        source = text.format(classe=room)
        desk.sheets["minisite_page"].add(
            section_id=section, school_id=desk.facts.id, title=title, source=source, body=html_of(source), position=position,
            published=True, author_id=author, changed_at=at(in_month(9, 19), 16, 30, desk.facts.zone),
        )  # fmt: skip


def links(desk: Desk, section: int, many: int) -> None:
    """Where the class's pupils may look things up."""
    for position, (title, address, words) in enumerate(texts_articles.LINKS[:many], 1):
        desk.sheets["search_link"].add(section_id=section, title=title, address=address, words=words, position=position)
