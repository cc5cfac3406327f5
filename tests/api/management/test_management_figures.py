"""The management figures over HTTP: counted in the database, small numbers withheld, each reading logged."""

import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, TODAY, Document, Stage, opinion
from tests.api.delivering import complete, decided, delivered
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
FIGURES = "/v1/management/figures"
PERIOD = f"area={EXAMPLE_AREA}&from=2026-11-01&to=2026-11-30"


async def _figures(stage: Stage, query: str = PERIOD) -> Document:
    answer = await stage.actor("demo-analyst").send("GET", f"{FIGURES}?{query}", purpose="STATISTICS")
    assert answer.status_code == 200, answer.text
    figures: Document = answer.json()
    return figures


def _grave() -> Document:
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["offences"][0]["officerScore"] = {"base": 5, "score": 5, "rationale": "As grave as the matrix has."}
    return referral


async def test_figures_count_what_was_decided_and_how_it_ended(stage: Stage) -> None:
    """Five first cautions completed, one triage under way: the five are told, the one is not."""
    for _ in range(5):
        await complete(stage, await delivered(stage, "YOUTH_CAUTION", _grave()), "COMPLETED")
    await delivered(stage, "TRIAGE")

    told = await _figures(stage)

    assert _cells(told["firstTimeEntrants"]) == {("YOUTH_CAUTION", "COUNTED"): 5}
    assert _cells(told["seriousViolence"]) == {("OFFICER", "COUNTED"): 5}
    assert told["minimumScore"] == 5
    assert _cells(told["outOfCourtIndicator"])["NON_SUBSTANTIVE", "UNDER_WAY"] is None
    assert _cells(told["volumes"])["POLICE_INVESTIGATION", "TRIAGE"] is None
    assert (told["volumes"]["total"], told["outOfCourtIndicator"]["total"]) == (5, 5)


def _cells(figure: Document) -> dict[tuple[str, str], int | None]:
    return {(cell["row"], cell["column"]): cell["count"] for cell in figure["cells"]}


async def test_caution_that_was_only_decided_makes_no_entrant(stage: Stage) -> None:
    """It has not been given."""
    for _ in range(5):
        await decided(stage, "YOUTH_CAUTION")

    told = await _figures(stage)

    assert told["firstTimeEntrants"]["total"] == 0
    assert told["volumes"]["total"] == 5


async def test_period_and_area_are_kept_to(stage: Stage) -> None:
    """Nothing of another month; another's area is not found; a period that ends before it begins is refused."""
    analyst = stage.actor("demo-analyst")

    empty = await _figures(stage, f"area={EXAMPLE_AREA}&from=2026-10-01&to=2026-10-31")
    outside = await analyst.send("GET", f"{FIGURES}?area=E09000009&from=2026-10-01&to=2026-10-31")
    backwards = await analyst.send("GET", f"{FIGURES}?area={EXAMPLE_AREA}&from=2026-10-02&to=2026-10-01")

    assert empty["volumes"]["cells"] == []
    assert (outside.status_code, backwards.status_code) == (404, 422)


async def test_figures_are_for_whoever_reads_statistics_and_each_reading_is_logged(stage: Stage) -> None:
    """An officer is refused; the log says whose records were put together."""
    refused = await stage.actor(OFFICER).send("GET", f"{FIGURES}?{PERIOD}")
    await _figures(stage)

    log = await stage.actor("demo-auditor").send("GET", "/v1/audit?limit=200", purpose="AUDIT")

    assert refused.status_code == 403
    assert [one["event"] for one in log.json()["items"] if one["act"] == "management-figures.read"] == ["COMBINATION"]


async def test_figures_show_how_often_and_how_soon_advice_is_followed(stage: Stage, clock: FrozenClock) -> None:
    """Five opinions of each agency, all as advised and at once: what waving through looks like."""
    for _ in range(4):
        await decided(stage, "TRIAGE")
    few = await _figures(stage)
    await decided(stage, "TRIAGE")

    told = await _figures(stage)

    assert [(one["agreementPercent"], one["medianMinutes"]) for one in few["weighing"]] == [(None, None)] * 2
    assert told["weighing"] == [
        {"agency": "POLICE", "agreementPercent": 100, "medianMinutes": 0},
        {"agency": "YJS", "agreementPercent": 100, "medianMinutes": 0},
    ]
    assert _cells(told["agreementWithAdvice"]) == {("POLICE", "AGREES"): 5, ("YJS", "AGREES"): 5}
    assert _cells(told["timeToOpinion"])["YJS", "WITHIN_FIVE_MINUTES"] == 5


async def test_opinion_under_seal_is_in_no_figure(stage: Stage) -> None:
    """Only what was decided counts: a figure must not tell that somebody has spoken."""
    for _ in range(5):
        case_id = await stage.pre_assessed(EXAMPLE_AREA)
        advice = await stage.advised(case_id)
        match = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
        said = opinion(advice, "TRIAGE")
        await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/opinions", said, headers=match)

    assert (await _figures(stage))["weighing"] == []
