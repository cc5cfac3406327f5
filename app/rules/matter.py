"""One offence of a case beside the law, seen for one disposal: what a requirement looks at.

Decides nothing. It lets a requirement read facts by their place in the request, so that what was read can be shown.
Places are short: `/response/kind` means that of the offence at hand, `/child/...`, `/history` and the like the case's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from app.law.book import Law
from app.law.dates import age_on
from app.law.model import Disposal, MatrixEdition, Protocol
from app.rules.facts import (
    CaseFacts,
    Circumstance,
    OffenceFacts,
    OfficerScore,
    PastDisposal,
    Unknown,
    Victim,
    YesNo,
)
from app.rules.findings import Json, OffenceScore, Read
from app.rules.offence import OffenceInLaw

_OF_CASE: Final[Mapping[str, Callable[[CaseFacts], object]]] = {
    "/child/dateOfBirth": lambda facts: facts.child.born_on,
    "/child/careStatus": lambda facts: facts.child.care,
    "/child/communicationNeed": lambda facts: facts.child.communication_need,
    "/child/exploitation/indicated": lambda facts: facts.child.exploitation.indicated,
    "/child/exploitation/nrm": lambda facts: facts.child.exploitation.nrm,
    "/child/exploitation/section45": lambda facts: facts.child.exploitation.section45,
    "/victims": lambda facts: facts.victims,
    "/history": lambda facts: facts.history,
    "/agreement/toTakePart": lambda facts: facts.agreement.to_take_part,
    "/agreement/toConditions": lambda facts: facts.agreement.to_conditions,
}
_OF_OFFENCE: Final[Mapping[str, Callable[[OffenceFacts], object]]] = {
    "/offence": lambda offence: offence.offence if offence.offence is not None else offence.cjs_code,
    "/committedOn": lambda offence: offence.committed_on,
    "/committedTo": lambda offence: offence.committed_to,
    "/reportedOn": lambda offence: offence.reported_on,
    "/evidence": lambda offence: offence.evidence,
    "/response/kind": lambda offence: offence.response.kind,
    "/response/to": lambda offence: offence.response.to,
    "/response/appropriateAdult": lambda offence: offence.response.appropriate_adult,
    "/response/legalAdvice": lambda offence: offence.response.legal_advice,
    "/response/understood": lambda offence: offence.response.understood,
    "/circumstances": lambda offence: offence.circumstances,
    "/aggravatingFactors": lambda offence: offence.aggravating,
    "/mitigatingFactors": lambda offence: offence.mitigating,
    "/officerScore": lambda offence: offence.officer_score,
}


@dataclass(frozen=True)
class Matter:
    """One offence of a case, for one disposal, at the dates of both. `lead` is the score that the case goes by."""

    facts: CaseFacts
    law: Law
    protocol: Protocol
    matrix: MatrixEdition
    index: int
    in_law: OffenceInLaw
    score: OffenceScore
    lead: OffenceScore
    disposal: Disposal

    @cached_property
    def offence(self) -> OffenceFacts:
        """The facts of the offence at hand."""
        return self.facts.offences[self.index]

    @property
    def as_at(self) -> date:
        """The day of the advice."""
        return self.law.as_at

    @cached_property
    def age(self) -> int:
        """The child's age on the day of the advice, in years."""
        return age_on(self.facts.child.born_on, self.as_at)

    def for_disposal(self, disposal: Disposal) -> "Matter":
        """The same matter, seen for another disposal."""
        seen = (self.facts, self.law, self.protocol, self.matrix, self.index, self.in_law, self.score, self.lead)
        return Matter(*seen, disposal)

    def flagged(self, *circumstances: Circumstance) -> YesNo:
        """Whether the offence had any of these circumstances; UNKNOWN where nobody listed them."""
        listed = self.offence.circumstances
        if isinstance(listed, Unknown):
            return YesNo.UNKNOWN
        return YesNo.YES if any(map(listed.__contains__, circumstances)) else YesNo.NO

    def flagged_all(self, *circumstances: Circumstance) -> YesNo:
        """Whether the offence had all of these circumstances; UNKNOWN where nobody listed them."""
        listed = self.offence.circumstances
        if isinstance(listed, Unknown):
            return YesNo.UNKNOWN
        return YesNo.YES if all(map(listed.__contains__, circumstances)) else YesNo.NO

    def number(self, parameter: str) -> int:
        """A whole number of the law, at the date that the parameter names."""
        return self.law.value(parameter).number

    def read(self, places: tuple[str, ...]) -> Read:
        """The JSON pointers of these places with the values that stand there, as the request would write them."""
        reads = self.facts.reads
        found = reads.get((self.index, self.as_at, places))
        if found is None:
            found = reads[self.index, self.as_at, places] = dict([self._read_once(place) for place in places])
        return found

    def _read_once(self, place: str) -> tuple[str, Json]:
        if place == "/asAt":
            return place, self.as_at.isoformat()
        shown = self.facts.shown
        found = shown.get((self.index, place))
        if found is None:
            found = shown[self.index, place] = self._read_one(place)
        return found

    def _read_one(self, place: str) -> tuple[str, Json]:
        if place in _OF_CASE:
            return place, as_json(_OF_CASE[place](self.facts))
        index, inner = _of_which(place, self.index)
        offence = self.facts.offences[index]
        if inner == "/offence" and offence.offence is None:
            return f"/offences/{index}/cjsCode", offence.cjs_code
        return f"/offences/{index}{inner}", as_json(_OF_OFFENCE[inner](offence))


def _of_which(place: str, here: int) -> tuple[int, str]:
    """Which offence a place belongs to: the one that it names, else the one at hand."""
    if not place.startswith("/offences/"):
        return here, place
    index, inner = place.removeprefix("/offences/").split("/", 1)
    return int(index), f"/{inner}"


def as_json(value: object) -> Json:
    """A fact as the request would write it."""
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [as_json(one) for one in value]
    if isinstance(value, OfficerScore | PastDisposal | Victim):
        return {name: as_json(one) for name, one in _fields(value).items()}
    return value if isinstance(value, str | int | bool) else None


def _fields(value: OfficerScore | PastDisposal | Victim) -> Mapping[str, object]:
    """The parts of a fact that has several, under the names of the request."""
    match value:
        case OfficerScore():
            return {"base": value.base, "score": value.score}
        case PastDisposal():
            return {"disposal": value.kind, "givenOn": value.given_on, "completion": value.completion}
        case Victim():
            return {
                "kind": value.kind,
                "consulted": value.consulted,
                "preference": value.preference,
                "supportsAction": value.supports_action,
            }
