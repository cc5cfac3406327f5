"""The links of the description lead to operations that are there, with parameters that these know."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = {one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()}
LINKS = [
    (name, to, link)
    for name, operation in OPERATIONS.items()
    for answer in operation["responses"].values()
    for to, link in answer.get("links", {}).items()
]


def _is_sound(link: dict[str, Any]) -> bool:
    parameters = OPERATIONS[link["operationId"]].get("parameters", ())
    needed = {one["name"] for one in parameters if one["in"] == "path"}
    return needed <= set(link["parameters"]) <= {one["name"] for one in parameters}


def test_link_gives_what_the_next_operation_needs() -> None:
    """Every parameter of its path, and none that it does not know."""
    assert LINKS
    assert [f"{name} to {to}" for name, to, link in LINKS if not _is_sound(link)] == []


def test_every_list_leads_on_to_its_next_page() -> None:
    """Whoever follows `next` sees the whole list."""
    lists = {name for name, one in OPERATIONS.items() if '"cursor"' in json.dumps(one.get("parameters", ""))}

    assert lists
    assert lists == {name for name, to, _ in LINKS if to == "next"}
