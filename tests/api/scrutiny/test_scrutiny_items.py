"""The items of a sample over HTTP: what is shown, to whom, and that no child can be found by it."""

import json
from collections import Counter
from typing import Any

import pytest

from app.db.work import Scope, connect
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from app.scrutiny.words import CHARACTERISTICS
from tests.scrutiny_panel import (
    CAMDEN,
    CHAIR,
    MEMBER,
    OTHER_MEMBER,
    Call,
    accepted,
    drawn,
    items_of,
)


async def test_items_show_each_case_as_it_was_decided(call: Call, population: list[DecidedCase]) -> None:
    """Ten items, each with advice on ten disposals, both opinions, the decision and every characteristic."""
    _, sample = await drawn(call)

    items = await items_of(call, sample)

    first = items[0]
    assert len(items) == 10
    assert (len(first["advice"]), len(first["opinions"]), first["timeliness"]["daysToDecision"]) == (10, 2, 8)
    assert [row["characteristic"] for row in first["characteristics"]] == list(CHARACTERISTICS)
    assert {item["decision"]["disposal"] for item in items} == {"TRIAGE", "YOUTH_CAUTION"}


async def test_items_carry_the_weight_of_their_stratum(call: Call, population: list[DecidedCase]) -> None:
    """Seven of twenty and three of ten; together the weights make up the frame."""
    _, sample = await drawn(call)

    items = await items_of(call, sample)

    assert {(i["stratum"], round(i["inclusionProbability"], 4)) for i in items} == {
        ("TRIAGE", 0.35),
        ("YOUTH_CAUTION", 0.3),
    }
    assert sum(item["weight"] for item in items) == pytest.approx(30)


async def test_items_hold_nothing_to_find_the_child_by(call: Call, population: list[DecidedCase]) -> None:
    """No case id, birth date or other date, no citation, nothing read, no words of a person."""
    _, sample = await drawn(call)

    text = json.dumps(await items_of(call, sample))

    hidden = ["2011-03-02", "2026-06", "caseId", "citation", '"read"', "Words of", "somebody", "rationale"]
    assert not [word for word in [*hidden, *(case.case_id for case in population)] if word in text]


async def test_no_item_is_one_of_fewer_than_k(call: Call, population: list[DecidedCase]) -> None:
    """With every case drawn, every way of being shown is shared by at least five."""
    _, sample = await drawn(call, size=30)

    items = await items_of(call, sample)

    ways: Counter[str] = Counter()
    for item in items:
        told = {row["characteristic"]: row["value"] for row in item["characteristics"]}
        quasi = [item["ageBand"], item["area"], item["quarter"], item["offenceGroup"], told["SEX"], told["ETHNICITY"]]
        ways[json.dumps([quasi, item["coarsened"]])] += 1
    assert (len(items), min(ways.values()) >= 5) == (30, True)


async def test_items_of_a_frame_smaller_than_k_are_refused(call: Call, population: list[DecidedCase]) -> None:
    """Thirty cases cannot hide one among thirty-one."""
    _, sample = await drawn(call, k=31)
    await accepted(call, MEMBER)

    answer = await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/items")

    assert (answer.status_code, answer.json()["code"]) == (422, "sample-not-releasable")


async def test_items_need_the_terms(call: Call, population: list[DecidedCase]) -> None:
    """A named member who has not accepted them is refused; after accepting, not."""
    _, sample = await drawn(call)
    path = f"/v1/scrutiny/samples/{sample['sampleId']}/items"

    before = await call(MEMBER, "GET", path)
    await accepted(call, MEMBER)
    after = await call(MEMBER, "GET", path)

    assert (before.status_code, before.json()["code"], after.status_code) == (403, "terms-not-accepted", 200)


async def test_items_need_a_named_member(call: Call, population: list[DecidedCase]) -> None:
    """A scrutiny member whom the frame does not name is refused, terms or no terms; the chair who froze it is not."""
    _, sample = await drawn(call)
    await accepted(call, OTHER_MEMBER, CHAIR)
    path = f"/v1/scrutiny/samples/{sample['sampleId']}/items"

    other, chair = await call(OTHER_MEMBER, "GET", path), await call(CHAIR, "GET", path)

    assert (other.status_code, chair.status_code) == (403, 200)


async def test_pseudonyms_cannot_be_joined_between_samples(call: Call, population: list[DecidedCase]) -> None:
    """All thirty cases drawn twice: no name comes again."""
    frame, first = await drawn(call, size=30)
    _, second = await drawn(call, size=30, redrawOf=frame["frameId"], reason="To compare.")

    names = [{item["pseudonym"] for item in await items_of(call, sample)} for sample in (first, second)]

    assert ([len(one) for one in names], names[0] & names[1]) == ([30, 30], set())


async def test_items_come_in_pages(call: Call, population: list[DecidedCase]) -> None:
    """Four, four and two, none twice."""
    _, sample = await drawn(call)
    await accepted(call, MEMBER)
    path = f"/v1/scrutiny/samples/{sample['sampleId']}/items?limit=4"
    pages, cursor = [], ""

    while cursor is not None:
        answer = (await call(MEMBER, "GET", path + (f"&cursor={cursor}" if cursor else ""))).json()
        pages.append([item["itemId"] for item in answer["items"]])
        cursor = answer["nextCursor"]

    assert [len(page) for page in pages] == [4, 4, 2]
    assert len({item for page in pages for item in page}) == 10


async def test_items_tell_how_much_is_known_of_each(call: Call, population: list[DecidedCase]) -> None:
    """Every characteristic is known, withheld or not known."""
    _, sample = await drawn(call)

    counted = [item["completeness"] for item in await items_of(call, sample)]

    assert {sum(one.values()) for one in counted} == {len(CHARACTERISTICS)}


@pytest.mark.parametrize("what", ["", "/items", "/verification"])
async def test_sample_of_other_areas_is_not_found(
    call: Call, population: list[DecidedCase], database: DatabaseUrls, what: str
) -> None:
    """Whoever may not see all areas of the frame sees nothing of it, in the database itself."""
    _, sample = await drawn(call)
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)

    async with work.work(Scope(frozenset({CAMDEN}), "tests")) as narrow:
        seen = await narrow.many(_everything(what))
    await work.close()

    assert (len(seen), sample["size"]) == (0, 10)


def _everything(what: str) -> Any:
    from sqlalchemy import text  # noqa: PLC0415

    table = {"": "scrutiny_samples", "/items": "scrutiny_items", "/verification": "scrutiny_entries"}[what]
    return text(f"SELECT * FROM {table}")  # noqa: S608  (one of three names above)


@pytest.mark.parametrize("sample_id", ["019e0000-0000-7000-8000-000000000001", "not-an-id"])
async def test_sample_that_is_not_there_is_not_found(call: Call, sample_id: str) -> None:
    """404, whatever the spelling."""
    assert (await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample_id}")).status_code == 404


async def test_every_step_is_in_the_audit_log(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """Freeze, draw and every item read, with the case and the fields; never the nonce."""
    _, sample = await drawn(call)
    await items_of(call, sample)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")

    rows = await owner.fetch(
        """SELECT act, coalesce(case_ids, ARRAY[case_id]) AS cases, fields, purpose, user_name,
                  audit_log::text AS whole FROM audit_log"""
    )
    await owner.close()

    acts = Counter(row["act"] for row in rows for _ in row["cases"])
    assert (acts["scrutiny.frame-frozen"], acts["scrutiny.case-drawn"], acts["scrutiny.item-read"]) == (2, 10, 10)
    read = next(row for row in rows if row["act"] == "scrutiny.item-read")
    assert (read["purpose"], read["user_name"], "characteristics" in read["fields"]) == ("SCRUTINY", MEMBER, True)
    assert not [row for row in rows if sample["nonce"] in row["whole"]]
