"""The answer table, cell by cell (GATE-6, GATE-14, GATE-16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gate.answers import (
    PRIVATE_HEADERS,
    Answer,
    RequestFacts,
    RequestKind,
    answer,
    classify,
    page_of,
    problem,
    retry_after,
    within_grace,
)
from app.gate.decision import OPEN, Decision
from app.gate.windows import WindowKind
from app.words import Words

NOW = datetime(2026, 8, 25, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1000)
WHY = Words("Fermé.")
REDIRECT = "/etablissements/0690001A/fermeture/guardian"
HERE = "/messagerie?dossier=3"

OPEN_NOW = Decision(allowed=True, reason=OPEN)
MAINTENANCE = Decision(allowed=False, reason=WHY, rule="GATE-1", kind=WindowKind.MAINTENANCE, reopens_at=SOON)
OVERRUN = Decision(allowed=False, reason=WHY, rule="GATE-1", kind=WindowKind.MAINTENANCE, overrun=True)
WINDOW = Decision(allowed=False, reason=WHY, rule="GATE-2", kind=WindowKind.PROFILES, reopens_at=SOON)
SCHOOLS_OWN = WINDOW._replace(rule="GATE-4")
STAGGERED = WINDOW._replace(rule="GATE-13")
DECISIONS = {
    "open": OPEN_NOW,
    "maintenance": MAINTENANCE,
    "overrun": OVERRUN,
    "window": WINDOW,
    "school's own": SCHOOLS_OWN,
    "staggered": STAGGERED,
}
PASS = (None, None, None)

#: (decision, kind of request) -> status, body, location.
TABLE = {
    ("open", RequestKind.NAVIGATION): PASS,
    ("open", RequestKind.HTMX): PASS,
    ("open", RequestKind.FORM_IN_GRACE): PASS,
    ("open", RequestKind.FORM): PASS,
    ("open", RequestKind.FETCH): PASS,
    **{
        (closed, kind): cell
        for closed in ("maintenance", "overrun")
        for kind, cell in {
            RequestKind.NAVIGATION: (503, "closed_page", None),
            RequestKind.HTMX: (503, "empty", HERE),
            RequestKind.FORM_IN_GRACE: PASS,
            RequestKind.FORM: (503, "draft_page", None),
            RequestKind.FETCH: (503, "problem", None),
        }.items()
    },
    **{
        (closed, kind): cell
        for closed in ("window", "school's own", "staggered")
        for kind, cell in {
            RequestKind.NAVIGATION: (303, "empty", REDIRECT),
            RequestKind.HTMX: (503, "empty", REDIRECT),
            RequestKind.FORM_IN_GRACE: PASS,
            RequestKind.FORM: (503, "draft_page", None),
            RequestKind.FETCH: (503, "problem", None),
        }.items()
    },
    **{(any_, RequestKind.PUBLIC): PASS for any_ in DECISIONS},
}


def ask(name: str, kind: RequestKind, redirect_page: str | None = REDIRECT) -> Answer:
    return answer(DECISIONS[name], kind, redirect_page=redirect_page, now=NOW, jitter=0.5, page=HERE)


def test_the_table_has_every_cell() -> None:
    assert set(TABLE) == {(name, kind) for name in DECISIONS for kind in RequestKind}


@pytest.mark.parametrize(("name", "kind"), TABLE, ids=lambda value: str(value))
def test_a_cell_has_its_status_body_and_place(name: str, kind: RequestKind) -> None:
    given_ = ask(name, kind)
    assert (given_.status, given_.body, given_.location) == TABLE[name, kind]


@pytest.mark.parametrize(("name", "kind"), TABLE, ids=lambda value: str(value))
def test_a_cell_has_its_headers(name: str, kind: RequestKind) -> None:
    """Whatever is gated is no-store and varies; what is refused says when to come back; what is public keeps its own."""
    given_ = ask(name, kind)
    expected: dict[str, str] = {} if kind == RequestKind.PUBLIC else dict(PRIVATE_HEADERS)
    if given_.status is not None:
        expected["Retry-After"] = "945" if name == "overrun" else "1050"
    if kind == RequestKind.HTMX and given_.status is not None:
        expected["HX-Redirect"] = HERE if name in ("maintenance", "overrun") else REDIRECT
    if given_.status == 303:
        expected["Location"] = REDIRECT
    if given_.body == "problem":
        expected["Content-Type"] = "application/problem+json"
    assert dict(given_.headers) == expected


@pytest.mark.parametrize("name", ["window", "school's own", "staggered"])
def test_where_a_profile_has_no_redirect_page_the_closed_page_is_shown_in_place(name: str) -> None:
    given_ = ask(name, RequestKind.NAVIGATION, None)
    assert (given_.status, given_.body, given_.location) == (503, "closed_page", None)
    given_ = ask(name, RequestKind.HTMX, None)
    assert (given_.status, given_.location) == (503, HERE)


@pytest.mark.parametrize("name", DECISIONS)
def test_htmx_never_gets_a_3xx(name: str) -> None:
    status = ask(name, RequestKind.HTMX).status
    assert status is None or status == 503


@pytest.mark.parametrize("kind", RequestKind)
def test_nothing_dated_is_answered_with_403(kind: RequestKind) -> None:
    assert all(ask(name, kind).status in (None, 303, 503) for name in DECISIONS)


# Kinds of requests -----------------------------------------------------------------------------------------------------

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (RequestFacts(fetch_mode="navigate", accept="text/html,*/*;q=0.8"), RequestKind.NAVIGATION),
        (RequestFacts(fetch_mode="navigate", accept="*/*"), RequestKind.NAVIGATION),
        (RequestFacts(accept="text/html,application/xhtml+xml"), RequestKind.NAVIGATION),
        (RequestFacts(accept="application/xhtml+xml;q=0.9"), RequestKind.NAVIGATION),
        (RequestFacts(method="HEAD", accept="TEXT/HTML"), RequestKind.NAVIGATION),
        (RequestFacts(htmx=True, accept="text/html", fetch_mode="cors"), RequestKind.HTMX),
        (RequestFacts(htmx=True, fetch_mode="navigate"), RequestKind.HTMX),
        (RequestFacts(htmx=True, method="DELETE"), RequestKind.HTMX),
        (RequestFacts(htmx=True, method="POST", content_type=FORM), RequestKind.HTMX),
        (RequestFacts(method="POST", content_type=FORM, fetch_mode="navigate"), RequestKind.FORM),
        (
            RequestFacts(method="post", content_type="multipart/form-data; boundary=x", accept="text/html"),
            RequestKind.FORM,
        ),
        (RequestFacts(method="POST", content_type="application/json", accept="application/json"), RequestKind.FETCH),
        (RequestFacts(method="POST", content_type=FORM, fetch_mode="cors", accept="*/*"), RequestKind.FETCH),
        (RequestFacts(accept="*/*"), RequestKind.FETCH),
        (RequestFacts(), RequestKind.FETCH),
        (RequestFacts(accept="image/png", fetch_mode="no-cors"), RequestKind.FETCH),
        (RequestFacts(public=True, fetch_mode="navigate"), RequestKind.PUBLIC),
        (RequestFacts(public=True, method="POST", content_type=FORM), RequestKind.PUBLIC),
        (RequestFacts(public=True, htmx=True), RequestKind.PUBLIC),
    ],
)
def test_a_request_is_recognised(facts: RequestFacts, kind: RequestKind) -> None:
    assert classify(facts, in_grace=False) == kind
    if facts.is_form_post and not facts.public:
        assert classify(facts, in_grace=True) == RequestKind.FORM_IN_GRACE
    else:
        assert classify(facts, in_grace=True) == kind


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize("htmx", [True, False])
def test_what_somebody_typed_is_known_as_a_form_whichever_way_it_is_sent(content_type: str, htmx: bool) -> None:
    assert RequestFacts(method="POST", content_type=content_type, htmx=htmx).is_form_post
    assert not RequestFacts(method="GET", content_type=content_type, htmx=htmx).is_form_post


def test_a_form_is_taken_until_the_grace_is_over_and_not_at_that_instant() -> None:
    closed = WINDOW._replace(grace_until=NOW)
    assert within_grace(closed, NOW - timedelta(microseconds=1))
    assert not within_grace(closed, NOW)
    assert not within_grace(OPEN_NOW, NOW)


# Retry-After -----------------------------------------------------------------------------------------------------------


@given(st.timedeltas(timedelta(microseconds=1), timedelta(days=60)), st.floats(0, 1, exclude_max=True))
def test_retry_after_is_the_time_to_the_reopening_with_a_tenth_more_and_an_hour_at_most(
    wait: timedelta, jitter: float
) -> None:
    seconds = retry_after(WINDOW._replace(reopens_at=NOW + wait), NOW, jitter)
    assert min(3600, wait.total_seconds()) <= seconds <= min(3600, (wait.total_seconds() + 1) * 1.1)
    assert seconds >= 1


@given(st.floats(0, 1, exclude_max=True))
def test_retry_after_is_a_quarter_of_an_hour_where_nothing_is_announced(jitter: float) -> None:
    assert 900 <= retry_after(OVERRUN, NOW, jitter) <= 990


def test_retry_after_tells_no_class() -> None:
    """GATE-16: all of a level come back for its first reopening."""
    later = WINDOW._replace(reopens_at=NOW + timedelta(minutes=50), reopens_between=(SOON, NOW + timedelta(minutes=50)))
    assert retry_after(later, NOW, 0) == 1000


# The problem and the way back -------------------------------------------------------------------------------------------


def test_a_problem_says_why_and_when() -> None:
    assert problem(WINDOW, str) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Fermé.",
        "reason": "Fermé.",
        "rule": "GATE-2",
        "reopens_at": SOON.isoformat(),
    }
    assert problem(OVERRUN, str)["reopens_at"] is None


def test_a_problem_tells_no_class() -> None:
    """GATE-16."""
    assert problem(STAGGERED._replace(reopens_between=(SOON, SOON + timedelta(days=1))), str)["reopens_at"] is None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://ent.example.org/messagerie?dossier=3", "/messagerie?dossier=3"),
        ("https://ENT.example.org/a#fin", "/a"),
        ("https://ent.example.org/a?b#c", "/a?b"),
        ("https://ent.example.org", "/"),
        ("https://elsewhere.example.org/a", "/"),
        ("https://ent.example.org//elsewhere.example.org/a", "/"),
        ("https://ent.example.org/\\elsewhere", "/"),
        ("https://ent.example.org/a\r\nSet-Cookie: x", "/aSet-Cookie: x"),
        ("https://ent.example.org/a\x1b", "/"),
        ("/messagerie", "/"),
        ("javascript:alert(1)", "/"),
        ("https://[", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_the_page_that_htmx_stands_on_is_one_of_ours(url: str | None, path: str) -> None:
    assert page_of(url, "ent.example.org") == path
