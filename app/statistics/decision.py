"""One decision, as statistics read it: groups and outcomes, nothing by which a child could be found. Pure.

A decision is made of its figures (`figures`), on which the law's lists and the protocol of an area are laid here.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from app.cases.states import CaseStatus
from app.law.calendar import CalendarExhausted, working_days_after
from app.law.model import DisposalCode, Protocol
from app.scrutiny.groups import Lists, quarter
from app.statistics.figures import Figures, Shared, read_shared
from app.statistics.words import UNKNOWN, By, Outcome

CAUTIONS = frozenset({DisposalCode.YOUTH_CAUTION, DisposalCode.YOUTH_CONDITIONAL_CAUTION})
_MORE_FORMAL = {DisposalCode.CHARGE.value: Outcome.CHARGE} | {one.value: Outcome.CAUTION for one in CAUTIONS}
NOT_COUNTED = frozenset({CaseStatus.RESTRICTED, CaseStatus.WITHDRAWN})
_Kept = tuple[bool | None, bool | None]


class Decision(NamedTuple):
    """A decision with what is counted of it.

    `child` is a key that stands for the child within one answer. `clocks` says of each clock whether it was kept;
    `direction` whether the decision departs from the advice, empty where the advice indicated nothing; `answered`
    names the fields that somebody answered.
    """

    child: str
    day: date
    days_to_decision: int
    clocks: Mapping[str, bool]
    groups: Mapping[By, str]
    force: str
    disposal: str
    engagement: str
    stratum: str
    offences: int
    direction: str
    reasons: tuple[str, ...]
    level: int
    answered: frozenset[str]

    @property
    def outcome(self) -> Outcome:
        """Return how formal the disposal is."""
        return _MORE_FORMAL.get(self.disposal, Outcome.NO_CAUTION)

    @property
    def quarter(self) -> str:
        """Return the quarter in which it was made."""
        return quarter(self.day)


class Reckoner:
    """Makes decisions of figures for one answer, under the law's lists and a protocol.

    What decisions share is read once, and by when a referral of a day had to be assessed is worked out once.
    """

    def __init__(self, lists: Lists, protocol: Protocol) -> None:
        self._lists, self._protocol = lists, protocol
        self._shared: dict[str, _Read] = {}
        self._due: dict[date, tuple[date | None, date | None]] = {}

    def decision(self, child: str, figures: Figures) -> Decision:
        """Return what is counted of a decision about a child."""
        read = self._shared.get(figures.shared)
        if read is None:
            read = self._shared[figures.shared] = _Read(read_shared(figures.shared), self._lists)
        alike = read.alike(self._kept(figures))
        return Decision._make((child, figures.decided_on, figures.days_to_decision, *alike))

    def _kept(self, figures: Figures) -> _Kept:
        """Return whether assessment and notification were in time; None for one whose end nobody knows."""
        due = self._due.get(figures.received_on)
        if due is None:
            due = self._due[figures.received_on] = (
                _working_days(figures.received_on, self._protocol.assess_wd),
                _working_days(figures.received_on, self._protocol.notify_wd),
            )
        assess, notify = due
        assessed_on = figures.assessed_on
        return (
            None if assess is None else assessed_on is not None and assessed_on <= assess,
            None if notify is None else figures.decided_on <= notify,
        )


class _Read:
    """What decisions share, with the groups that the lists make of it, made once for each answer of the clocks."""

    def __init__(self, shared: Shared, lists: Lists) -> None:
        said = shared.ethnicity
        ethnic_group = UNKNOWN if said is None else lists.ethnic_groups.get(said, UNKNOWN)
        self._shared, self._groups = shared, {By.ETHNICITY: ethnic_group, **shared.groups}
        self._alike: dict[_Kept, tuple[object, ...]] = {}

    def alike(self, kept: _Kept) -> tuple[object, ...]:
        """Return all of a decision that others have too, from its clocks on: of each that ran whether it was kept."""
        found = self._alike.get(kept)
        if found is None:
            shared, known = self._shared, zip(("ASSESSMENT", "NOTIFICATION"), kept, strict=True)
            clocks = {name: one for name, one in known if one is not None} | dict(shared.clocks)
            found = self._alike[kept] = (
                clocks,
                self._groups,
                shared.force,
                shared.disposal,
                shared.engagement,
                shared.stratum,
                shared.offences,
                shared.direction,
                shared.reasons,
                shared.level,
                shared.answered,
            )
        return found


def _working_days(start: date, days: int) -> date | None:
    try:
        return working_days_after(start, days)
    except CalendarExhausted:
        return None
