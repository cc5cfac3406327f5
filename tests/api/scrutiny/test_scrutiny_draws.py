"""Drawing from a frame over HTTP: once, in the open, so that anybody can recompute it."""

import asyncio
import hashlib
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.db.work import connect
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from tests.decided_cases import a_decided_case
from tests.decided_rows import add_decided
from tests.scrutiny_panel import (
    CAMDEN,
    CHAIR,
    DICE,
    ISLINGTON,
    MEMBER,
    SECRETS,
    Call,
    a_frame,
    drawn,
    frozen,
    items_of,
)

VERIFIER = Path(__file__).parents[3] / "tools" / "verify_sample.py"


async def test_draw_can_be_recomputed_by_hand(
    app_with_known_chance: Any, call: Call, population: list[DecidedCase]
) -> None:
    """Salt, nonce and dice known, every digest and the draw follow by SHA-256 alone."""
    frame, sample = await drawn(call)
    nonce = SECRETS[1].hex()
    seed = f"4 6 1 3 3 5|heron|{nonce}"
    entries = {
        hashlib.sha256(f"{SECRETS[0].hex()}|{case.case_id}".encode()).hexdigest(): case.decision["disposal"]
        for case in population
    }

    proof = (await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/verification")).json()

    tickets = sorted((hashlib.sha256(f"{seed}|{entry}".encode()).hexdigest(), entry) for entry in entries)
    triaged = [entry for _, entry in tickets if entries[entry] == "TRIAGE"]
    assert (sample["nonce"], sample["seed"], proof["seed"]) == (nonce, seed, seed)
    assert [one["entry"] for one in proof["drawn"] if one["stratum"] == "TRIAGE"] == triaged[:7]
    assert [one["entry"] for one in proof["reserves"] if one["stratum"] == "TRIAGE"] == triaged[7:]
    assert frame["frameDigest"] == hashlib.sha256("".join(f"{one}\n" for one in sorted(entries)).encode()).hexdigest()


async def test_verification_satisfies_the_strangers_tool(call: Call, population: list[DecidedCase]) -> None:
    """The shipped verifier accepts the answer, held against what the freeze had published."""
    frame, sample = await drawn(call)

    proof = (await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/verification")).json()

    checks = dict(runpy.run_path(str(VERIFIER))["checks"](proof, frame))
    assert [words for words, holds in checks.items() if not holds] == []


async def test_verification_names_no_case(call: Call, population: list[DecidedCase]) -> None:
    """Only entries: no case id is in it, nor the salt that would lead to one."""
    _, sample = await drawn(call)

    text = (await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/verification")).text

    assert not [case.case_id for case in population if case.case_id in text]
    assert "salt" not in text


async def test_second_draw_is_refused(call: Call, population: list[DecidedCase]) -> None:
    """One draw to a frame."""
    frame, _ = await drawn(call)

    again = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)

    assert (again.status_code, again.json()["code"]) == (409, "already-drawn")


async def test_two_draws_at_once_give_one_sample(call: Call, population: list[DecidedCase]) -> None:
    """However many ask at the same moment, one is answered and the others are refused."""
    frame = await frozen(call)
    path = f"/v1/scrutiny/frames/{frame['frameId']}/draw"

    answers = await asyncio.gather(*(call(CHAIR, "POST", path, DICE) for _ in range(5)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}


async def test_frame_like_a_drawn_one_needs_an_explanation(call: Call, population: list[DecidedCase]) -> None:
    """Same areas, period and strata in whatever order: 409 until the frame drawn is named with a reason."""
    frame, _ = await drawn(call)
    like = a_frame(areas=[CAMDEN, ISLINGTON], size=5)

    bare = await call(CHAIR, "POST", "/v1/scrutiny/frames", like)
    named = await call(CHAIR, "POST", "/v1/scrutiny/frames", like | {"redrawOf": frame["frameId"]})
    explained = await call(
        CHAIR, "POST", "/v1/scrutiny/frames", like | {"redrawOf": frame["frameId"], "reason": "Two members fell ill."}
    )

    assert [bare.status_code, named.status_code, explained.status_code] == [409, 409, 201]
    assert bare.json()["code"] == "redraw-unexplained"


async def test_redraw_is_counted_and_both_stay_visible(call: Call, population: list[DecidedCase]) -> None:
    """The second sample says that it is the second, and the list holds both frames."""
    frame, _ = await drawn(call)

    second, sample = await drawn(call, redrawOf=frame["frameId"], reason="Two members fell ill.")
    listed = (await call(CHAIR, "GET", "/v1/scrutiny/frames")).json()["items"]

    assert (sample["drawNumber"], sample["reason"]) == (2, "Two members fell ill.")
    assert [one["frameId"] for one in listed] == [frame["frameId"], second["frameId"]]


async def test_frames_frozen_side_by_side_give_one_unexplained_draw(call: Call, population: list[DecidedCase]) -> None:
    """Freezing two frames before drawing either does not give two draws to choose from."""
    first, second = await frozen(call), await frozen(call)

    done = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{first['frameId']}/draw", DICE)
    other = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{second['frameId']}/draw", DICE)

    assert (done.status_code, other.status_code, other.json()["code"]) == (201, 409, "redraw-unexplained")


@pytest.mark.parametrize(
    "body",
    [{"contributions": []}, {"contributions": [{"by": "chair", "value": "4|6"}]}, {"contributions": [{"by": "chair"}]}],
)
async def test_draw_refuses_contributions_that_make_no_seed(
    call: Call, population: list[DecidedCase], body: dict[str, Any]
) -> None:
    """None at all, one that would read as two, one without its value."""
    frame = await frozen(call)

    answer = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", body)

    assert answer.status_code == 422


async def test_later_edit_of_a_case_changes_nothing_in_the_frame(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """What was frozen is what is drawn from and shown."""
    frame = await frozen(call)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    await owner.execute("UPDATE cases SET status = 'RESTRICTED'")
    await owner.close()

    answer = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)

    assert (answer.status_code, answer.json()["size"]) == (201, 10)


async def test_what_came_and_went_between_freeze_and_draw_shows(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """One case is decided late, one restricted, one goes on: the sample is of what was frozen, and tells the rest."""
    frame = await frozen(call, size=30)
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(work, [a_decided_case(95)])
    await work.close()
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    for case, status in ((population[0], "RESTRICTED"), (population[1], "COMPLETED")):
        await owner.execute("UPDATE cases SET status = $1 WHERE case_id = $2", status, case.case_id)
    await owner.close()

    sample = (await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)).json()

    assert sample["sinceFreeze"] == {"arrived": 1, "left": 1, "changed": 1}
    assert len(await items_of(call, sample)) == 30


async def test_sample_says_which_draw_of_how_many_it_is(call: Call, population: list[DecidedCase]) -> None:
    """After a redraw the first says that it is one of two; and each names what could show who a child is."""
    frame, first = await drawn(call)
    _, second = await drawn(call, redrawOf=frame["frameId"], reason="The dice fell off the table.")

    again = (await call(MEMBER, "GET", f"/v1/scrutiny/samples/{first['sampleId']}")).json()

    assert [(one["drawNumber"], one["draws"]) for one in (first, again, second)] == [(1, 1), (1, 2), (2, 2)]
    assert again["quasiIdentifiers"] == ["ageBand", "sex", "ethnicGroup", "area", "quarter", "offenceGroup"]
    assert again["k"] == 5
