"""The roles of targeted communication, cell by cell (PORTAL-10, [003 VI])."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.messaging.announcement_roles import (
    BY_NATURE,
    AnnouncementRole,
    Extent,
    Form,
    Right,
    extent,
    forms_for,
    may,
    may_at_all,
    printed,
)

NEWS, NOTICE, MESSAGE = Form.NEWS, Form.ANNOUNCEMENT, Form.MESSAGE
R = AnnouncementRole

#: Written by hand from the source, not from the table: right -> role -> how far.
EXPECTED: dict[Right, dict[AnnouncementRole, Extent]] = {
    Right.CREATE: {
        R.NEWS_PUBLISHER: Extent.NEWS,
        R.ANNOUNCEMENT_PUBLISHER: Extent.ANNOUNCEMENTS,
        R.MESSENGER: Extent.MESSAGES,
        R.SENDER_ADMINISTRATOR: Extent.ALL,
    },
    Right.SEE_ISSUED: {
        R.NEWS_PUBLISHER: Extent.OWN_NEWS,
        R.ANNOUNCEMENT_PUBLISHER: Extent.OWN_ANNOUNCEMENTS,
        R.SENDER_VIEWER: Extent.ALL,
        R.MESSENGER: Extent.ALL,
        R.SENDER_ADMINISTRATOR: Extent.ALL,
        R.SENDER_MANAGER: Extent.ALL,
    },
    Right.CANCEL: {
        R.NEWS_PUBLISHER: Extent.OWN_NEWS,
        R.ANNOUNCEMENT_PUBLISHER: Extent.OWN_ANNOUNCEMENTS,
        R.MESSENGER: Extent.MESSAGES,
        R.SENDER_ADMINISTRATOR: Extent.ALL,
        R.SENDER_MANAGER: Extent.ALL,
    },
    Right.SEE_RECEIVED: {R.RECEIVING_DASHBOARD: Extent.ALL, R.RECEIVING_MANAGER: Extent.ALL},
    Right.TAKE_OFFLINE: {R.RECEIVING_MANAGER: Extent.NEWS},
    Right.CONTACT_AUTHOR: {R.RECEIVING_MANAGER: Extent.ALL},
    Right.TOLD_OF_NEW: {R.RECEIVING_DASHBOARD: Extent.ALL, R.RECEIVING_MANAGER: Extent.ALL},
    Right.TOLD_OF_CHANGE: {
        R.NEWS_PUBLISHER: Extent.OWN_NEWS,
        R.ANNOUNCEMENT_PUBLISHER: Extent.OWN_ANNOUNCEMENTS,
        R.MESSENGER: Extent.MESSAGES,
        R.SENDER_ADMINISTRATOR: Extent.ALL,
        R.SENDER_MANAGER: Extent.ALL,
    },
}


@pytest.mark.parametrize("role", list(AnnouncementRole))
@pytest.mark.parametrize("right", list(Right))
def test_each_cell_of_the_table(role: AnnouncementRole, right: Right) -> None:
    assert extent(role, right) == EXPECTED[right].get(role, Extent.NO)


def test_own_only_rights_stop_at_what_others_have_written() -> None:
    assert may([R.NEWS_PUBLISHER], Right.CANCEL, NEWS, own=True)
    assert not may([R.NEWS_PUBLISHER], Right.CANCEL, NEWS)
    assert not may([R.NEWS_PUBLISHER], Right.CANCEL, NOTICE, own=True)
    assert may([R.SENDER_MANAGER], Right.CANCEL, MESSAGE)
    assert not may([R.RECEIVING_MANAGER], Right.TAKE_OFFLINE, NOTICE), "only news is taken offline"
    assert not may([], Right.CREATE, NEWS)


def test_heads_create_cancel_and_take_offline_by_nature() -> None:
    assert forms_for(BY_NATURE, Right.CREATE) == (NEWS, NOTICE, MESSAGE)
    assert may(BY_NATURE, Right.TAKE_OFFLINE, NEWS)
    assert all(may_at_all(BY_NATURE, right) for right in Right)


def test_the_table_in_the_docs_is_the_one_of_the_code() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "announcements.md"
    assert docs.read_text(encoding="utf-8") == printed()
