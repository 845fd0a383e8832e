"""Questions, how an answer is read, and what all answers come to (PORTAL-13). Plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.words import N_, Words

#: What one questionnaire may hold.
MOST_QUESTIONS, MOST_CHOICES, LONGEST_ANSWER = 40, 20, 2000


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"


KIND_NAMES: dict[QuestionKind, str] = {
    QuestionKind.TEXT: N_("réponse libre"),
    QuestionKind.ONE: N_("un seul choix"),
    QuestionKind.SEVERAL: N_("plusieurs choix possibles"),
    QuestionKind.NUMBER: N_("un nombre"),
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. ``right``: the choices that are right, for a quiz; empty for a questionnaire or poll."""

    kind: QuestionKind
    words: str
    choices: tuple[str, ...] = ()
    required: bool = False
    right: frozenset[int] = frozenset()

    def spelled(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind.value,
            "words": self.words,
            "choices": list(self.choices),
            "required": self.required,
            "right": sorted(self.right),
        }

    @classmethod
    def read(cls, spelled: Mapping[str, Any]) -> Question:
        """From the JSON form."""
        return cls(
            kind=QuestionKind(spelled["kind"]),
            words=spelled["words"],
            choices=tuple(spelled.get("choices", ())),
            required=bool(spelled.get("required")),
            right=frozenset(spelled.get("right", ())),
        )


def typed(text: str) -> tuple[list[Question], list[Words]]:
    """The questions of a text, one block each, separated by empty lines; and what is wrong with it.

    A block's first line is the question; ``!`` before it makes it required. Lines that begin with ``-`` are choices of which one may
    be taken, with ``+`` several; ``*`` after the sign marks a right one (``-* Paris``). A single line ``#`` asks for a number.
    """
    questions: list[Question] = []
    wrong: list[Words] = []
    blocks = [block for block in text.replace("\r", "").split("\n\n") if block.strip()]
    for number, block in enumerate(blocks, 1):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        head, rest = lines[0], lines[1:]
        required = head.startswith("!")
        words = head.lstrip("! ").strip()[:300]
        signs = {line[0] for line in rest}
        if not words:
            wrong.append(Words(N_("La question %(number)s n’a pas de texte."), number=number))
            continue
        if rest == ["#"]:
            questions.append(Question(kind=QuestionKind.NUMBER, words=words, required=required))
        elif not rest:
            questions.append(Question(kind=QuestionKind.TEXT, words=words, required=required))
        elif signs in ({"-"}, {"+"}):
            marked = [line[1:].strip() for line in rest]
            choices = tuple(line.removeprefix("*").strip()[:200] for line in marked)
            right = frozenset(at for at, line in enumerate(marked) if line.startswith("*"))
            if len(choices) < 2 or len(choices) > MOST_CHOICES or not all(choices):
                wrong.append(
                    Words(
                        N_("La question %(number)s demande de deux à vingt choix, chacun avec un texte."), number=number
                    )
                )
                continue
            kind = QuestionKind.ONE if signs == {"-"} else QuestionKind.SEVERAL
            questions.append(Question(kind=kind, words=words, choices=choices, required=required, right=right))
        else:
            wrong.append(
                Words(
                    N_("Dans la question %(number)s, commencez chaque choix par - (un seul) ou par + (plusieurs)."),
                    number=number,
                )
            )
    if not questions and not wrong:
        wrong.append(Words(N_("Écrivez au moins une question.")))
    if len(questions) > MOST_QUESTIONS:
        wrong.append(Words(N_("Quarante questions au plus : faites-en deux formulaires.")))
    return questions, wrong


def as_typed(questions: Iterable[Question]) -> str:
    """The text that ``typed`` reads back."""
    blocks = []
    for question in questions:
        lines = [("! " if question.required else "") + question.words]
        if question.kind == QuestionKind.NUMBER:
            lines.append("#")
        sign = "-" if question.kind == QuestionKind.ONE else "+"
        lines += [f"{sign}{'*' if at in question.right else ''} {words}" for at, words in enumerate(question.choices)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def answered(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], dict[int, Words]]:
    """The answers as they are kept, by the question's place ('0', '1' ...); and by place what is wrong.

    ``given``: what was sent for 'q0', 'q1' ... Choices are kept as their places, so that a choice's words may be corrected.
    """
    values: dict[str, Any] = {}
    wrong: dict[int, Words] = {}
    for at, question in enumerate(questions):
        sent = [text.strip() for text in given.get(f"q{at}", ()) if text.strip()]
        if not sent:
            if question.required:
                wrong[at] = Words(N_("Répondez à cette question."))
            continue
        if question.kind == QuestionKind.TEXT:
            values[str(at)] = sent[0][:LONGEST_ANSWER]
        elif question.kind == QuestionKind.NUMBER:
            number = _number(sent[0])
            if number is None:
                wrong[at] = Words(N_("Écrivez un nombre, par exemple 12 ou 12,5."))
            else:
                values[str(at)] = number
        else:
            chosen = sorted({int(text) for text in sent if text.isdecimal() and int(text) < len(question.choices)})
            if not chosen or (question.kind == QuestionKind.ONE and len(chosen) > 1):
                wrong[at] = Words(N_("Choisissez parmi les réponses proposées."))
            else:
                values[str(at)] = chosen
    return values, wrong


def _number(text: str) -> float | None:
    try:
        found = float(text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) < 1e12 else None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What the answers to one question come to. ``counts``: for each choice how often, and in tenths of a percent of those who answered."""

    question: Question
    answers: int
    counts: tuple[tuple[str, int, int], ...] = ()
    texts: tuple[str, ...] = ()
    mean: float | None = None


def tallied(questions: Sequence[Question], answers: Iterable[Mapping[str, Any]]) -> list[Tally]:
    """The results, question by question; free answers in the order in which they came."""
    every = list(answers)
    tallies = []
    for at, question in enumerate(questions):
        given = [values[str(at)] for values in every if str(at) in values]
        if question.kind == QuestionKind.TEXT:
            tallies.append(Tally(question=question, answers=len(given), texts=tuple(map(str, given))))
        elif question.kind == QuestionKind.NUMBER:
            mean = sum(given) / len(given) if given else None
            tallies.append(Tally(question=question, answers=len(given), mean=mean))
        else:
            found = Counter(choice for chosen in given for choice in chosen)
            counts = tuple(
                (words, found[place], round(1000 * found[place] / len(given)) if given else 0)
                for place, words in enumerate(question.choices)
            )
            tallies.append(Tally(question=question, answers=len(given), counts=counts))
    return tallies


def score(questions: Sequence[Question], values: Mapping[str, Any]) -> tuple[int, int] | None:
    """Of a quiz: how many questions were answered exactly right, of how many that have a right answer; None for no quiz."""
    asked = [(at, question) for at, question in enumerate(questions) if question.right]
    if not asked:
        return None
    right = sum(1 for at, question in asked if frozenset(values.get(str(at), ())) == question.right)
    return right, len(asked)
