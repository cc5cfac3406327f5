"""A draft of a local protocol, held against everything it must satisfy, and two versions held against each other.

Decides whether a draft could become a version of an area's protocol. Does not approve it: a second person of the
other agency does, and only from a day that is still to come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from app.law.protocol import Protocol
from app.law.protocol_faults import forbidden_key, protocol_faults


@dataclass(frozen=True)
class DraftFault:
    """What is wrong with a draft: where (a JSON pointer), its kind, the rule that forbids it (None for a slip), why."""

    pointer: str
    code: str
    rule: str | None
    message: str


@dataclass(frozen=True)
class DraftReport:
    """The protocol that a draft gives, or everything that is wrong with it: never both."""

    protocol: Protocol | None
    faults: tuple[DraftFault, ...]


@dataclass(frozen=True)
class Difference:
    """A key in which two versions differ, with what each says as JSON-ready data."""

    key: str
    before: object
    after: object


def read_draft(
    document: Mapping[str, object], *, area: str, today: date, versions: Sequence[Protocol] = ()
) -> DraftReport:
    """Return the protocol in a draft for an area, or every fault of it at once; `versions` are the area's own so far.

    Never raises for what the document holds, and repeats none of its values.
    """
    try:
        protocol = Protocol.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        return DraftReport(None, tuple(_slip(problem["loc"], problem["type"], problem["msg"]) for problem in problems))
    faults = (*_in_order(protocol, area, today, versions), *_against_the_law(protocol))
    return DraftReport(None, faults) if faults else DraftReport(protocol, ())


def differences(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """Return the keys in which two versions differ, in the order of the document."""
    one, other = (version.model_dump(mode="json", by_alias=True) for version in (before, after))
    return tuple(Difference(key, one[key], other[key]) for key in one if one[key] != other[key])


def _slip(loc: tuple[int | str, ...], kind: str, message: str) -> DraftFault:
    """Return a fault of the document's form; a key that the law has settled names its rule."""
    pointer = "".join(f"/{to_camel(part) if isinstance(part, str) else part}" for part in loc)
    if kind == "extra_forbidden":
        settled = forbidden_key(str(loc[-1]))
        if settled is not None:
            return DraftFault(pointer, "settled-by-law", settled.rule, settled.message)
        return DraftFault(pointer, "unknown-key", None, "A protocol has no such key.")
    if kind == "missing":
        return DraftFault(pointer, "missing", None, "The key is missing.")
    return DraftFault(pointer, "malformed", None, message.removeprefix("Value error, "))


def _in_order(protocol: Protocol, area: str, today: date, versions: Sequence[Protocol]) -> tuple[DraftFault, ...]:
    """Return what is wrong with whose draft it is, its number and its day."""
    number = max((version.version for version in versions), default=0) + 1
    checks = (
        (protocol.area == area, "/area", "another-area", "The draft is for another area."),
        (protocol.kind == "LOCAL", "/kind", "not-local", "A draft is an area's own; examples ship with the product."),
        (protocol.version == number, "/version", "version-out-of-turn", f"The next version is {number}."),
        (protocol.in_force_from > today, "/inForceFrom", "start-in-past", "A version begins on a day still to come."),
    )
    return tuple(DraftFault(pointer, code, None, message) for holds, pointer, code, message in checks if not holds)


def _against_the_law(protocol: Protocol) -> tuple[DraftFault, ...]:
    """Return every place in which the draft would weaken the law."""
    return tuple(
        DraftFault(f"/{fault.key}", "weakens-law", fault.rule, fault.message) for fault in protocol_faults(protocol)
    )
