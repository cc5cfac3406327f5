"""A police system: refers children, singly and as a stream, follows what happens, and reads the decision.

    BASE_URL, CLIENT_ID, CLIENT_SECRET, AREA   where the service is, who calls, for which area

`oocd_client` is generated from openapi/openapi.json (see README.md). What it does not do is here: tokens, trying again
under the same key, the stream, and verifying messages.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
from oocd_client import AuthenticatedClient
from oocd_client.api.events import get_events, post_ping, post_webhook
from oocd_client.api.referrals import get_referral
from oocd_client.models import (
    Feed,
    GetEventsXPurpose,
    GetReferralXPurpose,
    ReferralAnswer,
    ReferralReceived,
    WebhookIn,
    WebhookMade,
)
from oocd_client.types import UNSET
from receiver import Receiver

PASSING = frozenset({408, 409, 429, 502, 503, 504})
ATTEMPTS = 8
PATIENCE = 180.0


class NotDone(Exception):
    """What was asked for was not done."""


def token(base_url: str, client_id: str, secret: str) -> str:
    """Get an access token by client credentials; it is good for a while, so get one for many calls."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer = httpx.post(f"{base_url}/oauth2/token", data=form)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def insist(send: Callable[[], httpx.Response]) -> httpx.Response:
    """Send the same request until it is answered for good, each time waiting longer, or as long as the service asks."""
    for attempt in range(ATTEMPTS):
        wait = 0.2 * 2**attempt
        try:
            answer = send()
        except httpx.TransportError:
            pass  # perhaps it was done: the key makes it safe to ask again
        else:
            if answer.status_code not in PASSING:
                return answer
            wait = float(answer.headers.get("Retry-After", wait))
        time.sleep(wait)
    raise NotDone("the service does not answer")


def a_referral(area: str) -> dict[str, object]:
    """Return a referral of an invented child for theft from a shop."""
    now = datetime.now(UTC)
    day = (now - timedelta(days=21)).date()
    response = {
        "kind": "ADMITTED", "on": day.isoformat(), "to": "CONSTABLE", "appropriateAdult": "PRESENT",
        "legalAdvice": "TAKEN", "understood": "YES",
    }  # fmt: skip
    offence = {
        "id": "1", "cjsCode": "TH68010", "committedOn": day.isoformat(), "reportedOn": day.isoformat(),
        "evidence": "FULL_CODE_TEST_MET", "response": response, "circumstances": [], "aggravatingFactors": [],
        "mitigatingFactors": [],
        "officerScore": {"base": 2, "score": 2, "rationale": "Scored on the matrix in force."},
    }  # fmt: skip
    return {
        "source": {"force": "metropolitan", "system": "example-python", "reference": str(uuid4())},
        "route": "POLICE_INVESTIGATION",
        "referredAt": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "area": area,
        "child": {
            "givenNames": "Sam", "familyName": "Example",
            "dateOfBirth": (now - timedelta(days=13 * 365 + 200)).date().isoformat(),
            "identifiers": [], "careStatus": "NONE", "communicationNeed": "SCREENED_NONE",
            "exploitation": {"indicated": "NO", "nrm": "NONE", "section45": "UNLIKELY"},
        },
        "offences": [offence],
        "victims": [{"kind": "BUSINESS", "consulted": "YES", "preference": "INFORMAL", "restorative": "YES"}],
        "history": [],
        "investigation": {"officer": "P123456", "station": "NI", "status": "VOLUNTARY_INTERVIEW"},
    }  # fmt: skip


def refer(client: AuthenticatedClient, area: str) -> ReferralReceived:
    """Refer a child, twice under one key as after a lost answer: there is one referral.

    The body goes as the document that it is: the generated classes do not tell a code from the word UNKNOWN.
    """
    body, http = a_referral(area), client.get_httpx_client()
    headers = {"X-Purpose": "REFERRAL", "Idempotency-Key": str(uuid4())}
    first, again = (insist(lambda: http.post("/v1/referrals", json=body, headers=headers)) for _ in range(2))
    if first.status_code != 201 or first.content != again.content:
        raise NotDone(f"the referral was answered {first.status_code}")
    return ReferralReceived.from_dict(first.json())


def refer_many(client: AuthenticatedClient, area: str) -> list[int]:
    """Send three referrals as a stream, the second of which lacks its child; return what each was answered."""
    lines = [a_referral(area) | {"idempotencyKey": str(uuid4())} for _ in range(3)]
    del lines[1]["child"]
    stream = "".join(json.dumps(line) + "\n" for line in lines).encode()
    headers = {"Content-Type": "application/x-ndjson", "Accept": "application/x-ndjson", "X-Purpose": "REFERRAL"}
    answer = client.get_httpx_client().post("/v1/referrals/batch", content=stream, headers=headers)
    return [int(json.loads(line)["status"]) for line in answer.text.splitlines()]


def subscribe(client: AuthenticatedClient, receiver: Receiver) -> None:
    """Register the receiver, keep the secret where it checks by it, and see whether a ping arrives."""
    made = post_webhook.sync(client=client, body=WebhookIn(url=receiver.url), idempotency_key=str(uuid4()))
    if not isinstance(made, WebhookMade) or not made.secret:
        raise NotDone("the webhook was not registered")
    receiver.secret = made.secret
    post_ping.sync(made.webhook_id, client=client, idempotency_key=str(uuid4()))
    while receiver.messages.get(timeout=PATIENCE)["eventType"] != "webhook.ping":
        pass


def wait_for_decision(client: AuthenticatedClient, referral_id: str) -> list[str]:
    """Follow the feed from where it stood until the decision on a referral; return what was told of it."""
    after, told, deadline = None, [], time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        feed = get_events.sync(client=client, after=after or UNSET, limit=200, x_purpose=GetEventsXPurpose.REFERRAL)
        if not isinstance(feed, Feed):
            raise NotDone("the feed was not answered")
        for event in feed.items:
            after = UUID(event.event_id)
            if event.additional_information.referral_id == referral_id:
                told.append(str(event.event_type))
        if told and told[-1] == "decision.made":
            return told
        time.sleep(0.5)
    raise NotDone("no decision was made")


def main() -> None:
    """Do it all once, and say what came of it."""
    base_url, area = os.environ["BASE_URL"], os.environ.get("AREA", "E09000019")
    bearer = token(base_url, os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    client, receiver = AuthenticatedClient(base_url=base_url, token=bearer), Receiver()
    subscribe(client, receiver)
    print("webhook: registered, the ping verified")
    referred = refer(client, area)
    print(f"referral: {referred.referral_id}, sent twice, there once")
    print(f"batch: {refer_many(client, area)}")
    print(f"events: {', '.join(wait_for_decision(client, referred.referral_id))}")
    told = receiver.messages.get(timeout=PATIENCE)
    while told["additionalInformation"]["referralId"] != referred.referral_id:
        told = receiver.messages.get(timeout=PATIENCE)
    print(f"webhook: {told['eventType']}, verified, number {told['sequence']} of its case")
    read = get_referral.sync(referred.referral_id, client=client, x_purpose=GetReferralXPurpose.REFERRAL)
    if not isinstance(read, ReferralAnswer) or read.decision is None:
        raise NotDone("the decision cannot be read")
    print(f"decision: {read.decision['disposal']}")
    receiver.close()


if __name__ == "__main__":
    main()
