"""A case beside the law: one matter for each offence, and what the rules need to know of the whole.

Decides how a case is laid out for the rules; decides nothing of it.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from app.law.book import EARLIEST, Law
from app.law.model import Disposal, DisposalCode, MatrixEdition, Protocol
from app.rules.age import under_age_at_offence
from app.rules.facts import CaseFacts, Circumstance, YesNo, any_of
from app.rules.findings import Gravity, OffenceScore
from app.rules.gravity import gravity_of, lead_of, score_of
from app.rules.matter import Matter
from app.rules.offence import in_law


@dataclass(frozen=True)
class Case:
    """The facts of a case with the law, the protocol and the matrix that they meet, offence by offence."""

    facts: CaseFacts
    law: Law
    protocol: Protocol
    matrix: MatrixEdition
    matters: tuple[Matter, ...]
    gravity: Gravity

    @cached_property
    def under_ten(self) -> bool:
        """Whether every offence was committed under the age of criminal responsibility."""
        return all(under_age_at_offence(matter) is YesNo.YES for matter in self.matters)

    @property
    def fit_matters(self) -> tuple[Matter, ...]:
        """The offences from which fit may be derived: none that was committed under that age."""
        return tuple(matter for matter in self.matters if under_age_at_offence(matter) is not YesNo.YES)

    def seen_for(self, disposal: Disposal) -> tuple[Matter, ...]:
        """Every offence, seen for one disposal."""
        if disposal.code not in self._seen:
            self._seen[disposal.code] = tuple([matter.for_disposal(disposal) for matter in self.matters])
        return self._seen[disposal.code]

    @cached_property
    def _seen(self) -> dict[DisposalCode, tuple[Matter, ...]]:
        return {}

    def flagged(self, *circumstances: Circumstance) -> YesNo:
        """Whether any offence had any of these circumstances."""
        return any_of(matter.flagged(*circumstances) for matter in self.matters)


def case_of(facts: CaseFacts, law: Law, protocol: Protocol, matrix: MatrixEdition) -> Case:
    """Lay the facts beside the law: each offence with the law of its own date, and the score that the case goes by."""
    described = tuple(in_law(offence, law) for offence in facts.offences)
    scores = tuple(
        score_of(index, offence, known, matrix, law)
        for index, (offence, known) in enumerate(zip(facts.offences, described, strict=True))
    )
    any_disposal = law.disposal(DisposalCode.NO_FURTHER_ACTION)
    draft = tuple(
        Matter(
            facts=facts,
            law=replace(law, offence_date=max(facts.offences[index].committed_on, EARLIEST)),
            protocol=protocol,
            matrix=matrix,
            index=index,
            in_law=known,
            score=scores[index],
            lead=scores[index],
            disposal=any_disposal,
        )
        for index, known in enumerate(described)
    )
    lead = _lead(draft)
    matters = tuple(replace(matter, lead=lead) for matter in draft)
    return Case(facts, law, protocol, matrix, matters, gravity_of(scores, lead, matrix))


def _lead(matters: tuple[Matter, ...]) -> OffenceScore:
    """The score that the case goes by: no offence committed under ten leads where another was not."""
    responsible = tuple(matter.score for matter in matters if under_age_at_offence(matter) is not YesNo.YES)
    return lead_of(responsible or tuple(matter.score for matter in matters))


def rescored(case: Case, facts: CaseFacts, index: int) -> tuple[Matter, ...]:
    """The offences that are seen otherwise once one of them is scored by other facts, as they then are."""
    before = case.matters[index]
    score = score_of(index, facts.offences[index], before.in_law, case.matrix, case.law)
    changed = replace(before, facts=facts, score=score)
    lead = _lead((*case.matters[:index], changed, *case.matters[index + 1 :]))
    if lead == before.lead:
        return (changed,)
    others = {matter.index: replace(matter, facts=facts, lead=lead) for matter in case.matters}
    return tuple((others | {index: replace(changed, lead=lead)}).values())
