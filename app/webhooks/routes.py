"""Routes of webhooks: the subscriptions of the caller's own client, and what came of each message."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from fastapi import Query as QueryParameters

from app.http.guard import CurrentCall, guarded, guarded_router, read_id
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.identity.call import Call
from app.identity.caller import Role
from app.webhooks.schemas import MessageAnswer, SecretAnswer, WebhookAnswer, WebhookChange, WebhookIn, WebhookMade
from app.webhooks.service import WebhookService, WebhookTerms, require_delivery, require_webhook

router = guarded_router()
_TAGS: list[Any] = ["Events"]
_WEBHOOKS = "/v1/webhooks"
_WEBHOOK = "/v1/webhooks/{webhookId}"
WebhookId = Annotated[str, Path(alias="webhookId", description="The id of a subscription.")]
DeliveryId = Annotated[str, Path(alias="deliveryId", description="The id of a message to a subscription.")]


def _service(call: CurrentCall, request: Request) -> WebhookService:
    return WebhookService(call, _terms(request))


def _terms(request: Request) -> WebhookTerms:
    terms = request.app.state.webhooks
    assert isinstance(terms, WebhookTerms)
    return terms


Webhooks = Annotated[WebhookService, Depends(_service)]


async def find_webhook(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a subscription of the caller's client."""
    await require_webhook(call, read_id(path["webhookId"]))


async def find_delivery(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a message to a subscription of the caller's client."""
    await require_delivery(call, read_id(path["deliveryId"]))


@router.post(_WEBHOOKS, status_code=201, summary="Register a webhook", tags=_TAGS, response_model=WebhookMade)
@guarded(Role.WEBHOOKS_RW, purpose=False, creates=True, shown_once=("secret",))
async def post_webhook(webhooks: Webhooks, body: WebhookIn, response: Response) -> WebhookMade:
    """Ask to be told at an https address of what happens from now on: of what the client may read at `GET /v1/events`.

    Messages are signed as Standard Webhooks 1.0.0 has it. The `secret` is shown this once.
    """
    answer, response.headers["ETag"] = await webhooks.register(body)
    response.headers["Location"] = f"{_WEBHOOKS}/{answer.webhook_id}"
    return answer


@router.get(_WEBHOOKS, summary="List webhooks", tags=_TAGS, response_model=Page[WebhookAnswer])
@guarded(Role.WEBHOOKS_RW, purpose=False)
async def list_webhooks(webhooks: Webhooks, wanted: Annotated[ListQuery, QueryParameters()]) -> Page[WebhookAnswer]:
    """List the client's own subscriptions, oldest first."""
    found = await webhooks.list_webhooks(id_after(wanted.cursor), wanted.limit)
    items, cursor = page(found, wanted.limit, lambda one: one.webhook_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.get(_WEBHOOK, summary="Read a webhook", tags=_TAGS, response_model=WebhookAnswer)
@guarded(Role.WEBHOOKS_RW, purpose=False, finds=find_webhook)
async def get_webhook(webhooks: Webhooks, webhook_id: WebhookId, response: Response) -> WebhookAnswer:
    """Read a subscription: how it stands, and how many messages wait."""
    answer, response.headers["ETag"] = await webhooks.read(webhook_id)
    return answer


@router.patch(_WEBHOOK, summary="Change a webhook", tags=_TAGS, response_model=WebhookAnswer)
@guarded(Role.WEBHOOKS_RW, purpose=False, needs_match=True, finds=find_webhook)
async def patch_webhook(
    webhooks: Webhooks, webhook_id: WebhookId, body: WebhookChange, response: Response
) -> WebhookAnswer:
    """Change the address, the kinds of events, or whether messages are sent; nothing that happened meanwhile is lost.

    From now on the subscription hears what the token of this request may read.
    """
    answer, response.headers["ETag"] = await webhooks.change(webhook_id, body)
    return answer


@router.delete(_WEBHOOK, status_code=204, summary="Remove a webhook", tags=_TAGS)
@guarded(Role.WEBHOOKS_RW, purpose=False, finds=find_webhook)
async def delete_webhook(webhooks: Webhooks, webhook_id: WebhookId) -> Response:
    """Remove a subscription; nothing more is sent."""
    await webhooks.remove(webhook_id)
    return Response(status_code=204)


@router.post(f"{_WEBHOOK}/rotation", summary="Make a new secret", tags=_TAGS, response_model=SecretAnswer)
@guarded(Role.WEBHOOKS_RW, purpose=False, creates=True, finds=find_webhook, shown_once=("secret",))
async def post_rotation(webhooks: Webhooks, webhook_id: WebhookId) -> SecretAnswer:
    """Make a new secret, shown this once; for a day messages carry a signature by each of the two."""
    return await webhooks.rotate(webhook_id)


@router.post(f"{_WEBHOOK}/ping", status_code=202, summary="Ping a webhook", tags=_TAGS, response_model=MessageAnswer)
@guarded(Role.WEBHOOKS_RW, purpose=False, creates=True, finds=find_webhook)
async def post_ping(webhooks: Webhooks, webhook_id: WebhookId) -> MessageAnswer:
    """Send a ping; the subscription's deliveries say what came of it."""
    return await webhooks.ping(webhook_id)


@router.get(f"{_WEBHOOK}/deliveries", summary="Read what was sent", tags=_TAGS, response_model=Page[MessageAnswer])
@guarded(Role.WEBHOOKS_RW, purpose=False, finds=find_webhook)
async def list_deliveries(
    webhooks: Webhooks, webhook_id: WebhookId, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[MessageAnswer]:
    """Read the messages of a subscription, newest first, each with every attempt."""
    found = await webhooks.deliveries(webhook_id, id_after(wanted.cursor), wanted.limit)
    items, cursor = page(found, wanted.limit, lambda one: one.delivery_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.post(
    f"{_WEBHOOKS}/deliveries/{{deliveryId}}/redeliver",
    status_code=202,
    summary="Send a message again",
    tags=_TAGS,
    response_model=MessageAnswer,
)
@guarded(Role.WEBHOOKS_RW, purpose=False, creates=True, finds=find_delivery)
async def post_redelivery(webhooks: Webhooks, delivery_id: DeliveryId) -> MessageAnswer:
    """Send a message again under the `webhook-id` that it had, whether it was delivered or given up."""
    return await webhooks.redeliver(delivery_id)
