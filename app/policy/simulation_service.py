"""Decided cases evaluated again under another protocol or matrix. Stores nothing but that it was asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.advice.evaluate import basis_on, evaluate
from app.advice.schemas import FactsIn
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import DomainError, FieldError, NotFound, UnknownPolicy
from app.identity.call import Call
from app.law.book import LawBook
from app.law.model import DisposalCode, MatrixEdition, Protocol
from app.policy.matrix_service import MatrixService
from app.policy.service import ProtocolService
from app.policy.simulation import Simulated, by_group, compare, of_decided, of_disposal, whole
from app.policy.simulation_schemas import (
    COMPARED_BY,
    SimulationAnswer,
    SimulationIn,
    TableAnswer,
    WhatIfAnswer,
)
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import lists_of
from app.scrutiny.picture import quasi_identifiers
from app.scrutiny.reading import decided_cases
from app.statistics.suppression import BASE, Counts, rounded, suppress


@dataclass(frozen=True)
class WhatIf:
    """The policy that decided cases are held against; what is None stays as it was."""

    protocol: Protocol | None
    matrix: MatrixEdition | None


class SimulationService:
    """Simulations, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def simulate(self, body: SimulationIn) -> SimulationAnswer:
        """Return who would be advised differently under another policy, in counts of which the small are withheld.

        Raises:
            NotFound: the area is not one of the caller's.
            UnknownPolicy: there is no such version or edition.

        """
        if not self._call.caller.reaches(body.area):
            raise NotFound
        what_if = await self._what_if(body)
        found = await decided_cases(self._call.work, areas=(body.area,), first=body.from_, last=body.to)
        fields = ("facts", "advice", "decision", *COMPARED_BY)
        record = AuditRecord(
            AuditEvent.CONSULTATION, "simulation.run", area=body.area, fields=fields, rows=max(len(found), 1)
        )
        await log.append(self._call, record)
        simulated = await asyncio.to_thread(_simulate, found, self._call.law_book, what_if)
        return _answer(body, what_if, simulated, len(found) - len(simulated))

    async def _what_if(self, body: SimulationIn) -> WhatIf:
        protocol = matrix = None
        try:
            if body.protocol_version is not None:
                protocol = await ProtocolService(self._call).protocol(body.area, body.protocol_version)
            if body.matrix_edition is not None:
                matrix = await MatrixService(self._call).matrix(body.matrix_edition)
        except NotFound:
            pointer = "/protocolVersion" if protocol is None and body.protocol_version is not None else "/matrixEdition"
            told = FieldError(pointer, UnknownPolicy.code, "There is no such version or edition.")
            raise UnknownPolicy(errors=(told,)) from None
        return WhatIf(protocol, matrix)


def _simulate(cases: Sequence[DecidedCase], book: LawBook, what_if: WhatIf) -> list[Simulated]:
    """Return each case under the policy; those that it cannot be asked of are left out."""
    lists = lists_of(book)
    found = []
    for case in cases:
        shown = quasi_identifiers(case, lists)
        groups = {"ETHNICITY": shown.ethnic_group, "SEX": shown.sex, "AGE_BAND": shown.age_band}
        try:
            found.append(_under(case, book, what_if, groups))
        except DomainError:  # an officer's score beyond the scale of the other matrix, say
            continue
    return found


def _under(case: DecidedCase, book: LawBook, what_if: WhatIf, groups: dict[str, str]) -> Simulated:
    facts, on = FactsIn.model_validate(case.facts), date.fromisoformat(case.advice["asAt"])
    basis = basis_on(book, case.area, on)
    other = replace(basis, protocol=what_if.protocol or basis.protocol, matrix=what_if.matrix or basis.matrix)
    return compare(evaluate(facts, basis), evaluate(facts, other), DisposalCode(case.decision["disposal"]), groups)


def _answer(body: SimulationIn, what_if: WhatIf, cases: list[Simulated], left_out: int) -> SimulationAnswer:
    return SimulationAnswer(
        area=body.area,
        from_=body.from_,
        to=body.to,
        under=WhatIfAnswer(
            protocol_version=None if what_if.protocol is None else what_if.protocol.version,
            matrix_edition=None if what_if.matrix is None else what_if.matrix.id,
            matrix_status=None if what_if.matrix is None else what_if.matrix.status,
        ),
        cases=_told(len(cases)),
        left_out=_told(left_out),
        threshold=BASE,
        rounded_to=BASE,
        changes=(
            _table("ALL", whole(cases)),
            *(_table(name, by_group(cases, name)) for name in COMPARED_BY),
        ),
        decided_disposals=_table("DISPOSAL", of_decided(cases)),
        disposals=tuple(_table("DISPOSAL", of_disposal(cases, disposal)) for disposal in DisposalCode),
    )


def _told(count: int) -> int | None:
    """Return a count as it is told; None for one to four."""
    return None if 0 < count < BASE else rounded(count)


def _table(by: str, counts: Counts) -> TableAnswer:
    kept = suppress(counts)
    rows = {
        row: {column: rounded(counts.at(row, column)) if kept.tells(row, column) else None for column in counts.columns}
        for row in counts.rows
    }
    return TableAnswer(by=by, rows=rows)
