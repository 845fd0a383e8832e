"""Two records of somebody become one account, the older one (KIN-4, FEED-5), and two again. Never commits; ``now`` is portal time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from app import clock
from app.accounts.models import Account, EmailToken
from app.audit.actions import Actor, actor_of, record
from app.db import db
from app.directory.actions import end_sessions_of_person
from app.directory.kin.actions import settle_guardian_places
from app.directory.kin.models import LinkCut
from app.directory.models import Affiliation, Guardianship, Person
from app.errors import Refused
from app.feeds.merging.loaders import Image, count_rows, move_rows, put_back
from app.feeds.merging.models import GuardianMerge
from app.feeds.merging.moved import CHANGED, CUT, ELSEWHERE, GONE, Conflict, gathered, in_words
from app.feeds.merging.pairs import kept_and_merged, refusal
from app.feeds.merging.queries import merge_to_undo, record_of, undo_refusal
from app.feeds.models import FeedAlias, FeedDeparture
from app.profiles import Profile, Visitor
from app.pulse import DIRECTORY, bump
from app.words import N_

_RANKS = ("legal", "in-charge", "contact")
#: What a feed says of somebody: an account made by hand takes it over with the key that a feed knows them by.
_FED = (
    "title", "last_name", "birth_name", "first_name", "other_first_names", "search_name", "birth_date", "ine", "siecle_id", "email",
    "home_phone", "work_phone", "mobile_phone", "address", "postal_code", "town", "country", "home_school_id",
)  # fmt: skip
_LINK = ("standing", "pays", "cut_at")


class CannotMerge(Refused):
    """The words say why, and who may."""

    status = 403
    message = N_("Ces deux fiches ne peuvent pas être rapprochées.")


class CannotUndo(Refused):
    """The words say why."""

    status = 409
    message = N_("Ce rapprochement ne peut pas être annulé.")


def merge(one: int, other: int, school_id: int | None, *, by: Visitor, now: datetime) -> GuardianMerge:
    """Give everything of the younger of two guardians to the older one, disable the younger account, remember its key.

    The key becomes an alias: whatever a later delivery sends under it is the older account's. A link that is cut for either is cut
    for both (KIN-3). Raises ``CannotMerge``.
    """
    refused = refusal(by, first := record_of(one), second := record_of(other), school_id)
    if refused is not None:
        raise CannotMerge(refused)
    kept, merged = (found.person_id for found in kept_and_merged(first, second))
    return join(kept, merged, school_id, kind="guardian", by=actor_of(by), now=now)


def join(kept: int, merged: int, school_id: int | None, *, kind: str, by: Actor, now: datetime) -> GuardianMerge:
    """Give everything of ``merged`` to ``kept`` and keep what it takes to undo it. Whoever may is asked before.

    Where the kept account was made by hand and the other is fed, the kept one is fed from now on; else the other's key is an alias.
    """
    session = db.session()
    older, younger = session.get_one(Person, kept), session.get_one(Person, merged)
    source, key = younger.source, younger.source_key
    image: dict[str, Any] = {"links": _merge_links(merged, kept)}
    session.flush()
    rows = move_rows(session, merged, kept)
    image |= {"moved": rows.moved, "folded": rows.folded}
    session.execute(delete(FeedDeparture).where(FeedDeparture.person_id == merged))
    session.execute(delete(EmailToken).where(EmailToken.person_id == merged))
    # The key is the kept account's from now on; the empty record keeps its own number.
    fingerprint, younger.fingerprint = younger.fingerprint, None
    younger.source, younger.source_key = "merged", str(merged)
    session.flush()
    if source != "hand" and older.source == "hand":
        image["taken_over"] = _take_over(older, younger, source, key)
    elif source != "hand":
        session.add(FeedAlias(source=source, key=key, person_id=kept, fingerprint=fingerprint))
    account = session.get(Account, merged)
    if account is not None:
        image["disabled_before"] = account.disabled_at.isoformat() if account.disabled_at else None
        account.disabled_at = clock.machine_now()
        image["disabled_at"] = account.disabled_at.isoformat()
    made = GuardianMerge(school_id=school_id, kept_id=kept, merged_id=merged, source=source, key=key, merged_at=now)
    made.kind, made.merged_by_id, made.image = kind, by.person_id, image
    if kind != "guardian":
        made.agreed_at = now
    session.add(made)
    session.flush()
    before = {
        "kept": kept,
        "merged": merged,
        "source": source,
        "key": key,
        "moved": rows.moved,
        "links": image["links"],
    }
    action = "guardian.merged" if kind == "guardian" else "account.merged"
    record(action, by=by, now=now, subject=("person", kept), school_id=school_id, before=before)
    _settled(kept, merged, by, now)
    session.expire_all()
    return made


def _take_over(older: Person, younger: Person, source: str, key: str) -> dict[str, Any]:
    """The account made by hand is the feed's from now on; what it was before, for the undoing."""
    before: dict[str, Any] = {"source": older.source, "source_key": older.source_key, "lifetime": older.lifetime}
    before["columns"] = {name: [_plain(getattr(older, name)), _plain(getattr(younger, name))] for name in _FED}
    for name in _FED:
        setattr(older, name, getattr(younger, name))
    older.source, older.source_key, older.lifetime, older.fingerprint = source, key, None, None
    db.session.flush()
    return before


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _settled(kept: int, merged: int, by: Actor, now: datetime) -> None:
    for person_id in (kept, merged):
        end_sessions_of_person(person_id, by=by, now=now)
    bump(db.session(), DIRECTORY)


def _merge_links(merged: int, kept: int) -> list[dict[str, Any]]:
    """The younger's links become the older's; each as it was, and where it was folded into another that one before and after."""
    session = db.session()
    own = {link.student_id: link for link in session.scalars(_links(kept))}
    image: list[dict[str, Any]] = []
    for link in session.scalars(_links(merged)).all():
        line: dict[str, Any] = {"id": link.id, "student": link.student_id, **_values(link)}
        image.append(line)
        same = own.get(link.student_id)
        if same is None:
            link.guardian_id = kept
            continue
        line |= {"source": link.source, "link_code": link.link_code, "into": same.id, "before": _values(same)}
        same.standing = min(same.standing, link.standing, key=_RANKS.index)
        same.pays = same.pays or link.pays
        same.cut_at = same.cut_at or link.cut_at
        line["after"] = _values(same)
        line["cuts"] = list(session.scalars(select(LinkCut.id).where(LinkCut.guardianship_id == link.id)))
        session.execute(update(LinkCut).where(LinkCut.guardianship_id == link.id).values(guardianship_id=same.id))
        session.delete(link)
    return image


def _values(link: Guardianship) -> dict[str, Any]:
    return {name: _plain(getattr(link, name)) for name in _LINK}


def _links(guardian_id: int) -> Select[Guardianship]:
    return select(Guardianship).where(Guardianship.guardian_id == guardian_id).order_by(Guardianship.id)


# Two again -------------------------------------------------------------------------------------------------------------


def undo(merge_id: int, *, by: Visitor, now: datetime) -> list[Conflict]:
    """Tell two merged records apart again: what was moved goes back where it still stands as the merge left it.

    What changed since stays with the kept account and is listed, never overwritten (G8); what was made since stays too. A link cut since
    stays cut on both sides (KIN-3). Raises ``CannotUndo``.
    """
    made = merge_to_undo(merge_id)
    refused = undo_refusal(made)
    if refused is not None or made.merged_id is None or made.image is None:
        raise CannotUndo(refused)
    session, kept, merged, image = db.session(), made.kept_id, made.merged_id, made.image
    older, younger = session.get_one(Person, kept), session.get_one(Person, merged)
    session.execute(
        delete(FeedAlias).where(FeedAlias.source == made.source, FeedAlias.key == made.key, FeedAlias.person_id == kept)
    )
    conflicts = _give_up(older, image.get("taken_over"))
    session.flush()
    younger.source, younger.source_key, younger.fingerprint, older.fingerprint = made.source, made.key, None, None
    session.flush()
    _counts, rows = put_back(session, Image(moved=image["moved"], folded=image["folded"]), merged, kept)
    conflicts += rows + _part_links(image["links"], kept, merged)
    account = session.get(Account, merged)
    if account is not None and "disabled_at" in image:
        if _plain(account.disabled_at) == image["disabled_at"]:
            before = image["disabled_before"]
            account.disabled_at = datetime.fromisoformat(before) if before else None
        else:
            conflicts.append(("account", CHANGED))
    session.flush()
    session.expire_all()
    for person_id in (kept, merged):
        settle_guardian_places(person_id, _schools_about(person_id))
    found = gathered(conflicts)
    made = merge_to_undo(merge_id)
    made.undone_at, made.undone_by_id = now, by.person_id
    made.conflicts = [one.spelled() for one in found]
    after = {"kept": kept, "merged": merged, "conflicts": made.conflicts}
    action = "guardian.merge-undone" if made.kind == "guardian" else "account.merge-undone"
    record(action, by=actor_of(by), now=now, subject=("person", kept), school_id=made.school_id, after=after)
    _settled(kept, merged, actor_of(by), now)
    session.flush()
    return found


def _schools_about(guardian_id: int) -> Sequence[int]:
    """The schools of the pupils whom somebody is linked to, and those where they stand as a guardian."""
    pupils = select(Guardianship.student_id).where(Guardianship.guardian_id == guardian_id)
    there = select(Affiliation.school_id).where(
        Affiliation.person_id.in_(pupils), Affiliation.profile == Profile.STUDENT
    )
    own = select(Affiliation.school_id).where(
        Affiliation.person_id == guardian_id, Affiliation.profile == Profile.GUARDIAN
    )
    return sorted(set(db.session.scalars(there)) | set(db.session.scalars(own)))


def _give_up(older: Person, before: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The kept account is made by hand again, as far as nothing changed since."""
    if before is None:
        return []
    conflicts = []
    for name, (was, became) in before["columns"].items():
        if _plain(getattr(older, name)) != became:
            conflicts.append(("person", CHANGED))
        elif was != became:
            setattr(older, name, date.fromisoformat(was) if was and name == "birth_date" else was)
    older.source, older.source_key, older.lifetime = before["source"], before["source_key"], before["lifetime"]
    return conflicts


def _part_links(image: Sequence[dict[str, Any]], kept: int, merged: int) -> list[tuple[str, str]]:
    """The links are two persons' again. Returns (table, reason) of each that is not as it was."""
    session, conflicts = db.session(), []
    for line in image:
        if "into" not in line:
            link = session.get(Guardianship, line["id"])
            if link is None:
                conflicts.append(("guardianship", GONE))
            elif link.guardian_id != kept:
                conflicts.append(("guardianship", ELSEWHERE))
            else:
                link.guardian_id = merged
            continue
        same = session.get(Guardianship, line["into"])
        back = Guardianship(student_id=line["student"], guardian_id=merged, source=line["source"])
        back.id, back.link_code = line["id"], line["link_code"]
        back.standing, back.pays, back.cut_at = line["standing"], line["pays"], _instant(line["cut_at"])
        if same is None or session.get(Person, line["student"]) is None:
            conflicts.append(("guardianship", GONE))
            continue
        cut_since = same.cut_at is not None and line["after"]["cut_at"] is None
        for name in _LINK:
            if _plain(getattr(same, name)) == line["after"][name]:
                was = line["before"][name]
                setattr(same, name, _instant(was) if name == "cut_at" else was)
            elif name != "cut_at":
                conflicts.append(("guardianship", CHANGED))
        if cut_since:
            back.cut_at = same.cut_at
            conflicts.append(("guardianship", CUT))
        session.add(back)
        session.flush()
        moved = update(LinkCut).where(LinkCut.id.in_(line["cuts"]), LinkCut.guardianship_id == same.id)
        session.execute(moved.values(guardianship_id=back.id))
    return conflicts


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# Before either ---------------------------------------------------------------------------------------------------------


def would_move(merged: int, kept: int) -> list[tuple[str, int]]:
    """What a merge would give to the kept account, in words with numbers; two queries."""
    counts = count_rows(db.session(), merged, kept)
    links = select(func.count(Guardianship.id)).where(Guardianship.guardian_id == merged)
    counts["guardianship"] = db.session.scalar(links) or 0
    return in_words(counts)


def would_go_back(made: GuardianMerge) -> tuple[list[tuple[str, int]], list[Conflict]]:
    """What an undoing would give back, in words with numbers, and what it would leave where it is."""
    image = made.image or {}
    counts, conflicts = put_back(
        db.session(),
        Image(moved=image.get("moved", {}), folded=image.get("folded", {})),
        made.merged_id or 0,
        made.kept_id,
        only_look=True,
    )
    links = image.get("links", [])
    ids = [line["id"] for line in links if "into" not in line] + [line["into"] for line in links if "into" in line]
    whose = dict(
        db.session.execute(select(Guardianship.id, Guardianship.guardian_id).where(Guardianship.id.in_(ids))).all()
    )
    counts["guardianship"] = sum(whose.get(number) == made.kept_id for number in ids)
    conflicts += [
        ("guardianship", GONE if number not in whose else ELSEWHERE)
        for number in ids
        if whose.get(number) != made.kept_id
    ]
    return in_words(counts), gathered(conflicts)
