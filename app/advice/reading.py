"""Reading a receipt for those who decide: how an option stood, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.advice.evaluate import evaluate_document, protocol_of
from app.advice.repository import AdviceRepository
from app.cases.repository import Case, CaseRepository
from app.identity.call import Call
from app.law.model import DisposalCode, Protocol


@dataclass(frozen=True)
class AdvisedOption:
    """One option of a piece of advice, as the answer has it."""

    document: Mapping[str, Any]

    @property
    def standing(self) -> str:
        """Return how the option stood."""
        return str(self.document["standing"])

    @property
    def fit(self) -> str:
        """Return how well it suited the case."""
        return str(self.document["fit"])

    @property
    def authority(self) -> str | None:
        """Return whose agreement it needs, or None."""
        authority = self.document["authority"]
        return None if authority is None else str(authority)

    @property
    def outcome_code(self) -> str:
        """Return the Home Office outcome code that it leads to."""
        return str(self.document["outcomeCode"])

    def rules_against(self) -> list[str]:
        """Return the rules that exclude or block the option."""
        return self._rules("NOT_MET", {"EXCLUDES", "BLOCKS"})

    def rules_unknown(self) -> list[str]:
        """Return the rules whose answer is missing."""
        return self._rules("UNKNOWN", {"EXCLUDES", "BLOCKS", "NEEDS_AUTHORITY"})

    def _rules(self, answer: str, effects: set[str]) -> list[str]:
        found = (f["rule"] for f in self.document["findings"] if f["answer"] == answer and f["effect"] in effects)
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Receipt:
    """A stored piece of advice."""

    advice_id: str
    answer: Mapping[str, Any]

    def option(self, disposal: DisposalCode) -> AdvisedOption:
        """Return one of the ten options."""
        return AdvisedOption(next(option for option in self.answer["options"] if option["disposal"] == disposal))

    def reasons(self) -> list[str]:
        """Return every sentence that the advice gave as a reason."""
        return [finding["reason"] for option in self.answer["options"] for finding in option["findings"]]


class ReceiptReader:
    """Receipts, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._advice = AdviceRepository(call)
        self._cases = CaseRepository(call)

    def protocol(self, area: str, on: date) -> Protocol:
        """Return the protocol of an area on a day."""
        return protocol_of(self._call.law_book, area, on)

    async def find(self, case: Case, advice_id: str) -> Receipt | None:
        """Return a receipt of this case, or None."""
        row = await self._advice.find(advice_id) if _is_id(advice_id) else None
        if row is None or row.case_id != case.case_id:
            return None
        return Receipt(advice_id, json.loads(row.answer))

    async def is_latest(self, case: Case, advice_id: str) -> bool:
        """Return whether a receipt is the newest of its case and rests on the newest facts."""
        latest = await self._advice.latest(case.case_id)
        return latest is not None and latest.advice_id == advice_id and latest.facts_version == case.facts_version

    async def present_option(self, case: Case, disposal: DisposalCode) -> AdvisedOption:
        """Return how an option stands today on the newest facts: a birthday or a time limit may have passed since."""
        facts = await self._cases.latest_facts(case.case_id)
        assert facts is not None
        answer = evaluate_document(self._call.law_book, facts.facts, case.area, self._call.today)
        return Receipt("", answer).option(disposal)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
