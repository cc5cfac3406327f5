"""Fields of answers are an allow-list by role: whatever is answered is on the list of the role that asked.

The list is `docs/assurance/fields.md`; a field that somebody adds is in nobody's list until it is put there, and this
fails as long as it is not. Answers are played, so that what a route writes past its schema is seen too.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from app.http.guard import GuardedRoute
from app.identity.caller import Agency, Grade, Role
from app.identity.demo_clients import DemoClient
from app.launch.urls import DatabaseUrls
from tests.api.acting import CAMDEN, EXAMPLE_AREA, ISLINGTON, MANAGER, POLICE, Stage
from tests.api.objects import CHAIR, MEMBER, World
from tests.api.test_authorisation_matrix import PARAMETER, WALLS

pytestmark = pytest.mark.anyio
LIST = Path(__file__).resolve().parents[2] / "docs" / "assurance" / "fields.md"
NOT_THERE = {
    "/subject-access-request": "names a child by an id that no route tells; its own tests read it",
    "/v1/cases/{caseId}/completion": "the disposal is under way",
    "/v1/cases/{caseId}/conditions": "triage has none",
    "/v1/cases/{caseId}/escalation": "the agencies agree",
    "/v1/cases/{caseId}/support-offer": "the case was not sent for support",
    "/v1/scrutiny/annual-report": "its own tests read it",
}
"""What the played case does not have; their answers are of closed schemas, which the list is made from."""

QUERIES = {
    "/v1/management/figures": f"?area={EXAMPLE_AREA}&from=2026-01-01&to=2026-12-31",
    "/v1/audit/consistency": "?from=1",
    **{
        f"/v1/statistics/{name}": f"?area={ISLINGTON}&from=2026-01-01&to=2026-10-31"
        for name in ("completeness", "departures", "disproportionality", "engagement", "timeliness", "volumes")
    },
    "/v1/cases/{caseId}/explanation": "?audience=CHILD",
}


def _listed() -> dict[tuple[str, str], set[str]]:
    """Return the fields of the list, by role and path of what is read."""
    found: dict[tuple[str, str], set[str]] = {}
    role = ""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            role = line.removeprefix("## ")
        elif match := re.fullmatch(r"- `GET (\S+)`: (.*)", line):
            found[role, match.group(1)] = set(match.group(2).split(", "))
    return found


def _fields(value: Any, at: str = "") -> Iterator[str]:
    """Yield the place of every field of a document, as the list writes them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            place = f"{at}.{name}" if at else name
            yield from (list(_fields(inner, place)) if isinstance(inner, dict | list) and inner else [place])
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for one in value:
            yield from _fields(one, f"{at}[]")
    else:
        yield at


def _allowed(field: str, listed: set[str]) -> bool:
    """Return whether a field is listed, stands in a document that is, or is an empty place above what is."""
    return any(
        field == one
        or one.startswith((f"{field}.", f"{field}[]"))
        or (one.endswith("…") and f"{field}.".startswith(one[:-1]))
        for one in listed
    )


def _readers(app: FastAPI) -> Iterator[tuple[GuardedRoute, Role]]:
    for route in WALLS["guarded_routes"](app):
        if route.methods == {"GET"} and route.guard.purpose:
            yield from ((route, role) for role in sorted(route.guard.roles))


def _somebody(route: GuardedRoute, role: Role) -> DemoClient:
    if "/scrutiny/" in route.path and Agency.SCRUTINY in (route.guard.agencies or Agency):
        client, agency = (CHAIR if "reports" in route.path else MEMBER), Agency.SCRUTINY
    elif role is Role.REFERRALS_RW or role is Role.WEBHOOKS_RW:
        return DemoClient(POLICE, Agency.POLICE, None, False, (role,), (ISLINGTON, CAMDEN, EXAMPLE_AREA))
    else:
        client, agency = MANAGER, Agency.YJS
    roles = tuple(sorted(route.guard.roles)) if route.guard.all_roles else (role,)
    return DemoClient(client, agency, Grade.SENIOR, True, roles, (ISLINGTON, CAMDEN, EXAMPLE_AREA))


async def test_every_answer_holds_what_its_role_is_listed_to_receive_and_nothing_more(
    app: Any, stage: Stage, database: DatabaseUrls
) -> None:
    """Every route that reads, by every role that may: each field that comes is on that role's list."""
    world, listed, wrong, silent = World(stage, app, database), _listed(), set(), set()
    for kind in ("caseId", "observationId", "identificationId", "logId", "meetingId", "grantId"):
        await world.the(kind)
    for route, role in _readers(app):
        known = {kind: await world.the(kind) for kind in PARAMETER.findall(route.path)}
        path = PARAMETER.sub(lambda found, ids=known: ids[found.group(1)], route.path) + QUERIES.get(route.path, "")
        answer = await stage.acting(_somebody(route, role)).send("GET", path, purpose="AUDIT")
        if answer.status_code != 200 or "json" not in answer.headers["content-type"]:
            silent.add(route.path)
        elif "ndjson" not in answer.headers["content-type"]:
            allowed = listed[str(role), route.path]
            wrong |= {(str(role), route.path, one) for one in _fields(answer.json()) if not _allowed(one, allowed)}

    assert sorted(wrong) == []
    assert silent <= set(NOT_THERE)


@pytest.mark.parametrize(
    ("field", "listed", "allowed"),
    [
        ("child.familyName", {"child.familyName"}, True),
        ("child.secret", {"child.familyName"}, False),
        ("childSecret", {"child.…"}, False),
        ("facts.any.thing", {"facts.…"}, True),
        ("items", {"items[].caseId"}, True),
        ("items[].caseId", {"items[].area"}, False),
    ],
)
def test_field_that_is_on_no_list_is_told(field: str, listed: set[str], allowed: bool) -> None:
    """What is not on the list is not allowed, however much it looks like what is."""
    assert _allowed(field, listed) is allowed
