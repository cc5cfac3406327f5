"""What a panel records over HTTP: scores that nobody sees too early, findings, the report, the pack."""

import hashlib
from typing import Any

import httpx
import pytest

from app.launch.urls import DatabaseUrls
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from tests.scrutiny_panel import CHAIR, ISLINGTON, MEMBER, OTHER_MEMBER, Call, accepted, drawn, items_of

MEMBERS = [MEMBER, OTHER_MEMBER]
HARSH = {"category": "INAPPROPRIATE", "direction": "TOO_HARSH", "comment": "Triage was open."}


@pytest.fixture
async def sample(call: Call, population: list[DecidedCase]) -> str:
    """Return the path of a sample whose two members, and the chair, have accepted the terms."""
    _, done = await drawn(call, members=MEMBERS)
    await accepted(call, CHAIR, *MEMBERS)
    return f"/v1/scrutiny/samples/{done['sampleId']}"


@pytest.fixture
async def item(call: Call, sample: str) -> str:
    """Return the path of its first item."""
    found = (await call(MEMBER, "GET", f"{sample}/items")).json()["items"]
    return f"{sample}/items/{found[0]['itemId']}"


async def score(call: Call, item: str, who: str, **changes: Any) -> httpx.Response:
    """Score an item as somebody."""
    return await call(who, "POST", f"{item}/scores", HARSH | changes)


async def test_score_is_hidden_until_all_have_scored(call: Call, item: str) -> None:
    """The second member sees nothing of the first's score before giving one; then both see both."""
    await score(call, item, MEMBER)
    before = (await call(OTHER_MEMBER, "GET", f"{item}/scores")).json()
    await score(call, item, OTHER_MEMBER, category="APPROPRIATE", direction=None)
    after = (await call(OTHER_MEMBER, "GET", f"{item}/scores")).json()

    assert (before["open"], before["items"]) == (False, [])
    assert (after["open"], len(after["items"])) == (True, 2)


async def test_own_score_is_seen_at_once(call: Call, item: str) -> None:
    """A member may look up what was recorded."""
    await score(call, item, MEMBER)

    mine = (await call(MEMBER, "GET", f"{item}/scores")).json()

    assert [(one["userName"], one["category"], one["direction"]) for one in mine["items"]] == [
        (MEMBER, "INAPPROPRIATE", "TOO_HARSH")
    ]


async def test_chair_closing_opens_the_scores(call: Call, sample: str, item: str) -> None:
    """After closing all see all, and nobody adds."""
    await score(call, item, MEMBER)

    closed = await call(CHAIR, "POST", f"{sample}/closing")
    seen = (await call(OTHER_MEMBER, "GET", f"{item}/scores")).json()
    late = await score(call, item, OTHER_MEMBER)

    assert (closed.status_code, seen["open"], len(seen["items"]), late.status_code) == (201, True, 1, 409)


async def test_score_is_given_once(call: Call, item: str) -> None:
    """A second thought is not a second score."""
    first, second = await score(call, item, MEMBER), await score(call, item, MEMBER, direction="TOO_LENIENT")

    assert (first.status_code, second.status_code) == (201, 409)


async def test_conflict_of_interest_counts_as_having_spoken(call: Call, item: str) -> None:
    """Whoever cannot sit on a case says so, without a category, and holds nobody up."""
    conflict = await call(OTHER_MEMBER, "POST", f"{item}/scores", {"conflictOfInterest": True})
    await score(call, item, MEMBER)

    seen = (await call(MEMBER, "GET", f"{item}/scores")).json()

    assert (conflict.status_code, seen["open"]) == (201, True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"category": "APPROPRIATE", "direction": "TOO_HARSH"},
        {"category": "APPROPRIATE", "conflictOfInterest": True},
        {"category": "PANEL_DISAGREED"},
        {"conflictOfInterest": True, "direction": "TOO_HARSH"},
    ],
)
async def test_score_that_says_nothing_or_two_things_is_refused(call: Call, item: str, body: dict[str, Any]) -> None:
    """A score or a conflict; a direction only for what was found wanting; disagreement is the panel's alone."""
    assert (await call(MEMBER, "POST", f"{item}/scores", body)).status_code == 422


@pytest.mark.parametrize("who", ["demo-police-officer", "demo-yjs-manager", "demo-analyst"])
async def test_agencies_score_nothing(call: Call, item: str, who: str) -> None:
    """Whoever decided does not scrutinise."""
    assert (await score(call, item, who)).status_code == 403


async def test_scrutiny_member_who_is_not_named_scores_nothing(call: Call, population: list[DecidedCase]) -> None:
    """The frame names one member; another, with terms accepted, is refused."""
    _, done = await drawn(call, members=[MEMBER])
    found = await items_of(call, done)
    await accepted(call, OTHER_MEMBER)
    path = f"/v1/scrutiny/samples/{done['sampleId']}/items/{found[0]['itemId']}"

    assert (await score(call, path, OTHER_MEMBER)).status_code == 403


async def test_finding_changes_no_decision(call: Call, item: str, sample: str) -> None:
    """After a finding of too harsh, the item shows the decision that was made."""
    before = (await call(MEMBER, "GET", f"{sample}/items")).json()["items"][0]["decision"]

    found = await call(CHAIR, "POST", f"{item}/finding", HARSH)

    after = (await call(MEMBER, "GET", f"{sample}/items")).json()["items"][0]["decision"]
    assert (found.status_code, found.json()["userName"], before == after) == (201, CHAIR, True)


async def test_report_weighs_what_was_found(call: Call, sample: str) -> None:
    """One caution of three inappropriate, all seven triaged cases appropriate: a third of ten of thirty."""
    items = (await call(MEMBER, "GET", f"{sample}/items")).json()["items"]
    cautions = [one["itemId"] for one in items if one["stratum"] == "YOUTH_CAUTION"]
    for one in items:
        body = HARSH if one["itemId"] == cautions[0] else {"category": "APPROPRIATE"}
        await call(CHAIR, "POST", f"{sample}/items/{one['itemId']}/finding", body)

    report = (await call(MEMBER, "GET", f"{sample}/report")).json()

    assert report["counts"]["INAPPROPRIATE"] == 1
    assert report["directions"] == {"TOO_HARSH": 1, "TOO_LENIENT": 0}
    assert report["rateInappropriate"]["rate"] == pytest.approx(10 / 3 / 30)
    assert [one["counts"]["INAPPROPRIATE"] for one in report["strata"]] == [0, 1]
    assert report["withoutFinding"] == 0


async def test_report_takes_the_last_finding_on_an_item(call: Call, sample: str, item: str) -> None:
    """A finding is never changed; a later one stands beside it and counts."""
    await call(CHAIR, "POST", f"{item}/finding", HARSH)
    await call(CHAIR, "POST", f"{item}/finding", {"category": "PANEL_DISAGREED"})

    report = (await call(MEMBER, "GET", f"{sample}/report")).json()

    assert (report["counts"]["INAPPROPRIATE"], report["counts"]["PANEL_DISAGREED"], report["withoutFinding"]) == (
        0,
        1,
        9,
    )


@pytest.mark.parametrize(("form", "kind"), [("json", "application/json"), ("csv", "text/csv"), ("html", "text/html")])
async def test_pack_comes_in_three_forms(call: Call, sample: str, form: str, kind: str) -> None:
    """Marked, to file, with every item in it."""
    answer = await call(MEMBER, "GET", f"{sample}/export?format={form}")

    names = [one["pseudonym"] for one in (await call(MEMBER, "GET", f"{sample}/items")).json()["items"]]
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, kind)
    assert answer.headers["x-protective-marking"] == "OFFICIAL-SENSITIVE"
    assert [name for name in names if name not in answer.text] == []


async def test_pack_is_for_named_members_alone(call: Call, population: list[DecidedCase]) -> None:
    """As with the items."""
    _, done = await drawn(call, members=[MEMBER])
    await accepted(call, OTHER_MEMBER)

    answer = await call(OTHER_MEMBER, "GET", f"/v1/scrutiny/samples/{done['sampleId']}/export?format=csv")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("query", "status"), [("format=xlsx", 422), ("form=csv", 400), ("format=csv&format=html", 400)]
)
async def test_pack_in_another_form_is_refused(call: Call, sample: str, query: str, status: int) -> None:
    """A form that is not there, a name that is not known, a name twice."""
    assert (await call(MEMBER, "GET", f"{sample}/export?{query}")).status_code == status


# ── joint audit ──────────────────────────────────────────────────────────────


async def test_joint_audit_looks_at_what_the_panel_did_not_see(call: Call, sample: str, item: str) -> None:
    """Twenty cases are unseen; the one found too harsh comes again, surely; nine others stay out, and it shows."""
    await call(CHAIR, "POST", f"{item}/finding", HARSH)

    audit, drawn_again = await drawn(call, purpose="JOINT_AUDIT", size=6)

    left_out = sum(row["count"] for row in audit["exclusions"] if row["reason"] == "SEEN_BY_PANEL")
    again = [row for row in audit["allocation"] if row["stratum"] == "PANEL_FOUND_LESS_THAN_APPROPRIATE"]
    assert (audit["count"], left_out, drawn_again["size"]) == (21, 9, 7)
    assert [(row["population"], row["size"]) for row in again] == [(1, 1)]


async def test_joint_audit_keeps_the_chances_of_both_draws(call: Call, sample: str, item: str) -> None:
    """Each item tells its chance in the panel's draw beside that in the audit; what was wanting comes for sure."""
    panel = (await call(CHAIR, "GET", sample)).json()
    chances = {
        row["stratum"]: row["size"] / row["population"]
        for row in (await call(CHAIR, "GET", f"/v1/scrutiny/frames/{panel['frameId']}")).json()["allocation"]
    }
    await call(CHAIR, "POST", f"{item}/finding", HARSH)

    _, audit = await drawn(call, purpose="JOINT_AUDIT", size=6)

    items = (await call(CHAIR, "GET", f"/v1/scrutiny/samples/{audit['sampleId']}/items")).json()["items"]
    for one in items:
        (before,) = one["panelDraws"]
        assert before["frameId"] == panel["frameId"]
        assert before["inclusionProbability"] == pytest.approx(chances[one["decision"]["disposal"]])
    wanting = [one for one in items if one["stratum"] == "PANEL_FOUND_LESS_THAN_APPROPRIATE"]
    assert ([one["inclusionProbability"] for one in wanting], len(items)) == ([1.0], 7)


async def test_joint_audit_of_a_longer_period_knows_what_panels_of_its_parts_saw(call: Call, sample: str) -> None:
    """A panel drew from January to October; an audit from October of the year before leaves out what it drew."""
    audit, _ = await drawn(call, purpose="JOINT_AUDIT", size=6, decidedFrom="2025-10-01", areas=[ISLINGTON])

    assert sum(row["count"] for row in audit["exclusions"] if row["reason"] == "SEEN_BY_PANEL") > 0


async def test_panels_own_items_tell_no_earlier_draw(call: Call, sample: str) -> None:
    """Only an audit follows a panel."""
    items = (await call(MEMBER, "GET", f"{sample}/items")).json()["items"]

    assert {len(one["panelDraws"]) for one in items} == {0}


# ── what is still hidden, and what was found ─────────────────────────────────


async def test_report_tells_nothing_of_scores_that_are_hidden(call: Call, sample: str, item: str) -> None:
    """One member has scored, and until the other has, the report has no agreement to guess from."""
    await score(call, item, MEMBER)
    before = (await call(MEMBER, "GET", f"{sample}/report")).json()
    await score(call, item, OTHER_MEMBER)
    after = (await call(MEMBER, "GET", f"{sample}/report")).json()

    assert (before["agreement"], before["kappa"], before["scoresHidden"]) == (None, None, 1)
    assert (after["agreement"], after["scoresHidden"]) == (1.0, 0)


async def test_findings_on_an_item_are_all_kept_with_who_made_them(call: Call, item: str) -> None:
    """In the order in which they were made; the last stands."""
    await call(CHAIR, "POST", f"{item}/finding", HARSH)
    await call(MEMBER, "POST", f"{item}/finding", {"category": "PANEL_DISAGREED"})

    found = (await call(OTHER_MEMBER, "GET", f"{item}/finding")).json()["items"]

    assert [(one["category"], one["userName"]) for one in found] == [
        ("INAPPROPRIATE", CHAIR),
        ("PANEL_DISAGREED", MEMBER),
    ]


@pytest.mark.parametrize("table", ["scrutiny_scores", "scrutiny_findings", "scrutiny_sightings"])
async def test_what_a_panel_recorded_cannot_be_changed(
    call: Call, sample: str, item: str, database: DatabaseUrls, table: str
) -> None:
    """Not even by the owner of the tables: the trigger refuses."""
    await score(call, item, MEMBER)
    await call(CHAIR, "POST", f"{item}/finding", HARSH)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")

    with pytest.raises(Exception, match="only ever added to"):
        await owner.execute(f"UPDATE {table} SET areas = areas")  # noqa: S608  (one of three names above)

    await owner.close()


# ── files ────────────────────────────────────────────────────────────────────


async def test_manifest_is_of_the_files_that_are_had(call: Call, sample: str) -> None:
    """Row counts and digests are those of the bytes that its paths give."""
    manifest = (await call(MEMBER, "GET", f"{sample}/export/manifest")).json()

    for file in manifest["files"]:
        got = await call(MEMBER, "GET", file["path"])
        assert (got.status_code, hashlib.sha256(got.content).hexdigest()) == (200, file["sha256"])
        assert file["name"] in got.headers["content-disposition"]
    assert [file["rows"] for file in manifest["files"]][0::2] == [10, 0]
