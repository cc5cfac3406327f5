"""A scrutiny panel over HTTP: freeze, draw, look, verify; and what it cannot do."""

import asyncio
import hashlib
import json
import runpy
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.cases.states import CaseStatus
from app.db.work import Scope, connect
from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from app.scrutiny.words import CHARACTERISTICS
from tests.decided_cases import a_decided_case, some_decision, stated
from tests.decided_rows import add_decided
from tests.scrutiny_panel import (
    CAMDEN,
    CHAIR,
    DICE,
    EALING,
    ISLINGTON,
    MEMBER,
    OTHER_MEMBER,
    SECRETS,
    Call,
    a_frame,
    accepted,
    drawn,
    frozen,
    items_of,
)

VERIFIER = Path(__file__).parents[3] / "tools" / "verify_sample.py"


# ── freeze ───────────────────────────────────────────────────────────────────


async def test_freeze_answers_what_a_panel_can_hold_against_it(call: Call, population: list[DecidedCase]) -> None:
    """Counts, digests, allocation, what the sample would find; and by no path the nonce."""
    frame = await frozen(call)

    assert frame["count"] == 30
    assert frame["allocation"] == [
        {"stratum": "TRIAGE", "population": 20, "size": 7},
        {"stratum": "YOUTH_CAUTION", "population": 10, "size": 3},
    ]
    assert (frame["status"], frame["sampleId"], frame["exclusions"]) == ("FROZEN", None, [])
    assert [row["faulty"] for row in frame["detectionProbability"]] == [2, 3, 5]
    assert frame["upperBoundIfNoneFound"]["confidence"] == 0.95


async def test_nonce_is_in_no_answer_before_the_draw(
    app_with_known_chance: Any, call: Call, population: list[DecidedCase]
) -> None:
    """Neither the freeze, nor the frame read again, nor a list tells the nonce or the salt."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame())
    again = await call(CHAIR, "GET", f"/v1/scrutiny/frames/{answer.json()['frameId']}")
    listed = await call(CHAIR, "GET", "/v1/scrutiny/frames")

    told = answer.text + again.text + listed.text
    assert not [secret for secret in SECRETS if secret.hex() in told]
    assert answer.json()["nonceCommitment"] == hashlib.sha256(SECRETS[1].hex().encode()).hexdigest()


async def test_freeze_counts_exclusions_by_reason_and_disposal(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """A restricted record and a child who was charged are left out, and it shows."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    odd = [
        a_decided_case(90, status=CaseStatus.RESTRICTED),
        a_decided_case(91, decision=some_decision("CHARGE")),
    ]
    await add_decided(work, odd)
    await work.close()

    frame = await frozen(call)

    assert frame["count"] == 30
    assert [(row["reason"], row["disposal"], row["count"]) for row in frame["exclusions"]] == [
        ("CHARGED", "CHARGE", 1),
        ("RESTRICTED", "TRIAGE", 1),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"size": 3}, "/size"),
        ({"size": 0}, "/size"),
        ({"decidedFrom": "2025-01-01", "decidedTo": "2025-02-01"}, ""),
        ({"decidedFrom": "2026-11-02"}, ""),
        ({"areas": []}, "/areas"),
        ({"areas": [ISLINGTON, ISLINGTON]}, "/areas"),
        ({"strata": ["SHOE_SIZE"]}, "/strata/0"),
        ({"k": 2}, "/k"),
        ({"redrawOf": "019e0000-0000-7000-8000-000000000001", "reason": "Why not."}, "/redrawOf"),
        ({"reason": "Why not."}, "/redrawOf"),
        ({"minimum": 1}, "/minimum"),
    ],
)
async def test_freeze_refuses_what_makes_no_frame(
    call: Call, population: list[DecidedCase], changes: dict[str, Any], pointer: str
) -> None:
    """422, and a pointer to the field at fault."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(**changes))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_freeze_of_a_foreign_area_is_not_found(call: Call, population: list[DecidedCase]) -> None:
    """An area that is not the caller's is not there."""
    answer = await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(areas=[ISLINGTON, EALING]))

    assert answer.status_code == 404


@pytest.mark.parametrize("who", [MEMBER, "demo-police-officer", "demo-yjs-manager", "demo-analyst"])
async def test_freeze_is_for_whoever_may_draw_samples(call: Call, who: str) -> None:
    """A member scores; only the role that draws freezes."""
    answer = await call(who, "POST", "/v1/scrutiny/frames", a_frame())

    assert answer.status_code == 403


async def test_filters_narrow_the_population(call: Call, population: list[DecidedCase]) -> None:
    """Only cautions, when only cautions are asked for."""
    frame = await frozen(call, filters={"disposals": ["YOUTH_CAUTION"]})

    assert (frame["count"], frame["allocation"][0]["stratum"]) == (10, "YOUTH_CAUTION")


# ── draw ─────────────────────────────────────────────────────────────────────


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


# ── items ────────────────────────────────────────────────────────────────────


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


# ── walls ────────────────────────────────────────────────────────────────────


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

    rows = await owner.fetch("SELECT act, case_id, fields, purpose, user_name, audit_log::text AS whole FROM audit_log")
    await owner.close()

    acts = Counter(row["act"] for row in rows)
    assert (acts["scrutiny.frame-frozen"], acts["scrutiny.case-drawn"], acts["scrutiny.item-read"]) == (2, 10, 10)
    read = next(row for row in rows if row["act"] == "scrutiny.item-read")
    assert (read["purpose"], read["user_name"], "characteristics" in read["fields"]) == ("SCRUTINY", MEMBER, True)
    assert not [row for row in rows if sample["nonce"] in row["whole"]]


@pytest.mark.parametrize("table", ["scrutiny_frames", "scrutiny_secrets", "scrutiny_entries", "scrutiny_samples"])
async def test_what_is_frozen_cannot_be_changed(
    call: Call, population: list[DecidedCase], database: DatabaseUrls, table: str
) -> None:
    """Not even by the owner of the tables: the trigger refuses."""
    await drawn(call)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")

    with pytest.raises(Exception, match="only ever added to"):
        await owner.execute(f"DELETE FROM {table}")  # noqa: S608  (one of four names above)

    await owner.close()


async def test_frozen_at_is_the_clocks(call: Call, population: list[DecidedCase]) -> None:
    """The instant is the service's, in UTC."""
    frame = await frozen(call)

    assert datetime.fromisoformat(frame["frozenAt"]) == datetime(2026, 11, 21, 12, tzinfo=UTC)


# ── what a frame and a sample tell beside their cases ────────────────────────


async def test_frame_tells_how_much_is_known_and_what_was_decided(call: Call, population: list[DecidedCase]) -> None:
    """Of thirty children SEND is known of all and disability of none; twenty were triaged."""
    frame = await frozen(call)
    again = (await call(CHAIR, "GET", f"/v1/scrutiny/frames/{frame['frameId']}")).json()

    known = {row["characteristic"]: (row["known"], row["of"]) for row in frame["completeness"]}
    assert (known["SEND"], known["DISABILITY"], known["ETHNICITY_OFFICER_DEFINED"]) == ((30, 30), (0, 30), (0, 30))
    assert (frame["figures"]["disposals"]["TRIAGE"], frame["figures"]["disposals"]["YOUTH_CAUTION"]) == (20, 10)
    assert (again["figures"], again["completeness"]) == (frame["figures"], frame["completeness"])


async def test_exclusions_tell_the_share_that_is_left_out(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """One triage of twenty-one."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(work, [a_decided_case(90, status=CaseStatus.RESTRICTED)])
    await work.close()

    (row,) = (await frozen(call))["exclusions"]

    assert (row["count"], row["decided"], row["share"]) == (1, 21, pytest.approx(1 / 21))


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


async def test_items_tell_how_much_is_known_of_each(call: Call, population: list[DecidedCase]) -> None:
    """Every characteristic is known, withheld or not known."""
    _, sample = await drawn(call)

    counted = [item["completeness"] for item in await items_of(call, sample)]

    assert {sum(one.values()) for one in counted} == {len(CHARACTERISTICS)}


async def test_chinese_is_grouped_as_a_frame_asks(
    call: Call, population: list[DecidedCase], database: DatabaseUrls
) -> None:
    """Asian in the grouping of 2011, Other in that of 2001; the frame says which it took."""
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(
        work, [a_decided_case(number, characteristics=(stated("ETHNICITY", "A4"),)) for number in range(100, 110)]
    )
    await work.close()

    new = await frozen(call, strata=["ETHNIC_GROUP"])
    old = await frozen(call, strata=["ETHNIC_GROUP"], grouping="FIVE_GROUPS_2001")

    strata = [{row["stratum"] for row in frame["allocation"]} for frame in (new, old)]
    assert (strata[0] - strata[1], strata[1] - strata[0]) == ({"ASIAN"}, {"OTHER"})
    assert (new["grouping"], old["grouping"]) == ("FIVE_GROUPS_2011", "FIVE_GROUPS_2001")


async def test_resolution_that_the_police_issued_alone_stands_in_the_frame(
    call: Call, population: list[DecidedCase]
) -> None:
    """Referred for support after the police had issued it: a stratum of its own, an item without advice or opinions."""
    for number in range(3):
        referral = a_referral(ISLINGTON, date(2026, 10, 30)) | {"route": "COMMUNITY_RESOLUTION_ISSUED"}
        referral["source"] = referral["source"] | {"reference": f"ALONE-{number}"}
        sent = await call("demo-police", "POST", "/v1/referrals", referral, **{"X-Purpose": "REFERRAL"})
        assert sent.status_code == 201, sent.text

    frame, sample = await drawn(call, strata=["SINGLE_AGENCY"], decidedTo="2026-11-20")
    alone = [item for item in await items_of(call, sample) if item["stratum"] == "SINGLE_AGENCY"]

    assert {row["stratum"]: row["population"] for row in frame["allocation"]} == {"JOINT": 30, "SINGLE_AGENCY": 3}
    assert {
        (item["singleAgency"], item["decision"]["disposal"], item["decision"]["outcomeCode"]) for item in alone
    } == {(True, "COMMUNITY_RESOLUTION", "8")}
    assert {(len(item["advice"]), len(item["opinions"]), item["decision"]["level"]) for item in alone} == {(0, 0, None)}
    assert {(item["gravity"]["scoreStatus"], item["timeliness"]["daysToDecision"]) for item in alone} == {
        ("OFFICER", None)
    }
