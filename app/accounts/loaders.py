"""Accounts for many people at once (ACCT-1): a login each, no password, no code. Set-based.

Nobody's secret is made here: a first secret is a one-time code, given out when somebody asks for it (ACCT-2, ACCT-3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.accounts.logins import stem_of
from app.accounts.models import Account
from app.db import UtcDateTime
from app.directory.models import Person

_SLICE = 1000

# A stem never ends with a digit: whatever follows it in a login and is all digits is the number of a namesake. Those logins lie between
# the stem and the stem with nines in the order of every collation, so that the index finds them; what else lies there is left out.
_OPEN = """
INSERT INTO account (person_id, login, language, created_at)
SELECT wanted.person_id,
       CASE WHEN wanted.number = 1 THEN wanted.stem ELSE wanted.stem || CAST(wanted.number AS VARCHAR) END,
       'fr', :now
FROM (
    SELECT w.person_id, w.stem,
           COALESCE(taken.highest, 0) + ROW_NUMBER() OVER (PARTITION BY w.stem ORDER BY w.person_id) AS number
    FROM account_wanted w
    LEFT JOIN (
        SELECT stem, MAX(CASE WHEN suffix = '' THEN 1 WHEN LENGTH(suffix) > 9 THEN 1 ELSE CAST(suffix AS INTEGER) END) AS highest
        FROM (
            SELECT s.stem, SUBSTR(a.login, LENGTH(s.stem) + 1) AS suffix
            FROM (SELECT DISTINCT stem FROM account_wanted) AS s
            JOIN account a ON a.login >= s.stem AND a.login <= s.stem || '9999999999' AND SUBSTR(a.login, 1, LENGTH(s.stem)) = s.stem
        ) AS cut WHERE RTRIM(suffix, '0123456789') = '' GROUP BY stem
    ) AS taken ON taken.stem = w.stem
) AS wanted
"""


def open_wanted(session: Session, *, now: datetime) -> int:
    """Open an account for each row of the temporary table ``account_wanted (person_id, stem)``; how many.

    The table's people have no account yet. Namesakes get numbers in the order of their own (ACCT-1); ``now`` is machine time.
    """
    if not session.scalar(text("SELECT EXISTS (SELECT 1 FROM account_wanted)")):
        return 0
    statement = text(_OPEN).bindparams(bindparam("now", type_=UtcDateTime()))
    return session.execute(statement, {"now": now}).rowcount or 0  # type: ignore[attr-defined]


def open_accounts(session: Session, person_ids: Iterable[int], *, now: datetime) -> int:
    """Open an account for each of these people who has none; how many were opened. ``now`` is machine time."""
    session.flush()
    session.execute(text("DROP TABLE IF EXISTS account_wanted"))
    session.execute(text("CREATE TEMPORARY TABLE account_wanted (person_id bigint, stem text)"))
    for some in _slices(sorted(set(person_ids))):
        people = session.execute(
            select(Person.id, Person.first_name, Person.last_name)
            .outerjoin(Account, Account.person_id == Person.id)
            .where(Person.id.in_(some), Person.set_aside_by.is_(None), Account.person_id.is_(None)),
            # An account that is set aside is one: its login stays reserved.
            execution_options={"set_aside": True},
        )
        rows = [{"person_id": number, "stem": stem_of(first, last)} for number, first, last in people]
        if rows:
            session.execute(text("INSERT INTO account_wanted (person_id, stem) VALUES (:person_id, :stem)"), rows)
    opened = open_wanted(session, now=now)
    session.execute(text("DROP TABLE account_wanted"))
    return opened


def _slices(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _SLICE):
        yield numbers[start : start + _SLICE]
