"""Which agency establishes which facts. Pure: names the owner of every part of an update, and judges nothing else.

The police establish what happened, what the evidence is worth and what the child said of it; the youth justice service
establishes what it learns of the child and hears from the victim. Evidence of age may reach either.
"""

from typing import Any

Document = dict[str, Any]
POLICE, YJS = "POLICE", "YJS"
_EITHER = frozenset({POLICE, YJS})

_OF_CHILD: dict[str, frozenset[str]] = {
    "dateOfBirth": _EITHER,
    "careStatus": frozenset({YJS}),
    "communicationNeed": frozenset({YJS}),
    "exploitation": frozenset({YJS}),
}
_OF_CASE: dict[str, frozenset[str]] = {
    "history": frozenset({POLICE}),
    "victims": frozenset({YJS}),
    "agreement": frozenset({YJS}),
}
_OF_OFFENCE = frozenset({POLICE})


def owners(updates: Document) -> dict[str, frozenset[str]]:
    """Return the JSON pointers of what an update says, each with the agencies that may establish it."""
    found = {f"/child/{name}": _OF_CHILD[name] for name in updates.get("child", {})}
    found |= {f"/{name}": owner for name, owner in _OF_CASE.items() if updates.get(name, {}) != {}}
    for index, offence in enumerate(updates.get("offences", [])):
        found |= {f"/offences/{index}/{name}": _OF_OFFENCE for name in offence if name != "id"}
    return found


def not_theirs(updates: Document, agency: str | None) -> tuple[str, ...]:
    """Return the JSON pointers of what an agency may not establish."""
    return tuple(pointer for pointer, allowed in owners(updates).items() if agency not in allowed)


def owner_of_fact(pointer: str) -> str:
    """Return the agency that can supply the fact at a JSON pointer into the facts of a case."""
    if pointer.startswith(("/offences", "/history")):
        return POLICE
    return YJS
