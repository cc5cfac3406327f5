"""Playing a story over HTTP: who acts, what they send, what must come back; told in lines that a person can read."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from uuid_utils import uuid7

from app.identity.demo_clients import SECRET

Document = dict[str, Any]
_TOLD_OF_AN_ANSWER = 600


class StoryBroken(Exception):
    """A step was not answered as the contract says; the message says which, and what came instead."""


class Teller:
    """Speaks to the service as the demo clients and checks every answer."""

    def __init__(self, http: httpx.Client, say: Callable[[str], None]) -> None:
        self._http = http
        self._say = say
        self._tokens: dict[str, str] = {}

    def heading(self, text: str) -> None:
        """Begin a part of the story."""
        self._say("")
        self._say(text)

    def told(self, text: str) -> None:
        """Tell what was seen."""
        self._say(f"    {text}")

    def step(
        self,
        client: str,
        method: str,
        path: str,
        *,
        expect: int,
        purpose: str | None = None,
        body: Document | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request as a client and return the answer; raise `StoryBroken` unless it has the status expected.

        A POST carries a fresh Idempotency-Key unless the headers bring one.
        """
        sent = {"Authorization": f"Bearer {self._token(client)}"}
        sent |= {"X-Purpose": purpose} if purpose else {}
        sent |= {"Idempotency-Key": str(uuid7())} if method == "POST" else {}
        answer = self._http.request(method, path, json=body, headers=sent | dict(headers or {}))
        self._say(f"  {client:<24} {method:<4} {path}  ->  {answer.status_code}")
        if answer.status_code != expect:
            answered = answer.text[:_TOLD_OF_AN_ANSWER]
            raise StoryBroken(f"{client} {method} {path}: {answer.status_code} where {expect} was due: {answered}")
        return answer

    def require(self, holds: bool, claim: str) -> None:
        """Tell a claim about what was answered; raise `StoryBroken` if it does not hold."""
        if not holds:
            raise StoryBroken(f"It does not hold that {claim}")
        self.told(f"so: {claim}")

    def etag(self, client: str, path: str) -> str:
        """Return the present entity tag of what a path names."""
        return self.step(client, "GET", path, expect=200, purpose="JOINT_DECISION").headers["ETag"]

    def _token(self, client: str) -> str:
        if client not in self._tokens:
            form = {"grant_type": "client_credentials", "client_id": client, "client_secret": SECRET}
            answer = self._http.post("/oauth2/token", data=form)
            if answer.status_code != httpx.codes.OK:
                raise StoryBroken(f"{client} got no token: {answer.status_code}")
            self._tokens[client] = answer.json()["access_token"]
        return self._tokens[client]
