"""Completing people from an export of SIECLE: what is empty is filled, what differs is told (FEED-5). Never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.audit.actions import Actor, record
from app.db import db
from app.directory.models import Affiliation, Guardianship, Person, School
from app.directory.queries import project, years
from app.feeds.formats.aaf_files import Category
from app.feeds.formats.siecle import Address, Export, NotSiecle, Pupil
from app.feeds.models import FeedImport, FeedReject
from app.feeds.reasons import pack
from app.profiles import Profile
from app.pulse import DIRECTORY, bump
from app.schoolyear import local_day, zone_of
from app.words import N_, Words

SOURCE = "siecle"
_ROOTS = {"pupil": "BEE_ELEVES", "adult": "BEE_RESPONSABLES"}


class _Completing:
    """One export beside one school's people; ``changed`` are the people who got something."""

    def __init__(self, export: Export, made: FeedImport, school: School, now: datetime) -> None:
        self.export, self.made, self.school = export, made, school
        self.today = local_day(now, zone_of(school.zone))
        self.changed: set[int] = set()
        self.doubled = export.doubled_ines()

    def tell(self, category: Category, entry: str, reason: Words, *, whole: bool) -> None:
        packed = pack(reason)
        db.session.add(
            FeedReject(
                import_id=self.made.id, school_id=self.school.id, category=str(category), entry=entry[:80], whole=whole,
                reason=packed["template"], values=packed["values"],
            )
        )  # fmt: skip

    def fill(self, person: Person, values: Mapping[str, str]) -> None:
        """Write what the directory does not know; nothing known is ever changed."""
        for name, value in values.items():
            if value and not getattr(person, name):
                setattr(person, name, value)
                self.changed.add(person.id)

    def fill_address(self, person: Person, address: Address | None) -> None:
        if address is not None and not person.address and not person.postal_code:
            self.fill(
                person,
                {
                    "address": address.lines,
                    "postal_code": address.postal_code,
                    "town": address.town,
                    "country": address.country,
                },
            )

    def address(self, kind: str, number: str) -> Address | None:
        return self.export.addresses.get(f"{_ROOTS[kind]} {number}") if number else None


def complete(export: Export, digest: str, name: str, *, by: Actor, now: datetime) -> FeedImport:
    """Complete the people of the export's school; the report. ``now`` is portal time.

    Raises ``NotSiecle`` for a school or a school year that is not the portal's.
    """
    school = db.session.scalar(select(School).where(School.uai == export.uai))
    if school is None:
        raise NotSiecle(Words(N_("L’établissement %(uai)s n’est pas connu du portail."), uai=export.uai))
    last = project().rollover_year
    if export.year is not None and export.year not in (last - 1, last):
        sentence = N_("L’export parle de l’année scolaire %(year)s ; le portail connaît %(one)s et %(other)s.")
        raise NotSiecle(Words(sentence, year=export.year, one=last - 1, other=last))
    started = clock.machine_now()
    made = FeedImport(
        source=SOURCE,
        name=name[:200],
        delivered_on=export.day,
        digest=digest,
        year_id=years()[export.year or last].id,
        state="applied",
        complete=False,
        started_at=started,
        counts={},
        warnings=[pack(words) for words in export.warnings],
    )
    db.session.add(made)
    db.session.flush()
    work = _Completing(export, made, school, now)
    known = _pupils(work)
    _complete_adults(work, known)
    told = len(export.pupils) + len(export.adults)
    made.counts = {
        "schools": 1,
        "students": len(export.pupils),
        "guardians": len(export.adults),
        "changed": len(work.changed),
        "unchanged": told - min(told, len(work.changed)),
    }
    made.finished_at = clock.machine_now()
    after = {"name": made.name, "changed": len(work.changed)}
    record("feed.completed", by=by, now=now, subject=("feed-import", made.id), school_id=school.id, after=after)
    bump(db.session(), DIRECTORY)
    db.session.flush()
    return made


def _pupils(work: _Completing) -> dict[str, Person]:
    """Complete the pupils; those of the export (or of a responsible's line) who are known, by ELEVE_ID."""
    here = select(Affiliation.person_id).where(
        Affiliation.school_id == work.school.id, Affiliation.profile == Profile.STUDENT
    )
    people = db.session.scalars(select(Person).where(Person.id.in_(here))).all()
    by_number = {person.siecle_id: person for person in people if person.siecle_id}
    by_ine = {person.ine: person for person in people if person.ine}
    known = dict(by_number)
    for pupil in work.export.pupils.values():
        person = by_number.get(pupil.eleve_id)
        if person is None and pupil.ine and pupil.ine not in work.doubled:
            person = by_ine.get(pupil.ine)
        if person is None:
            known.pop(pupil.eleve_id, None)
            work.tell(
                Category.STUDENT,
                pupil.eleve_id,
                Words(N_("L’élève n’est pas connu ici, et SIECLE ne crée personne.")),
                whole=True,
            )
        elif person.birth_date is not None and pupil.birth_date is not None and person.birth_date != pupil.birth_date:
            # A number alone is no proof: whoever was born on another day is somebody else.
            known.pop(pupil.eleve_id, None)
            work.tell(
                Category.STUDENT,
                pupil.eleve_id,
                Words(N_("La date de naissance est celle de quelqu’un d’autre.")),
                whole=True,
            )
        else:
            known[pupil.eleve_id] = person
            _complete_pupil(work, pupil, person)
    return known


def _complete_pupil(work: _Completing, pupil: Pupil, person: Person) -> None:
    if pupil.ine and pupil.ine in work.doubled:
        reason = Words(N_("L’INE %(ine)s est celui de plusieurs élèves de l’export ; il est laissé."), ine=pupil.ine)
        work.tell(Category.STUDENT, pupil.eleve_id, reason, whole=False)
    elif pupil.ine and person.ine and person.ine != pupil.ine:
        reason = Words(N_("SIECLE donne l’INE %(ine)s, l’annuaire en connaît un autre."), ine=pupil.ine)
        work.tell(Category.STUDENT, pupil.eleve_id, reason, whole=False)
    elif pupil.ine and not person.ine:
        if db.session.scalar(select(Person.id).where(Person.ine == pupil.ine).limit(1)) is not None:
            reason = Words(N_("L’INE %(ine)s est déjà celui de quelqu’un d’autre ; il est laissé."), ine=pupil.ine)
            work.tell(Category.STUDENT, pupil.eleve_id, reason, whole=False)
        else:
            work.fill(person, {"ine": pupil.ine})
    work.fill(person, {"siecle_id": pupil.eleve_id})
    work.fill_address(person, work.address("pupil", pupil.address_id))
    if pupil.left_on is not None and pupil.left_on <= work.today:
        sentence = (
            N_("SIECLE dit que l’élève n’est jamais venu (%(day)s) ; son accès ne change pas de lui-même.")
            if pupil.never_came
            else N_("SIECLE dit l’élève sorti le %(day)s ; son accès ne change pas de lui-même.")
        )
        work.tell(Category.STUDENT, pupil.eleve_id, Words(sentence, day=pupil.left_on), whole=False)


def _complete_adults(work: _Completing, known: Mapping[str, Person]) -> None:
    """Adults are those who stand for a pupil of the export under the same name; one of that name and no more."""
    guardians = _guardians(person.id for person in known.values())
    done: set[str] = set()
    for eleve_id, persone_id in work.export.links:
        adult, pupil = work.export.adults.get(persone_id), known.get(eleve_id)
        if adult is None or pupil is None:
            continue
        found = [person for person in guardians[pupil.id] if person.search_name == adult.name]
        if len(found) == 1:
            done.add(persone_id)
            phones = ("home_phone", "mobile_phone", "work_phone")
            work.fill(found[0], {name: getattr(adult, name) for name in (*phones, "email")})
            work.fill_address(found[0], work.address("adult", adult.address_id))
    for persone_id in work.export.adults:
        if persone_id not in done:
            reason = Words(N_("Aucun responsable connu d’un élève de l’établissement ne porte ce nom."))
            work.tell(Category.ADULT, persone_id, reason, whole=True)


def _guardians(pupils: Iterable[int]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    query = select(Guardianship.student_id, Person).join(Person, Person.id == Guardianship.guardian_id)
    query = query.where(Guardianship.student_id.in_(list(pupils)), Guardianship.cut_at.is_(None))
    for student_id, person in db.session.execute(query):
        found[student_id].append(person)
    return found
