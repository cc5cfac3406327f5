"""Reading law cases: YAML that a lawyer can read, laid over one ordinary case.

A case says what differs from the ordinary case in `base.yaml` and what must follow. A `vary` makes one case of every
row; `asks` makes one case of every answer of a requirement. `absent` takes a key out of the request.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.advice.schemas import AdviceRequest, check_consistency
from app.advice.view import view
from app.law import yamlfile
from app.law.book import LawBook
from app.law.model import Protocol
from app.rules.advise import advise

HERE = Path(__file__).parent
SHORT = {
    "NFA": "NO_FURTHER_ACTION",
    "TRIAGE": "TRIAGE",
    "O21": "OUTCOME_21",
    "O22": "OUTCOME_22",
    "CR": "COMMUNITY_RESOLUTION",
    "DC": "DEFERRED_CAUTION",
    "DP": "DEFERRED_PROSECUTION",
    "YC": "YOUTH_CAUTION",
    "YCC": "YOUTH_CONDITIONAL_CAUTION",
    "CHARGE": "CHARGE",
}


@dataclass(frozen=True)
class LawCase:
    """A case with a name, what it changes of the ordinary case, and what must follow."""

    name: str
    changes: Mapping[str, Any]
    expect: Mapping[str, Any]


@cache
def book() -> LawBook:
    """Return the shipped law book, read once."""
    return LawBook.load()


@cache
def _base() -> dict[str, Any]:
    found: dict[str, Any] = yamlfile.read((HERE / "base.yaml").read_text())
    return found


def law_cases() -> Iterator[LawCase]:
    """Every case of every file, tables written out."""
    for path in sorted(HERE.glob("*.yaml")):
        if path.name == "base.yaml":
            continue
        for entry in yamlfile.read(path.read_text()):
            yield from _written_out(path.stem, entry)


def _written_out(file: str, entry: Mapping[str, Any]) -> Iterator[LawCase]:
    always = entry.get("facts", {})
    if "asks" in entry:
        for answer in ("MET", "NOT_MET", "UNKNOWN", "NOT_APPLICABLE"):
            if answer in entry:
                yield LawCase(
                    f"{file}: {entry['asks']} of {entry['of']} {answer}{entry.get('when', '')}",
                    merged(always, entry[answer]),
                    {"asks": entry["asks"], "answer": answer, "of": entry["of"]},
                )
        return
    if "vary" in entry:
        for value, expect in entry["rows"].items():
            changes = merged(always, _at(entry["vary"].split("."), _plain(value)))
            yield LawCase(f"{file}: {entry['name']} [{value}]", changes, merged(entry.get("expect", {}), expect))
        return
    yield LawCase(f"{file}: {entry['name']}", always, entry["expect"])


def _plain(value: str) -> Any:
    """The key of a row as the value that it stands for: a word, a number, or a list written `[A B]`."""
    if value.startswith("["):
        return value.strip("[]").split()
    return int(value) if value.isdigit() else value


def _at(place: list[str], value: Any) -> Any:
    return value if not place else {place[0]: _at(place[1:], value)}


def merged(first: Any, second: Any) -> Any:
    """The second laid over the first, object by object; lists and words replace."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {
            key: merged(first.get(key), second[key]) if key in second else first[key] for key in {**first, **second}
        }
    return first if second is None else second


def request_of(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The request that a case makes: the ordinary one with the changes."""
    base = _base()
    body = merged(base["request"], {key: value for key, value in changes.items() if key not in ("offence", "protocol")})
    offences = changes.get("offences", [{}])
    body["offences"] = [
        {"id": str(number), **merged(merged(base["offence"], changes.get("offence", {})), one)}
        for number, one in enumerate(offences, start=1)
    ]
    found: dict[str, Any] = without_absent(body)
    return found


def without_absent(value: Any) -> Any:
    """The value without the keys that are `absent`."""
    if isinstance(value, Mapping):
        return {key: without_absent(inner) for key, inner in value.items() if inner != "absent"}
    return [without_absent(one) for one in value] if isinstance(value, list) else value


def advised(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of the service to a case, as a client reads it."""
    request = AdviceRequest.model_validate(request_of(changes))
    law = book().at(request.as_at)
    matrix = book().matrix_on(request.as_at)
    protocol = book().protocol(request.area, request.as_at)
    assert protocol is not None
    facts = request.to_facts()
    check_consistency(facts, law, matrix)
    return view(advise(facts, law, changed(protocol, changes.get("protocol", {})), matrix))


def changed(protocol: Protocol, changes: Mapping[str, Any]) -> Protocol:
    """The protocol with some of its keys changed, checked again as a whole."""
    return Protocol.model_validate(protocol.model_dump() | dict(changes))
