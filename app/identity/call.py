"""One call: who asks, why, in which transaction, on which day, under which law. What services are given."""

from dataclasses import dataclass, field
from datetime import date

from app.clock import Clock, today
from app.db.work import Work
from app.errors import IfMatchMissing, SensitiveProcessingDisabled, VersionStale
from app.identity.caller import Caller
from app.identity.purpose import Purpose
from app.law.book import LawBook


@dataclass(frozen=True)
class Call:
    """The context of one call.

    `if_match` holds the entity tags that the caller named, or None without the header; `sensitive_processing` says
    whether this deployment may take protected characteristics at all. `found` holds what the path names, by its id,
    from when it was looked for to when it is first asked for.
    """

    caller: Caller
    purpose: Purpose | None
    work: Work
    clock: Clock
    law_book: LawBook
    request_id: str
    trace_id: str
    route: str
    if_match: frozenset[str] | None = None
    sensitive_processing: bool = True
    found: dict[str, object] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Return whether it is asked by a method that changes something."""
        return not self.route.startswith("GET ")

    @property
    def today(self) -> date:
        """Return the day that it is in London."""
        return today(self.clock)

    def require_sensitive_processing(self) -> None:
        """Refuse protected characteristics where nobody has said by what right they are processed (DPA 2018 s35)."""
        if not self.sensitive_processing:
            raise SensitiveProcessingDisabled

    def require_match(self, etag: str) -> None:
        """Refuse unless the caller has seen this version: 428 without `If-Match`, 412 with another version's."""
        if self.if_match is None:
            raise IfMatchMissing
        if etag not in self.if_match:
            raise VersionStale(extra={"etag": etag})


def etag_of(version: int) -> str:
    """Return the strong entity tag of a version of something."""
    return f'"{version}"'
