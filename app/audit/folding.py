"""What one act says alike of several cases is one entry of the log, which names them all.

Pure. Who acts gives a record for each case that is shown, so that none can be forgotten; how many entries they come to
is decided here alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.audit.events import AuditRecord

_CASE = AuditRecord._fields.index("case_id")


@dataclass(frozen=True)
class Entry:
    """An entry of the log: its record, and the cases that it names where there are several; the record names none then.

    They stand in the order of their ids: that in which they were shown would tell which item of a sample is which case.
    """

    record: AuditRecord
    case_ids: tuple[str, ...] | None = None


def folded(records: Iterable[AuditRecord]) -> list[Entry]:
    """Return the entries that the records of one act come to, in the order in which the first of each stands.

    Records that are alike in all but the case are one entry, whose rows are those of all of them. So an entry is of one
    area: whoever reads the log of an area reads of no other.
    """
    groups: dict[object, list[AuditRecord]] = {}
    for one in records:
        groups.setdefault((one[:_CASE] + one[_CASE + 1 :], one.case_id is None), []).append(one)
    return [_entry(alike) for alike in groups.values()]


def _entry(alike: Sequence[AuditRecord]) -> Entry:
    first = alike[0]
    if len(alike) == 1:
        return Entry(first)
    record = first._replace(rows=sum(one.rows for one in alike))
    cases = sorted({one.case_id for one in alike if one.case_id is not None})
    return Entry(record._replace(case_id=None), tuple(cases)) if len(cases) > 1 else Entry(record)
