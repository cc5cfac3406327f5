"""Asking the decision core: from facts as JSON, an area and a day to advice under the law of that day.

Everything that asks the core does so here: stateless advice, advice on a case, the check at a decision, a replay.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.advice.schemas import FactsIn, check_consistency
from app.advice.view import view
from app.errors import FieldError, InconsistentFacts, NoLawInForceError, UnderAgeOfResponsibility, UnknownArea
from app.law.book import Law, LawBook, NoLawInForce
from app.law.dates import age_on
from app.law.model import MatrixEdition, Protocol
from app.rules.advise import advise, warnings_alone
from app.rules.case import Case, case_of
from app.rules.clocks import beyond_the_calendar, clocks_for_referral
from app.rules.findings import Advice, Clock, Warn

Document = dict[str, Any]


@dataclass(frozen=True)
class Basis:
    """What facts are held against on a day: the law, the area's protocol, the matrix."""

    law: Law
    protocol: Protocol
    matrix: MatrixEdition


def protocol_of(book: LawBook, area: str, on: date) -> Protocol:
    """Return the protocol of an area on a day; raise `UnknownArea` if none is held."""
    found = book.protocol(area, on)
    if found is None:
        raise UnknownArea(errors=(FieldError("/area", UnknownArea.code, "No protocol is held for this area."),))
    return found


def open_area(book: LawBook, area: str, on: date) -> None:
    """Raise `UnknownArea` if an area has ended by a day: nothing new begins there."""
    if book.areas.ended(area, on) is not None:
        raise UnknownArea(errors=(FieldError("/area", UnknownArea.code, "This area has ended; others follow it."),))


def basis_on(book: LawBook, area: str, on: date) -> Basis:
    """Return what facts are held against on a day; raise if no law is held for it, or the area is not known."""
    try:
        law, matrix = book.at(on), book.matrix_on(on)
    except NoLawInForce:
        raise NoLawInForceError from None
    return Basis(law, protocol_of(book, area, on), matrix)


def evaluate(facts: FactsIn, basis: Basis) -> Advice:
    """Return the advice on facts; raise if they cannot all be true or name an offence that nobody knows."""
    known = facts.to_facts()
    check_consistency(known, basis.law, basis.matrix)
    return advise(known, basis.law, basis.protocol, basis.matrix)


def evaluate_document(book: LawBook, facts: bytes, area: str, on: date, advice_id: str | None = None) -> Document:
    """Return the advice on stored facts on a day, as the answer has it."""
    return view(evaluate(FactsIn.model_validate(json.loads(facts)), basis_on(book, area, on)), advice_id)


@dataclass(frozen=True)
class Assessed:
    """What a referral's facts come to at once: its clocks, and the warnings of the advice on them."""

    case: Case
    clocks: tuple[Clock, ...]

    @property
    def warnings(self) -> tuple[Warn, ...]:
        """Return the warnings of the advice, and one for each clock that ends on a day that nobody can name yet."""
        return tuple(dict.fromkeys((*warnings_alone(self.case), *beyond_the_calendar(self.clocks))))


def assess_referral(facts: FactsIn, basis: Basis, referred_on: date) -> Assessed:
    """Return the clocks and warnings of a referral.

    Raises:
        UnderAgeOfResponsibility: an offence was committed under ten (CYPA 1933 s.50; AGE-01, AGE-02).
        NotAChild, InconsistentFacts, UnknownOffence, OffenceMismatch: contract, section 4.

    """
    _refuse_under_age(facts, basis.law)
    known = facts.to_facts()
    check_consistency(known, basis.law, basis.matrix)
    case = case_of(known, basis.law, basis.protocol, basis.matrix)
    return Assessed(case, clocks_for_referral(case, referred_on))


def due_on(facts: FactsIn, basis: Basis, referred_on: date, done: frozenset[str]) -> date | None:
    """Return the first day that must not be missed among the clocks of a referral that are not `done`, if any."""
    case = case_of(facts.to_facts(), basis.law, basis.protocol, basis.matrix)
    return first_due(clocks_for_referral(case, referred_on), done)


def first_due(clocks: Iterable[Clock], done: frozenset[str]) -> date | None:
    """Return the first day among clocks that are not `done`, if any."""
    days = (clock.due_on for clock in clocks if clock.name not in done)
    return min((day for day in days if day is not None), default=None)


REFERRED = frozenset({"KNIFE_REFERRAL"})
"""What is done once the police have referred."""
PRE_ASSESSED = REFERRED | {"ASSESSMENT"}
"""What is done once the youth justice service has assessed."""


def _refuse_under_age(facts: FactsIn, law: Law) -> None:
    age = law.value("age_of_criminal_responsibility").number
    told = "The child was under the age of criminal responsibility."
    under = tuple(
        FieldError(f"/offences/{index}/committedOn", UnderAgeOfResponsibility.code, told)
        for index, offence in enumerate(facts.offences)
        if facts.child.date_of_birth <= offence.committed_on
        and age_on(facts.child.date_of_birth, offence.committed_on) < age
    )
    if under:
        raise UnderAgeOfResponsibility(errors=under)


def merged_facts(document: Document, updates: Document, root: str) -> Document:
    """Return facts with what has since been established: an object completed, a list replaced, an offence by its id.

    `root` is where the updates stand in the request, for the pointers of faults.
    """
    merged = dict(document)
    for name in ("child", "agreement"):
        if name in updates:
            merged[name] = _completed(merged.get(name, {}), updates[name])
    merged |= {name: updates[name] for name in ("victims", "history") if name in updates}
    merged["offences"] = list(document["offences"])
    for index, update in enumerate(updates.get("offences", [])):
        _complete_offence(merged["offences"], update, f"{root}/offences/{index}/id")
    return merged


def checked_facts(document: Document, basis: Basis) -> bytes:
    """Return facts as they are kept; raise if they cannot all be true."""
    evaluate(FactsIn.model_validate(document), basis)
    return as_bytes(document)


def _complete_offence(offences: list[Document], update: Document, pointer: str) -> None:
    for position, offence in enumerate(offences):
        if offence["id"] == update["id"]:
            offences[position] = _completed(offence, update)
            return
    told = FieldError(pointer, InconsistentFacts.code, "No offence of the case has this id.")
    raise InconsistentFacts(errors=(told,))


def _completed(known: Document, update: Document) -> Document:
    merged = dict(known)
    for name, value in update.items():
        present = merged.get(name)
        merged[name] = _completed(present, value) if isinstance(present, dict) and isinstance(value, dict) else value
    return merged


def as_bytes(document: Document) -> bytes:
    """Return a document as it is kept."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
