"""Facts that cannot all be true, offences that nobody knows, and persons who are no child.

Decides what is refused before the rules are asked. Anything that is merely unusual is accepted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.law.book import Law
from app.law.dates import age_on, birthday
from app.law.model import Direction, MatrixEdition
from app.rules.age import ADULT, RESPONSIBILITY
from app.rules.facts import CaseFacts, OffenceFacts, Section45, Unknown, YesNo

UNKNOWN_OFFENCE = "unknown-offence"
MISMATCH = "offence-mismatch"
INCONSISTENT = "inconsistent-facts"
NOT_A_CHILD = "not-a-child"


@dataclass(frozen=True)
class Fault:
    """One thing that is refused: where, as what, and in a sentence that holds no submitted value."""

    pointer: str
    code: str
    message: str


def faults_of(facts: CaseFacts, law: Law, matrix: MatrixEdition) -> tuple[Fault, ...]:
    """Everything for which the facts are refused, in the order of the request; empty when nothing is."""
    offences = tuple(enumerate(facts.offences))
    return (
        *_exploitation(facts),
        *_ids(facts),
        *(fault for index, offence in offences for fault in _offence(index, offence, facts, law)),
        *(fault for index, offence in offences for fault in _scores(index, offence, matrix)),
        *_history(facts, law),
    )


def _exploitation(facts: CaseFacts) -> Iterator[Fault]:
    exploitation = facts.child.exploitation
    if exploitation.indicated is YesNo.NO and exploitation.section45 in {Section45.ARGUABLE, Section45.LIKELY}:
        yield Fault(
            "/child/exploitation/section45",
            INCONSISTENT,
            "The section 45 defence rests on exploitation, which is said not to be indicated.",
        )


def _ids(facts: CaseFacts) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, offence in enumerate(facts.offences):
        if offence.id in seen:
            yield Fault(f"/offences/{index}/id", INCONSISTENT, "Two offences have the same id.")
        seen.add(offence.id)


def _offence(index: int, offence: OffenceFacts, facts: CaseFacts, law: Law) -> Iterator[Fault]:
    at = f"/offences/{index}"
    yield from _named(at, offence, law)
    born = facts.child.born_on
    if offence.committed_on < born:
        yield Fault(f"{at}/committedOn", INCONSISTENT, "The offence was committed before the child was born.")
    elif age_on(born, offence.committed_on) >= law.value(ADULT).number:
        yield Fault(f"{at}/committedOn", NOT_A_CHILD, "The person was 18 or over at the offence.")
    if offence.committed_to < offence.committed_on:
        yield Fault(f"{at}/committedTo", INCONSISTENT, "The offence ended before it began.")
    if not isinstance(offence.reported_on, Unknown) and offence.reported_on < offence.committed_on:
        yield Fault(f"{at}/reportedOn", INCONSISTENT, "The offence was reported before it was committed.")
    if not isinstance(offence.response.on, Unknown) and offence.response.on > law.as_at:
        yield Fault(f"{at}/response/on", INCONSISTENT, "The child's response is later than the day of the advice.")


def _named(at: str, offence: OffenceFacts, law: Law) -> Iterator[Fault]:
    known = offence.offence is None or offence.offence in law.book.offences
    if not known:
        yield Fault(f"{at}/offence", UNKNOWN_OFFENCE, "This offence is not in the list.")
    code = law.cjs(offence.cjs_code) if offence.cjs_code is not None else None
    if offence.cjs_code is not None and code is None:
        yield Fault(f"{at}/cjsCode", UNKNOWN_OFFENCE, "This CJS offence code is not in the list.")
    if code and known and offence.offence is not None and code.offence_key != offence.offence:
        yield Fault(f"{at}/cjsCode", MISMATCH, "The offence and the CJS code do not agree.")


def _scores(index: int, offence: OffenceFacts, matrix: MatrixEdition) -> Iterator[Fault]:
    at = f"/offences/{index}"
    if not isinstance(offence.officer_score, Unknown):
        for name, value in (("base", offence.officer_score.base), ("score", offence.officer_score.score)):
            if matrix.clamp(value) != value:
                yield Fault(f"{at}/officerScore/{name}", INCONSISTENT, "The matrix in force has no such score.")
    lists = (
        ("aggravatingFactors", offence.aggravating, Direction.UP),
        ("mitigatingFactors", offence.mitigating, Direction.DOWN),
    )
    for name, listed, direction in lists:
        for place, factor_id in enumerate(() if isinstance(listed, Unknown) else listed):
            factor = matrix.factor(factor_id)
            if factor is None or factor.direction is not direction:
                yield Fault(f"{at}/{name}/{place}", INCONSISTENT, "The matrix in force has no such factor here.")


def _history(facts: CaseFacts, law: Law) -> Iterator[Fault]:
    history = () if isinstance(facts.history, Unknown) else facts.history
    tenth = birthday(facts.child.born_on, law.value(RESPONSIBILITY).number)
    for index, past in enumerate(history):
        if not isinstance(past.given_on, Unknown) and past.given_on < tenth:
            yield Fault(f"/history/{index}/givenOn", INCONSISTENT, "Nothing can be given before the tenth birthday.")
