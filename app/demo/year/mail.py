"""Messages of a year in inboxes, folders, archives and the trash; drafts and dated ones; announcements. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from app.demo.year.days import BEGINS, TODAY, at, in_month, next_school_day
from app.demo.year.desk import Desk, after, html_of
from app.demo.year.facts import ClassFacts
from app.demo.year.texts_mail import (
    ANNOUNCEMENTS,
    ANNOUNCEMENTS_LYCEE,
    DATED,
    DRAFT,
    EXCHANGES,
    FOLDERS,
    TO_FAMILIES,
    TO_OFFICE,
    TO_OUTSIDERS,
    TO_PUPILS,
    TO_STAFF,
)
from app.directory.names import folded
from app.messaging.populations import Recipient, RecipientKind
from app.profiles import Profile

#: (owner, the pupil for whom, as what)
Owner = tuple[int, int | None, str]
#: Until when somebody keeps their archive, and their folders.
Folders = dict[int, tuple[str, list[int]]]
#: From this day on a message may still be unread.
_RECENT = date(2026, 6, 20)


def fill(desk: Desk) -> None:
    """The school's correspondence."""
    folders = _folders(desk)
    for room in desk.classes:
        _to_class(desk, room, folders)
        _exchanges(desk, room, folders)
    _to_staff(desk, folders)
    _to_office(desk, folders)
    _unsent(desk)
    _announcements(desk)


def _folders(desk: Desk) -> Folders:
    """Personal folders of teachers, of some families, of those who can be tried, and until when each keeps the archive."""
    facts = desk.facts
    guardians = sorted({guardian for several in facts.guardians.values() for guardian in several})
    owners = dict.fromkeys(
        [
            *(guardian for guardian, _pupil in facts.families_of(desk.classes[0].pupils)[:6]),
            *desk.chosen(facts.adults or [facts.head], min(1.0, desk.density.own * 2)),
            *desk.chosen(guardians, desk.density.own / 6),
        ]
    )
    created = at(in_month(9, 8), 20, 0, facts.zone)
    for position, owner in enumerate(owners):
        if owner in facts.corresponding:
            continue
        lifetime = ("year", "kept")[position % 2]
        numbers = [
            desk.sheets["message_folder"].add(owner_id=owner, name=name, created_at=created)
            for name in FOLDERS[: 3 if owner in desk.known else 1 + owner % 3]
        ]
        desk.sheets["messaging_choice"].add(person_id=owner, archive_lifetime=lifetime, notify=owner % 3 != 0)
        facts.corresponding[owner] = lifetime, numbers
    return facts.corresponding


def _one_of_each(owners: Iterable[Owner], folders: Folders) -> dict[int, str]:
    """Where the first of ``owners`` put a message, so that every place is taken in every school."""
    places: dict[int, str] = {}
    wanted = [("archived", "year"), ("archived", "kept"), ("folder", ""), ("trash", "")]
    for owner, _pupil, _profile in owners:
        if not wanted or owner not in folders:
            continue
        found = next((one for one in wanted if one[1] in ("", folders[owner][0])), None)
        if found is not None:
            places[owner] = found[0]
            wanted.remove(found)
    return places


def _message(
    desk: Desk,
    author: int,
    profile: str,
    subject: str,
    text: str,
    sent: datetime,
    to: Iterable[Recipient],
    **more: object,
) -> int:
    """A message that has left."""
    row: dict[str, object] = {
        "school_id": desk.facts.id, "author_id": author, "author_profile": profile, "subject": subject, "search_subject": folded(subject),
        "source": text, "body": html_of(text), "recipients": [one.spelled() for one in to], "written_at": sent, "sent_at": sent,
    }  # fmt: skip
    return desk.sheets["message"].add(**row | more)


def _copies(
    desk: Desk,
    message: int,
    owners: Iterable[Owner],
    sent: datetime,
    day: date,
    folders: Folders,
    places: Mapping[int, str] | None = None,
) -> None:
    """Each recipient's own, wherever they have put it since; ``places`` says it of some."""
    rng, copies, school = desk.rng, desk.sheets["message_copy"], desk.facts.id
    random = rng.random
    for owner, pupil, profile in owners:
        mine = folders[owner][1] if owner in folders else None
        draw = random()
        if places and owner in places:
            draw = {"folder": 0.1, "archived": 0.3, "trash": 0.35}[places[owner]]
        place, folder, trashed = "inbox", None, None
        if mine and draw < 0.25:
            place, folder = "folder", mine[int(draw * 40) % len(mine)]
        elif 0.25 <= draw < 0.33:
            place = "archived"
        elif 0.33 <= draw < 0.36:
            place, trashed = "trash", sent + timedelta(days=3)
        unread = place == "inbox" and ((day >= _RECENT and (draw < 0.7 or owner in desk.known)) or draw > 0.97)
        copies.add(
            message_id=message, owner_id=owner, school_id=school, profile=profile, student_id=pupil, place=place, folder_id=folder,
            arrived_at=sent, read_at=None if unread else sent + timedelta(minutes=9 + int(draw * 3000)), trashed_at=trashed,
        )  # fmt: skip


def _of_class(desk: Desk, room: ClassFacts, profile: Profile) -> Recipient:
    return Recipient(
        kind=RecipientKind.CLASS,
        school_id=desk.facts.id,
        number=room.id,
        code=room.code,
        year=BEGINS,
        profiles=frozenset({profile}),
    )


def _to_class(desk: Desk, room: ClassFacts, folders: Folders) -> None:
    """From the class's teacher to its guardians, and to its pupils."""
    facts, rng, many = desk.facts, desk.rng, desk.density_of(room).letters
    author = room.main_teacher or facts.head
    families: list[Owner] = [(guardian, pupil, "guardian") for guardian, pupil in facts.families_of(room.pupils)]
    pupils: list[Owner] = [(pupil, None, "student") for pupil in room.pupils]
    letters = [(TO_FAMILIES, Profile.GUARDIAN, families), (TO_PUPILS, Profile.STUDENT, pupils)]
    for texts, profile, owners in letters:
        for index, (month, subject, text) in enumerate(texts[-many:]):
            day = next_school_day(in_month(month, 24 + index % 5 if month == 6 else 3 + rng.randrange(22)))
            day = min(day, date(2026, 7, 1))
            sent = at(day, 18, 10, facts.zone)
            number = _message(
                desk, author, "teacher", subject.format(classe=room.name), text.format(classe=room.name), sent,
                [_of_class(desk, room, profile)], year_begins=BEGINS,
            )  # fmt: skip
            if index % 3 == 0:
                kept = desk.shelf["planning" if index else "liste"]
                desk.sheets["message_attachment"].add(
                    message_id=number, sha256=kept.sha256, name=kept.name, size=kept.size
                )
            places = _one_of_each(owners, folders) if index == 0 and profile == Profile.GUARDIAN else None
            _copies(desk, number, owners, sent, day, folders, places)


def _exchanges(desk: Desk, room: ClassFacts, folders: Folders) -> None:
    """A guardian writes, a teacher answers."""
    facts, rng = desk.facts, desk.rng
    author = room.main_teacher or facts.head
    families = facts.families_of(room.pupils)
    chosen = [pair for pair in families if pair[0] in desk.known]
    chosen += rng.sample(families, min(len(families), 1 + desk.density_of(room).letters))
    for index, (guardian, pupil) in enumerate(dict(chosen).items()):
        subject, question, answer = EXCHANGES[index % len(EXCHANGES)]
        day = next_school_day(in_month(11, 3), rng.randrange(200))
        if guardian in desk.known:
            day = next_school_day(date(2026, 6, 22), index)
        asked = after(at(day, 19, 0, facts.zone), rng, 3)
        first = _message(desk, guardian, "guardian", subject, question, asked, [_person(author, Profile.TEACHER)])
        _copies(desk, first, [(author, None, "teacher")], asked, day, folders)
        answered = asked + timedelta(hours=14)
        if day < TODAY:
            title = f"Re : {subject}"
            back = [_person(guardian, Profile.GUARDIAN)]
            second = _message(desk, author, "teacher", title, answer, answered, back, answers_id=first)
            _copies(desk, second, [(guardian, pupil, "guardian")], answered, day, folders)


def _person(number: int, profile: Profile) -> Recipient:
    return Recipient(kind=RecipientKind.PERSON, number=number, profiles=frozenset({profile}))


def _to_staff(desk: Desk, folders: Folders) -> None:
    facts = desk.facts
    owners: list[Owner] = [
        (person, None, "teacher" if person in facts.teachers else "staff") for person in facts.adults
    ]
    to = [
        Recipient(kind=RecipientKind.PROFILE, school_id=facts.id, profiles=frozenset({profile}))
        for profile in (Profile.TEACHER, Profile.STAFF)
    ]
    for month, subject, text in TO_STAFF:
        day = next_school_day(in_month(month, 22))
        sent = at(day, 8, 30, facts.zone)
        number = _message(desk, facts.head, "staff", subject, text, sent, to)
        _copies(desk, number, [owner for owner in owners if owner[0] != facts.head], sent, day, folders)


def _to_office(desk: Desk, folders: Folders) -> None:
    """From teachers to those who run the school, in the last days; from the head to guests and authorities."""
    facts = desk.facts
    writers = [room.main_teacher for room in desk.classes if room.main_teacher is not None] or [facts.head]
    for index, (function, subject, text) in enumerate(TO_OFFICE):
        day = next_school_day(date(2026, 6, 25), index)
        sent = at(day, 17, 40, facts.zone)
        for reader in facts.staff.get(function, ())[:1]:
            author = writers[index % len(writers)]
            if author != reader:
                number = _message(desk, author, "teacher", subject, text, sent, [_person(reader, Profile.STAFF)])
                _copies(desk, number, [(reader, None, "staff")], sent, day, folders)
    for person, profile in facts.outsiders:
        day = date(2026, 6, 29)
        sent = at(day, 9, 0, facts.zone)
        number = _message(desk, facts.head, "staff", *TO_OUTSIDERS, sent, [_person(person, Profile(profile))])
        _copies(desk, number, [(person, None, profile)], sent, day, folders)


def _unsent(desk: Desk) -> None:
    """Of every class's teacher and of the head: a draft, and a message that leaves later."""
    facts = desk.facts
    authors = [facts.head, *(room.main_teacher for room in desk.classes if room.main_teacher is not None)]
    for author in dict.fromkeys(authors):
        profile = "teacher" if author in facts.teachers else "staff"
        written = at(date(2026, 7, 1), 21, 0, facts.zone)
        to = [Recipient(kind=RecipientKind.PROFILE, school_id=facts.id, profiles=frozenset({Profile.TEACHER}))]
        _message(desk, author, profile, *DRAFT, written, [], sent_at=None)
        leaves = max(at(date(2026, 7, 6), 8, 0, facts.zone), desk.now + timedelta(days=4))
        _message(desk, author, profile, *DATED, written, to, sent_at=None, leaves_at=leaves)


def _announcements(desk: Desk) -> None:
    """Announcements of the three severities, of which some have been opened."""
    facts, rng = desk.facts, desk.rng
    everybody: list[tuple[int, int | None]] = [(person, None) for person in facts.adults]
    everybody += [(guardian, pupil) for room in desk.classes for guardian, pupil in facts.families_of(room.pupils)]
    everybody += [(pupil, None) for room in desk.classes for pupil in room.pupils]
    known = dict(everybody)
    to = [
        Recipient(kind=RecipientKind.PROFILE, school_id=facts.id, profiles=frozenset({profile})).spelled()
        for profile in (Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER, Profile.STAFF)
    ]
    texts = ANNOUNCEMENTS_LYCEE if facts.kind == "lycee" else ANNOUNCEMENTS
    for form, severity, title, text, month, day, days in texts:
        shown = at(date(2026, month, day), 9, 0, facts.zone)
        number = desk.sheets["announcement"].add(
            school_id=facts.id, author_id=facts.head, form=form, severity=severity, title=title, source=text, body=html_of(text),
            recipients=to, written_at=shown, shown_from=shown, shown_until=shown + timedelta(days=days), spread_at=shown,
        )  # fmt: skip
        for person, pupil in known.items():
            if person != facts.head and person not in desk.known and rng.random() < 0.3:
                desk.sheets["announcement_copy"].add(
                    announcement_id=number, person_id=person, student_id=pupil, opened_at=after(shown, rng, 12)
                )
