"""The report of a panel and that of a year over HTTP: findings, learning, pages."""

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from app.launch.urls import DatabaseUrls
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from tests.scrutiny_panel import CHAIR, EALING, ISLINGTON, MEMBER, OTHER_MEMBER, Call, accepted, drawn

MEMBERS = [MEMBER, OTHER_MEMBER]
HARSH = {"category": "INAPPROPRIATE", "direction": "TOO_HARSH"}
FINE = {"category": "APPROPRIATE"}
ANNUAL = f"/v1/scrutiny/annual-report?area={ISLINGTON}&from=2026-04-01&to=2027-03-31"


async def a_panel(call: Call, *, close: bool = True, **changes: Any) -> str:
    """Return the path of a sample that two members scored, that the chair found on, observed and closed."""
    _, done = await drawn(call, members=MEMBERS, **changes)
    await accepted(call, CHAIR, *MEMBERS)
    path = f"/v1/scrutiny/samples/{done['sampleId']}"
    items = (await call(MEMBER, "GET", f"{path}/items")).json()["items"]
    for place, item in enumerate(items):
        verdict = HARSH if place == 0 else FINE
        for who in MEMBERS:
            await call(who, "POST", f"{path}/items/{item['itemId']}/scores", verdict if who == MEMBER else FINE)
        await call(CHAIR, "POST", f"{path}/items/{item['itemId']}/finding", verdict)
    body = {"observation": "<b>Wishes</b> were not noted.", "owner": "YJS", "dueOn": "2026-10-01"}
    await call(CHAIR, "POST", f"{path}/observations", body)
    if close:
        await call(CHAIR, "POST", f"{path}/closing")
    return path


@pytest.fixture
async def panel(call: Call, population: list[DecidedCase]) -> str:
    """Return the path of a closed sample."""
    return await a_panel(call)


async def test_panel_report_tells_learning_and_each_stratum(call: Call, panel: str) -> None:
    """What was observed, that its day is over, and the rate of each stratum with its interval."""
    report = (await call(MEMBER, "GET", f"{panel}/report")).json()

    learnt = [(one["owner"], one["status"], one["overdue"]) for one in report["learning"]]
    rates = [row["rateInappropriate"] for row in report["strata"]]
    assert learnt == [("YJS", "OPEN", True)]
    assert all(rate["lower"] <= rate["rate"] <= rate["upper"] for rate in rates)
    assert sum(rate["judged"] for rate in rates) == report["size"]


async def test_agreement_is_not_told_before_the_scores_are_open(call: Call, population: list[DecidedCase]) -> None:
    """Neither kappa nor share, from which a member could tell the other's score."""
    _, done = await drawn(call, members=MEMBERS)
    await accepted(call, CHAIR, *MEMBERS)
    path = f"/v1/scrutiny/samples/{done['sampleId']}"
    first = (await call(MEMBER, "GET", f"{path}/items")).json()["items"][0]["itemId"]
    await call(CHAIR, "POST", f"{path}/items/{first}/scores", FINE)
    await call(MEMBER, "POST", f"{path}/items/{first}/scores", FINE)
    before = (await call(MEMBER, "GET", f"{path}/report")).json()["agreement"]

    await call(OTHER_MEMBER, "POST", f"{path}/items/{first}/scores", FINE)

    assert (before, (await call(MEMBER, "GET", f"{path}/report")).json()["agreement"]) == (None, 1.0)


async def test_annual_report_puts_the_panels_of_a_year_together(call: Call, panel: str) -> None:
    """Two panels and a joint audit: each purpose with its weighted rate and kappa, and who answered what."""
    await a_panel(call, redrawOf=await frame_of(call, panel), reason="A member fell ill.")
    await a_panel(call, purpose="JOINT_AUDIT", size=6)

    told = (await call("demo-analyst", "GET", ANNUAL)).json()

    found = {row["purpose"]: row for row in told["findings"]}
    assert [row["closed"] for row in told["panels"]] == [True, True, True]
    assert (found["PANEL"]["panels"], found["PANEL"]["items"], found["JOINT_AUDIT"]["panels"]) == (2, 20, 1)
    assert all(row["rateInappropriate"]["lower"] < row["rateInappropriate"]["upper"] for row in found.values())
    assert found["PANEL"]["kappa"] is not None
    assert [(row["owner"], row["statuses"]["OPEN"], row["overdue"]) for row in told["owners"]] == [("YJS", 3, 3)]
    assert {row["reason"] for row in told["panels"]} == {None, "A member fell ill."}


async def frame_of(call: Call, path: str) -> str:
    """Return the id of the frame of a sample."""
    return str((await call(CHAIR, "GET", path)).json()["frameId"])


async def test_annual_report_tells_no_findings_of_a_sample_still_scored(
    call: Call, population: list[DecidedCase]
) -> None:
    """It names the sample, and nothing of what was found or said."""
    await a_panel(call, close=False)

    told = (await call("demo-analyst", "GET", ANNUAL)).json()

    assert [(row["closed"], row["counts"]) for row in told["panels"]] == [(False, None)]
    assert (told["findings"], told["strata"], told["learning"]) == ([], [], [])


async def test_annual_report_withholds_the_findings_of_a_small_stratum(
    call: Call, population: list[DecidedCase]
) -> None:
    """Where the frames hold fewer cases than k; and of the other, which all findings together would tell."""
    await a_panel(call, k=11)

    rows = (await call("demo-analyst", "GET", ANNUAL)).json()["strata"]

    told = {
        row["stratum"]: (row["population"], row["counts"] is None, row["rateInappropriate"] is None) for row in rows
    }
    assert told == {"TRIAGE": (20, True, True), "YOUTH_CAUTION": (10, True, True)}


@pytest.mark.parametrize("who", [CHAIR, "demo-analyst", "demo-police-supervisor", "demo-yjs-manager"])
async def test_annual_report_is_for_panels_agencies_and_readers_of_statistics(call: Call, panel: str, who: str) -> None:
    """Each of them learns from it."""
    assert (await call(who, "GET", ANNUAL)).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (ANNUAL.replace(ISLINGTON, EALING), 404),
        (ANNUAL.replace("2026-04-01", "2026-03-29"), 422),
        (ANNUAL.replace("2027-03-31", "2026-03-31"), 422),
        (f"{ANNUAL}&sample=1", 400),
    ],
)
async def test_annual_report_that_cannot_be_given_is_refused(
    call: Call, population: list[DecidedCase], path: str, status: int
) -> None:
    """Another's area, more than a year, a period that ends first, a word that is not known."""
    assert (await call("demo-analyst", "GET", path)).status_code == status


async def test_annual_report_needs_a_role(call: Call, population: list[DecidedCase]) -> None:
    """An auditor reads the log, not what panels found."""
    assert (await call("demo-auditor", "GET", ANNUAL)).status_code == 403


async def test_reading_of_the_annual_report_is_logged(call: Call, panel: str, database: DatabaseUrls) -> None:
    """With area, purpose and how many samples were read."""
    await call("demo-analyst", "GET", ANNUAL)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")

    rows = await owner.fetch("SELECT area, purpose, row_count FROM audit_log WHERE act = 'scrutiny.annual-report-read'")
    await owner.close()

    assert [tuple(row) for row in rows] == [(ISLINGTON, "SCRUTINY", 1)]


class _Page(HTMLParser):
    """Counts elements, and gathers what a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        self.fetched += [f"{name}={value}" for name, value in attrs if name in {"src", "href"} or name.startswith("on")]


@pytest.mark.parametrize("annual", [False, True], ids=["of a panel", "of a year"])
async def test_report_is_a_page_too(call: Call, panel: str, annual: bool) -> None:
    """Charts made here, tables, no script, nothing fetched, and what people wrote stays text."""
    path = ANNUAL if annual else f"{panel}/report"

    answer = await call(CHAIR, "GET", path, Accept="text/html")

    page = _Page()
    page.feed(answer.text)
    assert (answer.status_code, answer.headers["x-protective-marking"]) == (200, "OFFICIAL-SENSITIVE")
    assert (page.seen["svg"], page.seen["table"] >= 3, "script" in page.seen, page.fetched) == (2, True, False, [])
    assert ("<b>Wishes" in answer.text, "&lt;b&gt;Wishes" in answer.text) == (False, True)
