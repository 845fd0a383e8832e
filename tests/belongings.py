"""One row of every kind that an address can name, in one school: for the access matrix. Inserted through the models.

``belongings(school, ...)`` flushes and never commits; what it returns maps an address's argument to a number, where two rooms use one
name with the blueprint before it ('schoollife_liaison.entry_id').
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.campaign.models import CalendarEvent, Campaign, CampaignSchool, Plan, Run, RunPart
from app.content.models import (
    Article,
    ArticleAttachment,
    Category,
    Comment,
    Contest,
    ContestEntry,
    Folder,
    MapPoint,
    MediaFile,
    MinisitePage,
    SearchLink,
    Section,
    SectionRole,
)
from app.content.spaces import Service, SpaceKind, SpaceRole
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.kin.models import PhoneChange, PupilExit, SupportLink
from app.directory.models import ClassMembership
from app.directory.standins.models import StandIn
from app.feeds.declaring.models import SchoolDeclaration
from app.feeds.figures.loaders import SCHOOL_COUNTS
from app.feeds.merging.models import GuardianMerge
from app.feeds.models import FeedDecision, FeedImport, FeedImportSchool, FeedRefusedClass
from app.feeds.queries import COUNTS
from app.feeds.returning.evidence import Evidence
from app.files.models import Archive, Blob
from app.home.models import Bookmark, PersonalEvent, Questionnaire
from app.messaging.models import Announcement, AnnouncementGrant, Message, MessageAttachment, MessageCopy, MessageFolder
from app.messaging.populations import Severity
from app.profiles import Role
from app.schoollife.models import (
    Absence,
    Activity,
    ActivityGiven,
    AgendaEvent,
    Assessment,
    ClassCouncil,
    Homework,
    InterdisciplinaryProject,
    Lesson,
    Letter,
    LiaisonEntry,
    Mark,
    Measure,
    Period,
    PupilPhoto,
    ReportCard,
    SchoolLifeFile,
    SchoolParameter,
)
from tests.builders import MADE
from tests.people import SchoolFacts, Someone

DAY = date(2026, 6, 1)


def belongings(
    school: SchoolFacts, *, class_id: int, year_id: int, student: Someone, teacher: Someone, guardian: Someone
) -> dict[str, int]:
    """Rows of ``teacher`` and ``student`` in ``school``, in the class ``class_id``; argument's name -> number."""
    later = MADE + timedelta(hours=1)
    sha = _blob(f"belongs to {school.uai}".encode())
    of_school: dict[str, Any] = {"school_id": school.id, "year_id": year_id, "class_id": class_id}

    def made(row: Any) -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    section = made(
        Section(
            school_id=school.id, kind=SpaceKind.CLASS, class_id=class_id, title="Notre classe", slug="notre-classe",
            services=[service.value for service in Service], restricted=True, created_at=MADE,
        )
    )  # fmt: skip
    inside: dict[str, Any] = {"section_id": section.id, "school_id": school.id}
    by: dict[str, Any] = {"author_id": teacher.id}
    article = made(
        Article(
            **inside, **by, title="Le musée", source="Texte", body="<p>Texte</p>", published_at=MADE, changed_at=MADE
        )
    )
    attachment = made(ArticleAttachment(article_id=article.id, sha256=sha, name="plan.pdf", size=1))
    comment = made(Comment(article_id=article.id, author_id=student.id, text="Bravo", written_at=MADE))
    category = made(Category(section_id=section.id, name="Sorties"))
    role = made(SectionRole(section_id=section.id, role=SpaceRole.VISITOR, person_id=teacher.id, given_at=MADE))
    folder = made(Folder(**inside, **by, name="Photos", created_at=MADE))
    file = made(
        MediaFile(
            **inside,
            **by,
            folder_id=folder.id,
            sha256=sha,
            name="photo.jpg",
            kind="image/jpeg",
            size=1,
            created_at=MADE,
        )
    )
    archive = made(
        Archive(
            campaign_id=1, begins=2025, school_id=school.id, kind="diary", unit_id=class_id, title="Cahier de textes", sha256=sha,
            size=1, covers={}, made_at=MADE,
        )
    )  # fmt: skip
    campaign = made(Campaign(year=2026, preset="present", title="Calendrier", state="active", created_at=MADE))
    made(CampaignSchool(campaign_id=campaign.id, school_id=school.id))
    calendar_event = made(
        CalendarEvent(
            campaign_id=campaign.id, key="guide", kind="operation", title="Guide", actor="school", earliest=DAY, details={}
        )
    )  # fmt: skip
    plan = made(
        Plan(
            campaign_id=campaign.id, step=1, provisional=False, fingerprint="0" * 64, cutoff=MADE, made_at=MADE, warnings=[]
        )
    )  # fmt: skip
    run = made(Run(campaign_id=campaign.id, step=1, plan_id=plan.id, state="paused", started_at=MADE))
    made(RunPart(run_id=run.id, school_id=school.id, state="waiting"))
    contest = made(Contest(**inside, **by, title="Affiche", opens_at=MADE, closes_at=later, created_at=MADE))
    entry = made(ContestEntry(contest_id=contest.id, author_id=student.id, text="Moi", sha256=sha, handed_in_at=MADE))
    point = made(MapPoint(**inside, **by, title="Mairie", latitude=45_000_000, longitude=4_000_000, created_at=MADE))
    page = made(MinisitePage(**inside, **by, title="Accueil", changed_at=MADE))
    link = made(SearchLink(section_id=section.id, title="Encyclopédie", address="https://example.org/"))

    message = made(
        Message(school_id=school.id, **by, subject="Sortie", body="<p>Demain</p>", written_at=MADE, sent_at=MADE)
    )
    made(MessageCopy(message_id=message.id, owner_id=guardian.id, school_id=school.id, arrived_at=MADE))
    message_file = made(MessageAttachment(message_id=message.id, sha256=sha, name="plan.pdf", size=1))
    box = made(MessageFolder(owner_id=teacher.id, name="À garder", created_at=MADE))
    announcement = made(
        Announcement(
            school_id=school.id, **by, form="announcement", severity=Severity.WARNING, title="Neige",
            written_at=MADE, shown_from=MADE, spread_at=MADE,
        )
    )  # fmt: skip
    group = made(FreeGroup(school_id=school.id, name="Chorale", lifetime="year", created_at=MADE))
    made(FreeGroupMember(group_id=group.id, person_id=teacher.id, manager=True, since=MADE))

    lesson = made(
        Lesson(**of_school, teacher_id=teacher.id, subject="Sciences", starts_at=MADE, ends_at=later, changed_at=MADE)
    )
    homework = made(Homework(**of_school, **by, title="Lire", given_on=DAY, due_on=DAY, changed_at=MADE))
    activity = made(Activity(school_id=school.id, **by, title="Volcans", written_at=MADE))
    made(ActivityGiven(activity_id=activity.id, student_id=student.id, class_id=class_id, given_on=DAY))
    life_file = made(SchoolLifeFile(homework_id=homework.id, sha256=sha, name="fiche.pdf", size=1))
    word = made(LiaisonEntry(**of_school, **by, title="Réunion", written_at=MADE))
    date_ = made(AgendaEvent(**of_school, **by, title="Sortie", starts_at=MADE, ends_at=later))
    absence = made(
        Absence(**of_school, student_id=student.id, kind="absent", starts_at=MADE, ends_at=later, recorded_at=MADE)
    )
    period = made(
        Period(school_id=school.id, year_id=year_id, position=1, name="T1", first_day=date(2025, 9, 1), last_day=DAY)
    )
    assessment = made(
        Assessment(**of_school, **by, period_id=period.id, title="Contrôle", held_on=DAY, published_at=MADE)
    )
    made(Mark(assessment_id=assessment.id, student_id=student.id, value=1200))
    card = made(ReportCard(**of_school, period_id=period.id, student_id=student.id, published_at=MADE))
    council = made(ClassCouncil(**of_school, period_id=period.id, held_at=MADE, published_at=MADE))
    measure = made(
        Measure(**of_school, **by, student_id=student.id, kind="punishment", decided_on=DAY, recorded_at=MADE)
    )
    made(PupilPhoto(school_id=school.id, student_id=student.id, sha256=sha, taken_at=MADE))
    project = made(InterdisciplinaryProject(**of_school, **by, title="Rivière", first_day=DAY, last_day=DAY))
    letter = made(Letter(**of_school, **by, title="Bulletin", source="Bonjour", written_at=MADE))
    parameter = made(SchoolParameter(school_id=school.id, list="absence-reason", label="Maladie"))
    follows = made(
        SupportLink(school_id=school.id, student_id=student.id, adult_id=teacher.id, kind="tutor", made_at=MADE)
    )
    exit_ = made(PupilExit(school_id=school.id, student_id=student.id, kind="suspended", since=DAY, recorded_at=MADE))
    phone = made(PhoneChange(person_id=guardian.id, which="mobile_phone", number="06 00 00 00 01", changed_at=MADE))
    by_hand = db.session.scalars(select(ClassMembership).where(ClassMembership.class_id == class_id)).first()
    assert by_hand is not None
    merged = made(
        GuardianMerge(
            school_id=school.id, kept_id=guardian.id, source="aaf", key=f"double-{school.uai}", merged_at=MADE
        )
    )
    granted = made(
        AnnouncementGrant(school_id=school.id, person_id=teacher.id, role="announcement-publisher", granted_at=MADE)
    )
    bookmark = made(Bookmark(person_id=teacher.id, title="Carte", address="/espace"))
    own_date = made(PersonalEvent(person_id=teacher.id, title="Bilan", starts_at=MADE, ends_at=later))
    questionnaire = made(
        Questionnaire(
            school_id=school.id, **by, title="Enquête", questions=[{"kind": "text", "words": "Quoi ?"}],
            profiles=["guest"], token=f"secret-{school.uai}", opened_at=MADE, created_at=MADE,
        )
    )  # fmt: skip
    stands_in = StandIn(
        school_id=school.id, role=Role.SCHOOL_ADMIN, person_id=teacher.id, from_day=DAY, last_day=DAY, named_at=MADE
    )
    db.session.add(stands_in)
    db.session.flush()
    delivery = made(
        FeedImport(
            source="aaf", name=f"livraison-{school.uai}", digest="0" * 64, year_id=year_id, state="planned", started_at=MADE,
            counts=dict.fromkeys(COUNTS, 0),
        )
    )  # fmt: skip
    counts = dict.fromkeys(SCHOOL_COUNTS, 0)
    line = made(
        FeedImportSchool(
            import_id=delivery.id, key=school.uai, school_id=school.id, uai=school.uai, name=school.uai, counts=counts
        )
    )
    evidence = Evidence(pupils=4, same=4, same_level=4, elsewhere=0).document()
    decision = made(FeedDecision(import_id=delivery.id, school_id=school.id, code="6Z", evidence=evidence))
    refusal = made(FeedRefusedClass(school_id=school.id, year_id=year_id, code="6Y", refused_at=MADE))
    declaration = made(
        SchoolDeclaration(
            school_id=school.id, kind="closure", day=DAY, uais=[], site="", sections="", trash="", archives="", keeper="",
            declared_at=MADE, withdrawn_at=MADE, open=False,
        )
    )  # fmt: skip
    return {
        "section_id": section.id,
        "article_id": article.id,
        "attachment_id": attachment.id,
        "comment_id": comment.id,
        "category_id": category.id,
        "role_id": role.id,
        "folder_id": folder.id,
        "file_id": file.id,
        "contest_id": contest.id,
        "entry_id": entry.id,
        "point_id": point.id,
        "page_id": page.id,
        "link_id": link.id,
        "message_id": message.id,
        "messaging.attachment_id": message_file.id,
        "messaging.folder_id": box.id,
        "announcement_id": announcement.id,
        "group_id": group.id,
        "archive_id": archive.id,
        "class_id": class_id,
        "student_id": student.id,
        "person_id": student.id,
        "guardian_id": guardian.id,
        "lesson_id": lesson.id,
        "homework_id": homework.id,
        "activity_id": activity.id,
        "life_file_id": life_file.id,
        "schoollife_liaison.entry_id": word.id,
        "schoollife_liaison.event_id": date_.id,
        "absence_id": absence.id,
        "period_id": period.id,
        "assessment_id": assessment.id,
        "card_id": card.id,
        "council_id": council.id,
        "measure_id": measure.id,
        "project_id": project.id,
        "letter_id": letter.id,
        "parameter_id": parameter.id,
        "schoollife_pupils.link_id": follows.id,
        "exit_id": exit_.id,
        "change_id": phone.id,
        "grant_id": granted.id,
        "feeds_merging_admin.person_id": guardian.id,
        "merge_id": merged.id,
        "feeds_reconciling_admin.link_id": by_hand.id,
        "other_id": student.id,
        "bookmark_id": bookmark.id,
        "campaign_id": campaign.id,
        "step": 1,
        "run_id": run.id,
        "campaign_dates.event_id": calendar_event.id,
        "event_id": own_date.id,
        "stand_in_id": stands_in.id,
        "questionnaire_id": questionnaire.id,
        "feeds_admin.number": delivery.id,
        "feeds_deciding_admin.number": delivery.id,
        "line_id": line.id,
        "decision_id": decision.id,
        "refusal_id": refusal.id,
        "declaration_id": declaration.id,
    }


def _blob(data: bytes) -> str:
    sha = hashlib.sha256(data).hexdigest()
    db.session.add(Blob(sha256=sha, size=len(data), kind="application/pdf", stored_at=MADE))
    db.session.flush()
    return sha
