"""Everybody of the demo's cast finds something to see, to do or to lose in the year that lies behind them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.demo.queries import demo

#: By first name: what must be there for that person (bound as :me), each at least so many times.
WAITING = {
    "Nadia": (
        # Words to sign for both children (PORTAL-17), and messages of the last days.
        ("SELECT COUNT(DISTINCT m.person_id) FROM liaison_entry e JOIN class_membership m ON m.class_id = e.class_id AND m.role = 'student'"
         " JOIN guardianship g ON g.student_id = m.person_id WHERE g.guardian_id = :me AND e.to_sign AND e.student_id IS NULL AND"
         " NOT EXISTS (SELECT 1 FROM liaison_receipt r WHERE r.entry_id = e.id AND r.guardian_id = :me AND r.student_id = m.person_id"
         " AND r.signed_at IS NOT NULL)", 2),
        ("SELECT COUNT(*) FROM message_copy WHERE owner_id = :me AND place = 'inbox' AND read_at IS NULL", 2),
        ("SELECT COUNT(*) FROM message_folder WHERE owner_id = :me", 3),
    ),
    "Inès": (
        ("SELECT COUNT(*) FROM homework h JOIN class_membership m ON m.class_id = h.class_id WHERE m.person_id = :me"
         " AND h.due_on >= '2026-07-03'", 3),
        ("SELECT COUNT(*) FROM activity_given WHERE student_id = :me", 5),
        ("SELECT COUNT(*) FROM mark WHERE student_id = :me", 40),
        ("SELECT COUNT(*) FROM report_card WHERE student_id = :me AND published_at IS NOT NULL", 2),
        ("SELECT COUNT(*) FROM contest_entry WHERE author_id = :me", 1),
    ),
    "Théo": (("SELECT COUNT(*) FROM mark WHERE student_id = :me", 20),
             ("SELECT COUNT(*) FROM absence WHERE student_id = :me", 1)),
    "Marc": (
        ("SELECT COUNT(*) FROM article WHERE author_id = :me AND published_at IS NOT NULL", 5),
        ("SELECT COUNT(*) FROM roll_call c JOIN lesson l ON l.id = c.lesson_id WHERE l.teacher_id = :me AND c.validated_at IS NULL", 1),
        ("SELECT COUNT(*) FROM free_group g JOIN free_group_member m ON m.group_id = g.id WHERE m.person_id = :me AND m.manager"
         " AND g.lifetime = 'year'", 1),
        ("SELECT COUNT(*) FROM activity WHERE author_id = :me", 4),
        ("SELECT COUNT(*) FROM message WHERE author_id = :me AND sent_at IS NULL AND leaves_at IS NOT NULL", 1),
        ("SELECT COUNT(*) FROM questionnaire WHERE author_id = :me", 1),
    ),
    "Denis": (("SELECT COUNT(*) FROM lesson WHERE teacher_id = :me", 300), ("SELECT COUNT(*) FROM announcement WHERE author_id = :me", 3)),
    "Aurélie": (("SELECT COUNT(*) FROM message_copy WHERE owner_id = :me AND place = 'inbox'", 1),),
    "Hélène": (
        ("SELECT COUNT(*) FROM announcement WHERE author_id = :me", 4),
        ("SELECT COUNT(*) FROM measure WHERE author_id = :me AND kind = 'sanction'", 1),
        ("SELECT COUNT(*) FROM message_copy WHERE owner_id = :me AND place = 'inbox' AND read_at IS NULL", 1),
    ),
    "Patrick": (("SELECT COUNT(*) FROM section_role WHERE person_id = :me", 2),),
    "Solène": (("SELECT COUNT(*) FROM section_role WHERE person_id = :me", 1),),
}  # fmt: skip


@pytest.fixture
def people(demo_app: Flask) -> dict[str, tuple[int, int]]:
    """(number in the cast, person) by first name."""
    with demo_app.app_context():
        found = demo()
        assert found is not None
        return {one.member.first_name: (one.member.number, one.person_id) for one in found.cast}


def test_everybody_of_the_cast_has_what_the_demo_wants_to_show(
    demo_app: Flask, people: dict[str, tuple[int, int]]
) -> None:
    with demo_app.app_context():
        for first_name, waiting in WAITING.items():
            for query, least in waiting:
                found = db.session.scalar(text(query), {"me": people[first_name][1]})
                assert found >= least, f"{first_name}: {found} of {least} for {query}"


def test_everybody_of_the_cast_opens_their_own_page(demo_app: Flask, people: dict[str, tuple[int, int]]) -> None:
    demo_app.config["WTF_CSRF_ENABLED"] = False
    for number, _person in people.values():
        client = demo_app.test_client()
        assert client.post(f"/demo/entrer/{number}").status_code == 303
        for path in ("/espace", "/espaces", "/messagerie", "/espace/mes-donnees"):
            assert client.get(path, follow_redirects=True).status_code == 200, (number, path)
