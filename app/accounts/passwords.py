"""Passwords and one-time codes (ACCT-2). Plain: nothing is stored here.

A password has at least 12 characters with 3 of the 4 kinds, or 20 and more. A one-time code is 12 letters and digits; it is
random enough (59 bits) that its SHA-256 is stored, and no import hashes 100,000 passwords.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.sessions import digest
from app.directory.names import folded
from app.words import N_, Words

SHORT, LONG, KINDS, LONGEST = 12, 20, 3, 200
#: Letters and digits that nobody confuses on paper: no I, L, O, 0, 1.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12

_hasher = PasswordHasher()
#: Verified in place of the hash that an unknown account does not have, so that the answer takes the same time.
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$c29tZWJvZHktZWxzZSdz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

RULE = N_(
    "Au moins 12 caractères avec trois sortes parmi majuscules, minuscules, chiffres et signes ; ou 20 caractères et plus."
)


def problems(password: str, *, names: Iterable[str] = ()) -> tuple[Words, ...]:
    """What keeps ``password`` from being good enough; empty if nothing does.

    ``names``: the login, first and last name, which a password must not consist of.
    """
    found = []
    kinds = _kinds(password)
    if len(password) < SHORT:
        found.append(
            Words(N_("Il a %(count)s caractères ; il en faut au moins %(least)s."), count=len(password), least=SHORT)
        )
    elif len(password) < LONG and kinds < KINDS:
        found.append(
            Words(
                N_(
                    "À moins de %(long)s caractères, il faut trois sortes parmi majuscules, minuscules, chiffres et signes ; "
                    "il n’y en a que %(kinds)s. Un mot de passe plus long convient aussi."
                ),
                long=LONG,
                kinds=kinds,
            )
        )
    if len(password) > LONGEST:
        found.append(Words(N_("Il dépasse %(most)s caractères."), most=LONGEST))
    if len(password) >= SHORT and len(set(password)) < 5:
        found.append(Words(N_("Il répète toujours les mêmes caractères.")))
    rest = folded(password).replace(" ", "")
    for name in sorted(
        {folded(name).replace(" ", "") for name in names if len(folded(name)) > 2}, key=len, reverse=True
    ):
        rest = rest.replace(name, "")
    if len(password) >= SHORT and len(rest) < 5 and len(rest) < len(folded(password).replace(" ", "")):
        found.append(Words(N_("Il ne contient presque que votre nom ou votre identifiant, que d’autres connaissent.")))
    return tuple(found)


def _kinds(password: str) -> int:
    """How many of the four kinds there are: upper case, lower case, digits, anything else."""
    return sum(
        (
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )


def hashed(password: str) -> str:
    """The Argon2 hash to store."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Is ``password`` the one behind ``password_hash``? Without a hash the answer is no, after the same work."""
    try:
        return _hasher.verify(password_hash or _NOBODYS, password if len(password) <= LONGEST else "")
    except (VerificationError, InvalidHashError):
        return False


def new_code() -> str:
    """A one-time code: 12 letters and digits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """'ABCD-EFGH-JKMN': a code as it is read aloud and typed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def code_digest(typed: str) -> str:
    """The digest of a code however it was typed: hyphens, spaces and small letters are forgiven."""
    return digest("".join(c for c in typed.upper() if c.isalnum()))


def code_matches(typed: str, code_hash: str | None) -> bool:
    """Is ``typed`` the code behind ``code_hash``?"""
    return code_hash is not None and hmac.compare_digest(code_digest(typed), code_hash)
