"""The law book with the policy that is approved: what every call is given to read the law from.

Approvals are only ever added, so how many there are says whether the book that was put together last is still the
present one: a unit of work takes it for granted, and the database says if there are more. No clock.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db.ready import Ready
from app.db.work import Database, Expected, Scope, Work
from app.law.book import LawBook
from app.law.model import MatrixEdition, Protocol
from app.policy.models import matrix_approvals, matrix_imports, protocol_approvals, protocol_drafts

_COUNTS = Ready(
    select(
        select(func.count()).select_from(protocol_approvals).scalar_subquery().label("protocols"),
        select(func.count()).select_from(matrix_approvals).scalar_subquery().label("matrices"),
    )
)
_PROTOCOLS = (
    select(protocol_drafts.c.document)
    .join(
        protocol_approvals,
        (protocol_approvals.c.area == protocol_drafts.c.area)
        & (protocol_approvals.c.version == protocol_drafts.c.version),
    )
    .order_by(protocol_drafts.c.area, protocol_drafts.c.version)
)
_MATRICES = (
    select(matrix_imports.c.editions)
    .join(matrix_approvals, matrix_approvals.c.edition_id == matrix_imports.c.edition_id)
    .order_by(matrix_imports.c.edition_id)
)


class IllustrativeMatrix(Exception):
    """The database holds, as approved, scores that were made up for development."""


@dataclass(frozen=True)
class _Kept:
    """A book, and how many approvals of each kind there were when it was put together."""

    counts: tuple[int, int]
    book: LawBook


class Policies:
    """The book that ships, and the last one that was put together from it with what is approved."""

    def __init__(self, shipped: LawBook) -> None:
        self._kept = _Kept((0, 0), shipped)
        self._shipped = shipped

    def known(self) -> tuple[Expected, LawBook]:
        """Return the book that was put together last, and the approvals for which it is the law in force."""
        protocols, matrices = self._kept.counts
        return Expected(protocols, matrices), self._kept.book

    async def law_book(self, work: Work) -> LawBook:
        """Return the law book with every approved protocol and every licensed edition in it."""
        row = await work.first(_COUNTS)
        assert row is not None
        counts = (row.protocols, row.matrices)
        kept = self._kept
        if kept.counts != counts:
            kept = self._kept = _Kept(counts, await self._put_together(work))
        return kept.book

    async def _put_together(self, work: Work) -> LawBook:
        protocols = [Protocol.model_validate(row.document) for row in await work.many(_PROTOCOLS)]
        return self._shipped.with_policy(protocols, await _approved_editions(work))

    async def refuse_illustrations(self, database: Database) -> None:
        """Raise `IllustrativeMatrix` if an approved edition's scores are nobody's own; a live service starts not."""
        async with database.work(Scope(areas=frozenset(), client_id="")) as work:
            editions = await _approved_editions(work)
        found = [edition.id for edition in editions if self._shipped.is_illustrative(edition)]
        if found:
            raise IllustrativeMatrix(
                f"The database holds approved editions of illustrative scores: {', '.join(found)}. "
                "A live service does not start on scores that nobody licensed."
            )


async def _approved_editions(work: Work) -> list[MatrixEdition]:
    imports = await work.many(_MATRICES)
    return [MatrixEdition.model_validate(edition) for row in imports for edition in row.editions]
