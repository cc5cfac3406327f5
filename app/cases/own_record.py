"""The part of a child's history that is our own record: what was decided here before, marked as ours. Pure.

A history is a closed list: where nobody has given one, ours alone must not look like all of it. So ours is added to a
list that is there, and told beside the facts where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
ORIGIN = "OWN_RECORD"


@dataclass(frozen=True)
class OwnDisposal:
    """A disposal that was decided here in an earlier case of the child, as a history says it."""

    case_id: str
    disposal: str
    given_on: str
    offence: str | None
    completion: str

    def as_history(self) -> Document:
        """Return the entry as the facts write it."""
        entry: Document = {"disposal": self.disposal, "givenOn": self.given_on, "completion": self.completion}
        return entry | ({"offence": self.offence} if self.offence else {})


def without_own(facts: Document, marks: Sequence[Document] | None) -> Document:
    """Return facts without the history that earlier marks say was added from our own record."""
    added = {mark["pointer"] for mark in marks or () if mark["added"]}
    if not added or not isinstance(facts.get("history"), list):
        return facts
    kept = [entry for index, entry in enumerate(facts["history"]) if f"/history/{index}" not in added]
    return facts | {"history": kept}


def with_own(facts: Document, own: Sequence[OwnDisposal]) -> tuple[Document, list[Document]]:
    """Return facts with our own record in their history, and a mark for each: where it stands, and whether it is new.

    A disposal of the same kind and day that the history already names is marked and not told twice.
    """
    history = facts.get("history")
    told = list(history) if isinstance(history, list) else None
    marks = [_mark(one, told) for one in own]
    return (facts if told is None else facts | {"history": told}), marks


def _mark(one: OwnDisposal, history: list[Document] | None) -> Document:
    pointer, added = None, False
    if history is not None:
        same = (i for i, entry in enumerate(history) if _key(entry) == (one.disposal, one.given_on))
        index = next(same, len(history))
        added = index == len(history)
        if added:
            history.append(one.as_history())
        pointer = f"/history/{index}"
    return {"pointer": pointer, "origin": ORIGIN, "added": added, "caseId": one.case_id, **one.as_history()}


def _key(entry: Document) -> tuple[object, object]:
    return entry.get("disposal"), entry.get("givenOn")
