"""The smallest world with something for every step: one collège of a few people, one to three rows of each kind (``belongings``)."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete

from app import clock
from app.audit.actions import COMMAND
from app.campaign.models import Campaign
from app.content.media.rollover import recount
from app.content.models import Section
from app.content.spaces import SpaceKind, SpaceRole
from app.db import db
from app.directory.models import GroupMembership, Person, School, SchoolClass, TeachingGroup
from app.feeds.models import FeedImport, FeedReject
from app.files.models import Archive
from app.files.queries import path_of
from app.gate import actions as gate
from app.messaging.models import Message, MessageCopy
from app.messaging.populations import Place
from app.profiles import Profile
from app.schoollife.models import (
    Absence,
    Activity,
    ActivityGiven,
    CycleReview,
    HomeworkState,
    LessonReplacement,
    LiaisonReceipt,
    Measure,
    ProjectPupil,
    ReportCardModel,
    ReportLine,
    RollCall,
    SkillRecord,
    WeekRotation,
)
from tests.belongings import belongings
from tests.builders import MADE, affiliate, enrol, make_account, make_person
from tests.content import media_rows
from tests.content.rows import give_role, make_article, make_section
from tests.people import Cast, SchoolFacts, Someone, _make
from tests.recorded import recorded


def settle() -> int:
    """Fill an empty database, close the gate, commit; the number of the campaign that takes the collège along.

    Made once a process and copied: the gate has been closed since then.
    """
    campaign_id, school = recorded(_settled)
    _write_the_file(school)
    db.session.commit()
    return campaign_id


def _settled() -> tuple[int, SchoolFacts]:
    people = _make()
    school = people.college
    class_id = school.classes[2025]["6A"]
    rows = belongings(
        school,
        class_id=class_id,
        year_id=people.years[2025].id,
        student=people.student,
        teacher=people.teacher,
        guardian=people.guardian,
    )
    # No run has made it, and its file is nowhere.
    db.session.execute(delete(Archive))
    _write_the_file(school)
    for pupil in (people.student, people.other_student):
        _year_of(people, school, class_id, rows, pupil)
    _spaces(people, school)
    _messages(people, school)
    _directory(people, school)
    db.session.flush()
    # What sections take, as they would know it themselves.
    recount(school.id)
    campaign_id = rows["campaign_id"]
    db.session.get_one(Campaign, campaign_id).year = 2026
    gate.close(by=COMMAND, now=clock.portal_now() - timedelta(minutes=1))
    return campaign_id, school


def _add(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _write_the_file(school: SchoolFacts) -> None:
    """The bytes that ``belongings`` refers to."""
    data = f"belongs to {school.uai}".encode()
    path = path_of(hashlib.sha256(data).hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _year_of(people: Cast, school: SchoolFacts, class_id: int, rows: dict[str, int], pupil: Someone) -> None:
    """What a pupil's year leaves behind, each kind of school life once more."""
    student = db.session.get_one(Person, pupil.id)
    if pupil is not people.student:
        enrol(student, db.session.get_one(SchoolClass, class_id))
    year_id, teacher = people.years[2025].id, people.teacher
    of: dict[str, Any] = {"school_id": school.id, "year_id": year_id, "class_id": class_id, "student_id": pupil.id}
    day = date(2026, 5, 4)
    later = MADE + timedelta(hours=1)
    activity = Activity(school_id=school.id, author_id=teacher.id, title=f"Pour {pupil.first_name}", written_at=MADE)
    _add(activity)
    _add(
        HomeworkState(homework_id=rows["homework_id"], student_id=pupil.id, state="done", changed_at=MADE),
        ActivityGiven(activity_id=activity.id, student_id=pupil.id, class_id=class_id, given_on=day),
        SkillRecord(**of, skill="Lire", level=3, recorded_on=day),
        CycleReview(**of, cycle=4, levels={"langue": 3}, published_at=MADE),
        Absence(**of, kind="late", starts_at=MADE, ends_at=later, recorded_at=MADE),
        Measure(**of, kind="punishment", decided_on=day, recorded_at=MADE),
        Measure(**of, kind="sanction", decided_on=day, recorded_at=MADE),
        ProjectPupil(project_id=rows["project_id"], student_id=pupil.id),
    )
    if pupil is people.student:
        _add(
            RollCall(school_id=school.id, lesson_id=rows["lesson_id"], class_id=class_id, held_at=MADE),
            LessonReplacement(lesson_id=rows["lesson_id"], made_at=MADE),
            LiaisonReceipt(
                entry_id=rows["schoollife_liaison.entry_id"],
                guardian_id=people.guardian.id,
                student_id=pupil.id,
                read_at=MADE,
            ),
            ReportLine(card_id=rows["card_id"], subject="Maths", average=1200),
            ReportCardModel(school_id=school.id, period_id=rows["period_id"], title="Bulletin"),
            WeekRotation(school_id=school.id, year_id=year_id, monday=day, letter="A"),
        )


def _spaces(people: Cast, school: SchoolFacts) -> None:
    """What was thrown away, what is temporary, and a group's own space that stays."""
    thrown = make_section(school.id, "Jetée", slug="jetee", trashed_at=MADE, trash_reason="hand")
    kept = make_section(school.id, "La vie du collège", slug="vie")
    temporary = make_section(school.id, "Voyage", slug="voyage", temporary=True)
    give_role(temporary, SpaceRole.MANAGER, person_id=people.teacher.id)
    for section in (thrown, kept, temporary):
        make_article(section, author_id=people.teacher.id)
        media_rows.make_folder(section, author_id=people.teacher.id)
    make_article(kept, "Ôté", author_id=people.teacher.id, trashed_at=MADE)
    own = Section(
        kind=SpaceKind.PERSONAL, person_id=people.student.id, title="Mes documents", slug=f"personnel-{people.student.id}",
        visible=False, restricted=True, services=["media"], created_at=MADE,
    )  # fmt: skip
    _add(own)


def _messages(people: Cast, school: SchoolFacts) -> None:
    """A message in every place, one that came after the closing, and one that is to leave later."""
    places = {
        Place.INBOX: MADE,
        Place.ARCHIVED: MADE,
        Place.TRASH: MADE,
        # After the cut-off: it stays (DATA-9).
        Place.FOLDER: clock.portal_now(),
    }
    for place, at in places.items():
        message = Message(
            school_id=school.id, author_id=people.teacher.id, subject=place.value, written_at=at, sent_at=at
        )
        _add(message)
        _add(
            MessageCopy(
                message_id=message.id,
                owner_id=people.student.id,
                school_id=school.id,
                place=Place.INBOX if place == Place.FOLDER else place,
                arrived_at=at,
            )
        )
    _add(
        Message(
            school_id=school.id,
            author_id=people.teacher.id,
            subject="Plus tard",
            recipients=[{"kind": "class", "school": school.id, "code": "6A", "year": 2025}],
            written_at=MADE,
            leaves_at=clock.portal_now() + timedelta(days=9),
        )
    )


def _directory(people: Cast, school: SchoolFacts) -> None:
    """An option group with its members, an account made by hand for the year, and what imports have said."""
    year_id = people.years[2025].id
    group = TeachingGroup(school_id=school.id, year_id=year_id, code="6LAT", name="Latin", source="hand")
    _add(group)
    _add(
        GroupMembership(group_id=group.id, person_id=people.student.id, role="student", source="hand"),
        GroupMembership(group_id=group.id, person_id=people.teacher.id, role="teacher", source="hand"),
    )
    guest = make_person("Invité", "Dunant")
    guest.lifetime = "year"
    make_account(guest)
    affiliate(guest, db.session.get_one(School, school.id), Profile.GUEST)
    report = FeedImport(
        source="aaf", name="livraison", digest="0" * 64, year_id=year_id, state="applied", started_at=MADE
    )
    _add(report)
    _add(FeedReject(import_id=report.id, school_id=school.id, category="person", entry="x", reason="inconnu"))
