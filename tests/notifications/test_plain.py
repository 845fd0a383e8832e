"""The plain parts of the notifications: addresses, states, letters, the mail's bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications import letters
from app.notifications.addresses import NotAnAddress, network_digest, read_address
from app.notifications.envelope import compose, on_the_wire
from app.notifications.states import (
    ATTEMPTS,
    LOST_AFTER,
    STATE_NAMES,
    STATE_SENTENCES,
    VERDICTS,
    State,
    next_attempt,
    standing,
)
from app.profiles import Profile

NOW = datetime(2026, 8, 20, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("alice@exemple.fr", "alice@exemple.fr"),
        ("  Alice.Durand+ent@Exemple.FR ", "Alice.Durand+ent@exemple.fr"),
        ("o'neil@sub.exemple.fr", "o'neil@sub.exemple.fr"),
        ("a@école.fr", "a@xn--cole-9oa.fr"),
    ],
)
def test_an_address_is_read_in_one_spelling(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "", "  ", "alice", "@exemple.fr", "alice@", "alice@exemple", "a b@exemple.fr", "alice@exemple..fr", "alice@-a.fr",
        "a@b@c.fr,d@e.fr", "alice@exemple.fr\r\nBcc: eve@exemple.fr", "alice@[127.0.0.1]", "alice@127.0.0.1", "é@exemple.fr",
        ".a@exemple.fr", "a..b@exemple.fr", "a" * 65 + "@exemple.fr", "a@" + "b" * 260 + ".fr", "<a@exemple.fr>",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(NotAnAddress) as refused:
        read_address(typed)
    assert str(refused.value.words).endswith(".")


@given(st.text())
def test_whatever_is_read_as_an_address_fits_in_a_header(typed: str) -> None:
    try:
        address = read_address(typed)
    except NotAnAddress:
        return
    mail = compose(sender="p@e.fr", address=address, subject="s", body="b", language="fr", key="k", sent_at=NOW)
    assert mail["To"].addresses[0].addr_spec == address


def test_networks_are_counted_together_and_cannot_be_read_back() -> None:
    assert network_digest("192.0.2.7", "key") == network_digest("192.0.2.200", "key")
    assert network_digest("192.0.2.7", "key") != network_digest("192.0.3.7", "key")
    assert network_digest("2001:db8::1", "key") == network_digest("2001:db8::ffff:1", "key")
    assert network_digest("192.0.2.7", "key") != network_digest("192.0.2.7", "other")
    assert len(network_digest("192.0.2.7", "key")) == 64


def test_attempts_grow_apart_and_end() -> None:
    pauses = [next_attempt(count, NOW) for count in range(1, ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert next_attempt(ATTEMPTS, NOW) is None


def test_a_message_taken_is_uncertain_once_its_sender_is_lost() -> None:
    assert standing("taken", NOW, "", NOW + LOST_AFTER - timedelta(seconds=1)) == State.TAKEN
    assert standing("taken", NOW, "", NOW + LOST_AFTER) == State.UNCERTAIN
    assert standing("taken", NOW, "the line broke", NOW) == State.UNCERTAIN
    assert standing("waiting", None, "451 later", NOW) == State.WAITING


def test_every_state_has_its_name_and_sentence_and_decisions_start_from_unsettled_ones() -> None:
    assert set(STATE_NAMES) == set(STATE_SENTENCES) == set(State)
    for states in VERDICTS.values():
        assert not states & {State.SENT, State.KEPT, State.DROPPED, State.TAKEN}


@pytest.mark.parametrize("profile", Profile)
def test_every_profile_has_its_reopening_letter_without_a_class(profile: Profile) -> None:
    told = letters.reopening(
        profile=profile.value, school="Collège Simone-Veil", portal="ENT", url="https://e.fr/", everybody=False
    )
    text = str(told.body)
    assert "https://e.fr/" in text
    assert "Certains niveaux" in text
    assert "%(" not in text
    assert "classe" not in text


def test_a_practical_notice_gives_its_text_or_only_where_it_is() -> None:
    whole = letters.practical_notice(
        school="Collège", text="Rentrée à 100 % au gymnase.", portal="ENT", url="https://e.fr/"
    )
    assert "100 % au gymnase" in str(whole.body)
    where = letters.practical_notice(school="Collège", text="", portal="ENT", url="https://e.fr/")
    assert "https://e.fr/" in str(where.body)
    assert "%(" not in str(whole.subject) + str(whole.body) + str(where.body)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(".\n"), max_size=300))
def test_the_end_of_a_mail_comes_once_whatever_its_text(text: str) -> None:
    mail = compose(sender="p@e.fr", address="a@e.fr", subject="s", body=text, language="fr", key="k", sent_at=NOW)
    wire = on_the_wire(mail)
    assert wire.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in wire[:-3]
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_a_subject_that_would_leave_its_header_is_refused() -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        compose(
            sender="p@e.fr", address="a@e.fr", subject="s\r\nBcc: x@e.fr", body="", language="fr", key="k", sent_at=NOW
        )
