"""Receipts of a release: what was asked, under which law, and what it meant, kept to be asked again for ever.

What an advice means is how each disposal stands and fits, each finding with its rule and answer, scores, duties,
warnings, clocks and questions: not the wording of a sentence nor the address of a source, which may be bettered.

`python -m tests.law.receipts` writes the receipts of the present engine, once, at its release. They are never edited;
an advice that must differ after all is named in `explained.yaml` with the entry of the changelog that says why.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.advice.evaluate import basis_on, evaluate
from app.advice.schemas import AdviceRequest
from app.advice.view import view
from app.law import yamlfile
from app.law.book import LawBook
from app.rules.advise import ENGINE_VERSION
from tests.law.cases import law_cases, request_of

FOLDER = Path(__file__).parents[1] / "receipts"
FROM = ("worked_examples", "time", "several_offences")
Document = dict[str, Any]


def kept() -> dict[str, Document]:
    """Return every receipt there is, by the name of its file."""
    paths = sorted(FOLDER.glob("*/*.json"))
    return {f"{path.parent.name}/{path.stem}": json.loads(path.read_text()) for path in paths}


def explained() -> Mapping[str, str]:
    """Return the receipts whose advice differs today, each with why."""
    found: Mapping[str, str] = yamlfile.read((FOLDER / "explained.yaml").read_text())["explained"]
    return found


def meaning(answer: Mapping[str, Any]) -> Document:
    """Return what an advice means, without its wording."""
    gravity = answer["gravity"]
    return {
        "gravity": {"score": gravity["score"], "lead": gravity["leadOffence"], "edition": gravity["matrix"]["edition"]},
        "provisional": answer["provisional"],
        "leastRestrictive": [answer["leastRestrictiveIndicated"], answer["leastRestrictiveStillPossible"]],
        "options": {option["disposal"]: _option(option) for option in answer["options"]},
        "openQuestions": {one["fact"]: one["couldChange"] for one in answer["openQuestions"]},
        "duties": sorted(f"{one['rule']} {one['on']} {one['dueOn'] or ''}".strip() for one in answer["duties"]),
        "warnings": sorted(one["rule"] for one in answer["warnings"]),
        "clocks": [f"{one['rule']} {one['dueOn']}" for one in answer["clocks"]],
        "protocol": answer["protocol"]["version"],
    }


def _option(option: Mapping[str, Any]) -> Document:
    return {
        "stands": [option["standing"], option["authority"], option["fit"], option["outcomeCode"]],
        "findings": [f"{one['requirement']} {one['rule']} {one['answer']}" for one in option["findings"]],
        "atDecision": [one["rule"] for one in option["atDecision"]],
        "atDelivery": [one["rule"] for one in option["atDelivery"]],
    }


def advised(book: LawBook, request: Document) -> Document:
    """Return the advice on a request, as the service gives it."""
    asked = AdviceRequest.model_validate(request)
    return view(evaluate(asked, basis_on(book, asked.area, asked.as_at)))


def _made(book: LawBook) -> Iterator[tuple[str, Document]]:
    cases = (case for case in law_cases() if case.name.split(":")[0] in FROM and "protocol" not in case.changes)
    for number, case in enumerate(cases, start=1):
        request: Document = json.loads(json.dumps(request_of(case.changes), default=str))
        answer = advised(book, request)
        receipt = {
            "name": case.name,
            "request": request,
            "lawDigest": answer["lawDigest"],
            "engineVersion": answer["engineVersion"],
            "meaning": meaning(answer),
        }
        slug = re.sub(r"[^a-z0-9]+", "-", case.name.lower()).strip("-")[:60]
        yield f"{number:03d}-{slug}", receipt


def main() -> None:
    """Write the receipts of the present engine; those of another stay as they are."""
    folder = FOLDER / ENGINE_VERSION
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for name, receipt in _made(LawBook.load()):
        text = json.dumps(receipt, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
