"""What somebody owns of messages by kind, and all of it in files (DATA-2, DATA-3, KIN-2)."""

from __future__ import annotations

import io
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast as as_type

import pytest
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.fates import Space, kind_called
from app.files.actions import receive
from app.messaging import actions
from app.messaging.boxes.actions import choose
from app.messaging.models import Message
from app.messaging.populations import Place
from app.messaging.rollover import owned, takeaway
from app.profiles import Profile
from tests.gate.stage import SUMMER, families_window, set_time
from tests.messaging.rows import announce, copies, draft, folder, of_class, person, send, whole
from tests.people import Cast, cast

G, T = Profile.GUARDIAN, Profile.TEACHER


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def place(message: Message, owner_id: int, where: Place, folder_id: int | None = None) -> None:
    copy = copies(message)[owner_id]
    copy.place, copy.folder_id = where, folder_id
    db.session.commit()


def test_each_kind_is_counted_under_its_key_of_the_table_of_fates(people: Cast) -> None:
    """DATA-1, DATA-3."""
    alice, mine = people.guardian.id, folder(people.guardian)
    for where in (Place.INBOX, Place.INBOX, Place.FOLDER, Place.ARCHIVED, Place.TRASH):
        message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
        place(message, alice, where, mine.id if where == Place.FOLDER else None)
    found = owned(alice, clock.portal_now())
    expected = {"message-inbox": 2, "message-filed": 1, "message-archived": 1, "message-trash": 1}
    assert found == {(key, Space.NONE): count for key, count in expected.items()}
    choose(alice, archive_lifetime="year", notify=False)
    db.session.commit()
    assert ("message-archived-year", Space.NONE) in owned(alice, clock.portal_now())

    draft(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    dated = draft(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    actions.date_ahead(dated, clock.portal_now(), by=COMMAND, now=clock.portal_now())
    announce(people.teacher, [whole(people.college, T)], school=people.college)
    db.session.commit()
    his = owned(people.teacher.id, clock.portal_now())
    assert his["message-sent", Space.NONE] == 5
    assert his["message-draft", Space.NONE] == his["message-dated", Space.NONE] == 1
    assert his["announcement", Space.NONE] == 1
    assert all(kind_called(key).owned for key, _space in {**his, **found})


def test_what_waits_is_not_counted_nor_taken_away(people: Cast) -> None:
    """GATE-8."""
    families_window()
    send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    assert owned(people.guardian.id, clock.portal_now()) == {}
    assert list(takeaway(people.guardian.id, clock.portal_now())) == []


def test_messages_are_taken_away_as_mail_files_by_folder_with_their_files_and_without_other_families(
    people: Cast,
) -> None:
    """DATA-3, KIN-2."""
    made = draft(
        people.teacher,
        [of_class(people.college, "6A", G), person(people.other_guardian, people.college, G)],
        school=people.college,
        subject="Sortie : ../../etc\\passwd",
    )
    now = clock.portal_now()
    actions.attach(made, [receive(io.BytesIO(b"a;b\n"), "liste.csv", now=now)])
    actions.leave(made.id, by=COMMAND, now=now)
    db.session.commit()
    place(made, people.guardian.id, Place.FOLDER, folder(people.guardian, "Cours/../6A").id)
    taken = dict(takeaway(people.guardian.id, now))
    assert len(taken) == 2
    for path in taken:
        assert path.startswith("messages/Cours")
        assert ".." not in path.split("/")
        assert "\\" not in path
    mail = next(value for path, value in taken.items() if path.endswith(".eml"))
    letter = message_from_bytes(as_type(bytes, mail), _class=EmailMessage, policy=policy.default)
    assert people.teacher.name in str(letter["From"])
    assert people.other_guardian.name not in as_type(bytes, mail).decode()
    assert "Rendez-vous" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    file = next(value for path, value in taken.items() if path.endswith("liste.csv"))
    assert as_type(Path, file).read_bytes() == b"a;b\n"
    own = [path for path, _value in takeaway(people.teacher.id, now)]
    assert own[0].startswith("messages/Envoyés/")
