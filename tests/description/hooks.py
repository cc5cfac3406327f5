"""How Schemathesis calls the service: with tokens of demo clients whom an operation lets in, and now and then soundly.

It runs in a process of its own, with the real service on the other side of a socket. `OOCD_CALLS_AS` names the one
client to call as; without it, every client that an operation lets in has its turn. All that is chosen here is chosen by
what was generated, so that a seed repeats a run.
"""

import os
from collections.abc import Callable
from typing import Any
from zlib import crc32

import httpx
import schemathesis
from schemathesis.transport.asgi import ASGI_TRANSPORT
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from app.demo.story import a_pre_assessment, a_referral
from app.errors import DomainError
from app.http.guard import Guard
from app.http.ndjson import NDJSON
from app.identity.caller import Caller
from app.identity.demo_clients import DEMO_CLIENTS, SECRET, DemoClient
from tests.api.acting import ISLINGTON, TODAY, decision, opinion
from tools.walls import an_app, guarded_routes

Document = dict[str, Any]
GUARDS = {(method, route.path): route.guard for route in guarded_routes(an_app()) for method in route.methods}
CALLS_AS = os.environ.get("OOCD_CALLS_AS")


# ── who calls ────────────────────────────────────────────────────────────────


def client_for(case: Any) -> DemoClient | None:
    """Return the demo client to call as; None where no token is needed, or `OOCD_CALLS_AS` is not let in."""
    guard = GUARDS.get((case.operation.method.upper(), case.operation.path))
    if guard is None:
        return None
    clients = [one for one in DEMO_CLIENTS.values() if CALLS_AS in {None, one.client_id} and _is_let_in(one, guard)]
    return clients[_number(case) % len(clients)] if clients else None


def _number(case: Any) -> int:
    """Return a number that follows from what was generated, and from nothing else."""
    return crc32(repr((case.operation.label, case.path_parameters, case.query, case.body)).encode())


def _is_let_in(client: DemoClient, guard: Guard) -> bool:
    caller = Caller(
        issuer="",
        client_id=client.client_id,
        user_name=client.client_id if client.person else None,
        agency=client.agency,
        grade=client.grade,
        roles=frozenset(client.roles),
        areas=frozenset(client.areas),
    )
    try:
        guard.admit(caller)
    except DomainError:
        return False
    return True


def _name(case: Any, _: Any) -> str:
    client = client_for(case)
    return "nobody" if client is None else client.client_id


@schemathesis.auth(cache_by_key=_name)
class TokenOfADemoClient:
    """A token from the service's own issuer, got as any client gets one."""

    def get(self, case: Any, _: Any) -> str:
        """Fetch the token for an operation; an empty one where none is sent."""
        client = client_for(case)
        if client is None:
            return ""
        form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": SECRET}
        answer = httpx.post(case.operation.schema.get_base_url().rstrip("/") + "/oauth2/token", data=form)
        return str(answer.raise_for_status().json()["access_token"])

    def set(self, case: Any, token: str, _: Any) -> None:
        """Put it where tokens are sent."""
        if token:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


# ── what is said ─────────────────────────────────────────────────────────────

_ADVICE: dict[str, Document] = {}


@schemathesis.hook
def after_call(_: Any, case: Any, response: Any) -> None:
    """Remember the newest advice on each case, which opinions and the decision name."""
    if case.operation.path == "/v1/cases/{caseId}/advice" and response.status_code == 201:
        _ADVICE[case.path_parameters["caseId"]] = response.json()


@schemathesis.hook
def map_case(_: Any, case: Any) -> Any:
    """Let a sound body take the place of most that are made up, so that there are cases, and they come on."""
    sound = _SOUND.get((case.operation.method.upper(), case.operation.path))
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if sound is not None and positive and _number(case) % 4:
        body = sound(case)
        case.body = case.body if body is None else body
    return case


def _referral(case: Any) -> Document:
    body = a_referral(ISLINGTON, TODAY)
    body["source"]["reference"] = str(_number(case))
    return body


def _on_advice(make: Callable[[Document, str], Document]) -> Callable[[Any], Document | None]:
    def body(case: Any) -> Document | None:
        advice = _ADVICE.get((case.path_parameters or {}).get("caseId", ""))
        return None if advice is None else make(advice, "TRIAGE")

    return body


_SOUND: dict[tuple[str, str], Callable[[Any], Document | None]] = {
    ("POST", "/v1/referrals"): _referral,
    ("PUT", "/v1/cases/{caseId}/pre-assessment"): lambda _: a_pre_assessment(),
    ("POST", "/v1/cases/{caseId}/opinions"): _on_advice(opinion),
    ("POST", "/v1/cases/{caseId}/decision"): _on_advice(decision),
}


def _lines(_: Any, value: Any) -> Document:
    return {"data": value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")}


for _transport in (ASGI_TRANSPORT, REQUESTS_TRANSPORT):
    _transport.serializer(NDJSON)(_lines)
