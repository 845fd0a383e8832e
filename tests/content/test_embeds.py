"""What another site may show in an article: an allow-list and nothing around it (PORTAL-16)."""

from __future__ import annotations

import pytest

from app.content.embeds import Embed, embed_of, embeds, hosts_of, pieces
from app.content.markup import to_html

HOSTS = hosts_of("tube*.apps.education.fr, podeduc.apps.education.fr,learningapps.org")


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (
            "https://tube-sciences.apps.education.fr/w/aB3_x",
            "https://tube-sciences.apps.education.fr/videos/embed/aB3_x",
        ),
        ("https://tube.apps.education.fr/videos/watch/9", "https://tube.apps.education.fr/videos/embed/9"),
        ("https://learningapps.org/watch?v=p1", "https://learningapps.org/watch?v=p1"),
    ],
)
def test_an_allowed_address_becomes_a_frame(address: str, frame: str) -> None:
    found = embed_of(address, HOSTS)
    assert found is not None
    assert (found.page, found.frame) == (address, frame)


@pytest.mark.parametrize(
    "address",
    [
        "http://learningapps.org/1",
        "https://learningapps.org.traqueur.example/1",
        "https://tube.traqueur.apps.education.fr/1",
        "https://traqueur.example/learningapps.org",
        "https://learningapps.org@traqueur.example/",
        "https://x:y@learningapps.org/",
        "https://learningapps.org:8443/",
        "https://learningapps.org:99999/",
        "javascript://learningapps.org/%0Aalert(1)",
        "https://[",
        "https:///1",
    ],
)
def test_no_other_address_does(address: str) -> None:
    assert embed_of(address, HOSTS) is None


def test_only_a_link_alone_in_its_paragraph_is_a_card_and_the_rest_stays_as_it_was() -> None:
    body = to_html(
        "Avant https://learningapps.org/1 dans la phrase.\n\nhttps://learningapps.org/2?a=1&b=2\n\n"
        "[la vidéo](https://tube.apps.education.fr/w/x)\n\nhttps://ailleurs.example/3"
    )
    found = pieces(body, HOSTS)
    assert [one.page for one in embeds(body, HOSTS)] == [
        "https://learningapps.org/2?a=1&b=2",
        "https://tube.apps.education.fr/w/x",
    ]
    texts = "".join(one for one in found if isinstance(one, str))
    assert "https://learningapps.org/1" in texts
    assert "https://ailleurs.example/3" in texts
    assert [one.number for one in found if isinstance(one, Embed)] == [0, 1]


def test_without_hosts_nothing_is_embedded() -> None:
    body = "<p>https://learningapps.org/1</p>"
    assert pieces(body, hosts_of("")) == [body]
