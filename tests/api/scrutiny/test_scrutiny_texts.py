"""Free text in items over HTTP: one person redacts it, a second releases it, and only then a panel reads it."""

from typing import Any

import pytest

from app.scrutiny.decided import DecidedCase
from tests.scrutiny_panel import CHAIR, MEMBER, Call, accepted, drawn

OFFICER, MANAGER = "demo-police-officer", "demo-yjs-manager"
REDACTED = {"about": "DECISION", "text": "Both agencies held that a caution would do more harm than good."}


@pytest.fixture
async def sample(call: Call, population: list[DecidedCase]) -> str:
    """Return the path of a sample whose member has accepted the terms."""
    _, done = await drawn(call)
    await accepted(call, CHAIR, MEMBER)
    return f"/v1/scrutiny/samples/{done['sampleId']}"


async def first_item(call: Call, sample: str) -> dict[str, Any]:
    """Return the first item as a member sees it."""
    return dict((await call(MEMBER, "GET", f"{sample}/items")).json()["items"][0])


async def texts_of(call: Call, sample: str) -> str:
    """Return the path of the texts of the first item."""
    return f"{sample}/items/{(await first_item(call, sample))['itemId']}/texts"


async def test_text_stands_in_the_item_once_a_second_person_has_released_it(call: Call, sample: str) -> None:
    """Not before; with the names of both, in the list and in every form of the pack."""
    path = await texts_of(call, sample)
    made = (await call(OFFICER, "POST", path, REDACTED)).json()
    before = await first_item(call, sample)

    released = await call(MANAGER, "POST", f"{path}/{made['textId']}/release")

    after = await first_item(call, sample)
    assert (before["texts"], made["releasedBy"], released.status_code) == ([], None, 201)
    assert after["texts"] == [REDACTED | {"redactedBy": OFFICER, "releasedBy": MANAGER}]
    for form in ("json", "csv", "html"):
        assert REDACTED["text"] in (await call(MEMBER, "GET", f"{sample}/export?format={form}")).text


async def test_nobody_releases_what_they_redacted(call: Call, sample: str) -> None:
    """Nor is a text released twice."""
    path = await texts_of(call, sample)
    made = (await call(OFFICER, "POST", path, REDACTED)).json()

    own = await call(OFFICER, "POST", f"{path}/{made['textId']}/release")
    answers = [await call(MANAGER, "POST", f"{path}/{made['textId']}/release") for _ in range(2)]

    assert (own.status_code, [one.status_code for one in answers]) == (409, [201, 409])


async def test_last_text_released_of_a_kind_stands(call: Call, sample: str) -> None:
    """Nothing is overwritten; a better redaction takes the place of the earlier."""
    path = await texts_of(call, sample)
    for words in ("First.", "Second."):
        made = (await call(OFFICER, "POST", path, REDACTED | {"text": words})).json()
        await call(MANAGER, "POST", f"{path}/{made['textId']}/release")

    assert [one["text"] for one in (await first_item(call, sample))["texts"]] == ["Second."]


async def test_redactor_reads_what_was_written_and_what_to_look_at(call: Call, sample: str) -> None:
    """The rationales of both opinions and of the decision; the scan says what in the new text to look at."""
    path = await texts_of(call, sample)
    await call(OFFICER, "POST", path, REDACTED | {"text": "He told that Sam was there on 4 May."})

    told = (await call(MANAGER, "GET", path)).json()

    assert [(one["about"], one["text"]) for one in told["originals"]] == [
        ("POLICE_OPINION", "Words of a person."),
        ("YJS_OPINION", "Words of a person."),
        ("DECISION", "Words of a person."),
    ]
    assert [flag["kind"] for flag in told["items"][0]["flags"]] == ["NAME", "DATE"]


@pytest.mark.parametrize("who", [MEMBER, CHAIR, "demo-analyst", "demo-panel-coordinator"])
async def test_panel_never_reads_what_was_written(call: Call, sample: str, who: str) -> None:
    """Only the agencies may, who hold the case anyway."""
    path = await texts_of(call, sample)

    answers = [await call(who, "GET", path), await call(who, "POST", path, REDACTED)]

    assert [one.status_code for one in answers] == [403, 403]


@pytest.mark.parametrize("changes", [{"about": "VICTIM"}, {"text": ""}, {"text": "x" * 2001}])
async def test_text_of_nothing_known_is_refused(call: Call, sample: str, changes: dict[str, str]) -> None:
    """A kind that is not there, nothing, or far too much."""
    assert (await call(OFFICER, "POST", await texts_of(call, sample), REDACTED | changes)).status_code == 422
