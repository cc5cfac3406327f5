"""The provider's key set: rotation, storms of invented key ids, an absent provider, hostile answers."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from app.errors import Unavailable
from app.identity.keys import RemoteKeys
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
URL = "https://idp.example/jwks.json"


def a_key(kid: str, **changes: Any) -> dict[str, Any]:
    """Return a public key as a key set has it."""
    public = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig"} | changes


class Provider:
    """An identity provider that counts how often its keys are asked for."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.asked = 0
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"keys": list(keys)})

    def publish(self, *keys: dict[str, Any]) -> None:
        """Publish other keys."""
        self.answer = lambda: httpx.Response(200, json={"keys": list(keys)})

    async def handle(self, _: httpx.Request) -> httpx.Response:
        """Answer one request, after others had a chance to come."""
        self.asked += 1
        await asyncio.sleep(0)
        return self.answer()


def keys_of(provider: Provider, clock: FrozenClock) -> RemoteKeys:
    """Return the reader of a provider's keys."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(provider.handle))
    return RemoteKeys(URL, now=clock.now, client=client)


async def test_storm_of_invented_ids_asks_the_provider_once(clock: FrozenClock) -> None:
    """A thousand unknown key ids at once cost one request in thirty seconds; known keys are served meanwhile."""
    provider = Provider(a_key("k1"))
    keys = keys_of(provider, clock)

    found = await asyncio.gather(*(keys.key(f"bad-{n}") for n in range(1000)), keys.key("k1"))

    assert provider.asked == 1
    assert [key is not None for key in found].count(True) == 1


async def test_unknown_id_is_asked_for_again_after_thirty_seconds(clock: FrozenClock) -> None:
    """A key that the provider has just rotated in is found soon."""
    provider = Provider(a_key("k1"))
    keys = keys_of(provider, clock)
    await keys.key("k1")
    provider.publish(a_key("k1"), a_key("k2"))

    early = await keys.key("k2")
    clock.move(seconds=30)
    late = await keys.key("k2")

    assert (early is None, late is not None, provider.asked) == (True, True, 2)


async def test_key_that_was_withdrawn_dies_with_the_next_refresh(clock: FrozenClock) -> None:
    """While the provider publishes old and new, both are good; then the old one is not."""
    provider = Provider(a_key("k1"), a_key("k2"))
    keys = keys_of(provider, clock)
    overlap = [await keys.key("k1"), await keys.key("k2")]
    provider.publish(a_key("k2"))
    clock.move(minutes=11)

    after = [await keys.key("k1"), await keys.key("k2")]

    assert [key is not None for key in overlap + after] == [True, True, False, True]


async def test_absent_provider_is_bridged_for_a_day(clock: FrozenClock) -> None:
    """Known keys serve on; after a day the service says that it cannot tell, and not that the token is bad."""
    provider = Provider(a_key("k1"))
    keys = keys_of(provider, clock)
    await keys.key("k1")
    provider.answer = lambda: httpx.Response(503)
    clock.move(hours=23)

    assert await keys.key("k1") is not None
    clock.move(hours=2)
    with pytest.raises(Unavailable):
        await keys.key("k1")


HOSTILE = {
    "a redirect": lambda: httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
    "an error": lambda: httpx.Response(500),
    "no JSON": lambda: httpx.Response(200, text="<html>"),
    "a list": lambda: httpx.Response(200, json=[]),
    "keys that are none": lambda: httpx.Response(200, json={"keys": [1]}),
    "no keys": lambda: httpx.Response(200, json={"keys": []}),
    "too much": lambda: httpx.Response(200, text=json.dumps({"keys": [a_key("k1")], "x": "y" * 70_000})),
    "numbers that are none": lambda: httpx.Response(200, text='{"keys": NaN}'),
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_answer_is_no_key_set(clock: FrozenClock, answer: Callable[[], httpx.Response]) -> None:
    """The service has no keys then, says that it is unavailable, and follows nothing anywhere."""
    provider = Provider()
    provider.answer = answer

    with pytest.raises(Unavailable):
        await keys_of(provider, clock).key("k1")

    assert provider.asked == 1


async def test_keys_that_do_not_sign_are_left_out(clock: FrozenClock) -> None:
    """A shared secret or a key for encryption in a key set verifies nothing."""
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "alg": "HS256"}
    keys = keys_of(Provider(secret, a_key("enc", use="enc"), a_key("k1")), clock)

    found = [await keys.key(kid) for kid in ("shared", "enc", "k1")]

    assert [key is not None for key in found] == [False, False, True]


async def test_old_key_is_good_beside_the_new_while_both_are_published(clock: FrozenClock) -> None:
    """Rotation overlaps: what the old key signed lives until it is withdrawn."""
    old, new = a_key("old"), a_key("new")
    provider = Provider(old)
    keys = keys_of(provider, clock)
    await keys.key("old")
    provider.publish(new, old)
    clock.move(seconds=31)

    found = [await keys.key(kid) for kid in ("new", "old")]

    assert [key is not None for key in found] == [True, True]
    assert provider.asked == 2


async def test_provider_that_never_answers_is_not_waited_for(clock: FrozenClock) -> None:
    """The request is told that it is our trouble, in the patience that is set."""

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = httpx.AsyncClient(transport=httpx.MockTransport(never))

    with pytest.raises(Unavailable):
        await RemoteKeys(URL, now=clock.now, client=client, patience=0.01).key("k1")
