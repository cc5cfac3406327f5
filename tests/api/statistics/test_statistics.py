"""Statistics over HTTP: figures with their intervals, what is withheld, and the pages."""

from html.parser import HTMLParser
from typing import Any

import pytest

from app.launch.urls import DatabaseUrls
from app.launch.urls import connect as connect_raw
from tests.api.statistics.conftest import CAMDEN, Ask

ALL = ["disproportionality", "engagement", "timeliness", "departures", "completeness", "volumes"]


def reading(answer: dict[str, Any], name: str, by: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the rates of one reading, by group."""
    found = next(one for one in answer["readings"] if one["name"] == name and one["by"] == by)
    return {rate["group"]: rate for rate in found["rates"]}


@pytest.mark.parametrize("statistic", ALL)
async def test_every_rate_carries_what_it_rests_on(ask: Ask, statistic: str) -> None:
    """Numerator, denominator, interval; rounded to five; or withheld, and then nothing of it."""
    answer = (await ask(statistic)).json()

    rates = [rate for one in answer["readings"] for rate in one["rates"]]
    told = [rate for rate in rates if rate["rate"] is not None]
    assert told
    assert all(rate["lower"] <= rate["rate"] <= rate["upper"] for rate in told)
    assert all(rate["numerator"] % 5 == rate["denominator"] % 5 == 0 for rate in told)
    assert all(rate["numerator"] is rate["rate"] is rate["comparison"] is None for rate in rates if rate["withheld"])


@pytest.mark.parametrize(
    ("group", "ratio", "index"),
    [
        ("ASIAN", 0.600, 1.075),
        ("BLACK", 1.800, 3.225),
        ("MIXED", 1.429, 2.560),
        ("OTHER", 0.556, 0.995),
    ],
)
async def test_disproportionality_reproduces_the_published_table(
    ask: Ask, group: str, ratio: float, index: float
) -> None:
    """Shares as in Islington's plan, against its population: both figures of every group, and the reference named."""
    rates = reading((await ask("disproportionality")).json(), "DEALT_WITH", "ETHNICITY")

    compared = rates[group]["comparison"]
    bounds = compared["ifSharesWereRounded"]
    found = compared["disproportionalityRatio"], compared["relativeRateIndex"]["value"]
    assert (compared["reference"], rates["WHITE"]["comparison"]) == ("WHITE", None)
    assert found == (pytest.approx(ratio, abs=6e-4), pytest.approx(index, abs=6e-4))
    assert bounds["lower"] < compared["relativeRateIndex"]["value"] < bounds["upper"]


async def test_index_is_told_with_what_the_unknown_could_change(ask: Ask) -> None:
    """If all twenty of unknown ethnicity were White, and if all were Black."""
    rates = reading((await ask("disproportionality")).json(), "DEALT_WITH", "ETHNICITY")

    bounds = rates["BLACK"]["comparison"]["ifUnknownWereShared"]
    assert bounds["lower"] == pytest.approx((135 / 25) / (92 / 43), abs=1e-3)
    assert bounds["upper"] == pytest.approx((155 / 25) / (72 / 43), abs=1e-3)


async def test_asian_children_can_look_under_represented_and_be_near_parity(ask: Ask) -> None:
    """6 per cent of those dealt with, 10 per cent of the population, and as often as White children."""
    compared = reading((await ask("disproportionality")).json(), "DEALT_WITH", "ETHNICITY")["ASIAN"]["comparison"]

    assert (compared["disproportionalityRatio"] < 0.7, compared["relativeRateIndex"]["lower"] < 1) == (True, True)


async def test_unknowns_are_told_beside_the_rates(ask: Ask) -> None:
    """Twenty children of unknown ethnicity, in no group."""
    answer = (await ask("disproportionality")).json()

    told = next(one for one in answer["readings"] if one["name"] == "DIVERTED" and one["by"] == "ETHNICITY")
    assert told["unknown"]["denominator"] == 20
    assert "UNKNOWN" not in {rate["group"] for rate in told["rates"]}


async def test_many_comparisons_are_adjusted_for(ask: Ask) -> None:
    """No adjusted p is smaller than its own."""
    answer = (await ask("disproportionality")).json()

    compared = [rate["comparison"] for one in answer["readings"] for rate in one["rates"] if rate["comparison"]]
    told = [one for one in compared if one["pValue"] is not None]
    assert len(told) > 2
    assert all(one["adjustedPValue"] >= one["pValue"] for one in told)


async def test_engagement_is_compared_within_gravity_and_history(ask: Ask) -> None:
    """Pooled odds with interval and tests, and one sentence that a panel can read."""
    pooled = (await ask("engagement")).json()["pooled"]

    odds = pooled["oddsRatio"]
    assert (pooled["strata"] >= 2, odds["method"], odds["lower"] < odds["value"] < odds["upper"]) == (
        True,
        "MANTEL_HAENSZEL",
        True,
    )
    assert pooled["reading"].startswith("Among children of the same gravity score")


async def test_engagement_is_regressed_too(ask: Ask) -> None:
    """The odds ratio of a regression is near the pooled one, and the effect is told in hundredths."""
    pooled = (await ask("engagement")).json()["pooled"]

    regression = pooled["regression"]
    assert regression["oddsRatio"]["value"] == pytest.approx(pooled["oddsRatio"]["value"], rel=0.1)
    assert regression["averageMarginalEffect"] == pytest.approx(pooled["riskDifference"], abs=0.05)


async def test_child_of_two_cases_is_counted_once(ask: Ask) -> None:
    """Six decisions about five children; offences are counted apart."""
    counted = (await ask("volumes", area=CAMDEN)).json()["counted"]

    assert counted == {"children": 5, "decisions": 5, "offences": 5}


@pytest.mark.parametrize("statistic", ALL)
async def test_period_without_decisions_has_no_figures(ask: Ask, statistic: str) -> None:
    """Nothing is made up."""
    answer = await ask(statistic, **{"from": "2020-01-01", "to": "2020-12-31"})

    rates = [rate["rate"] for one in answer.json()["readings"] for rate in one["rates"]]
    assert (answer.status_code, set(rates) <= {None, 0.0}) == (200, True)


async def test_longer_period_after_a_shorter_withholds_what_it_would_tell(ask: Ask) -> None:
    """One month more: its few children would follow by subtraction, so groups told to another are withheld here."""
    free = (await ask("disproportionality", to="2026-10-31")).json()["suppression"]

    await ask("volumes", client="curious", to="2026-09-30")
    held = (await ask("disproportionality", client="curious", to="2026-10-31")).json()["suppression"]

    assert (held["becauseOfEarlierAnswers"], held["withheld"] > free["withheld"]) == (True, True)


async def test_period_longer_by_few_is_refused(ask: Ask) -> None:
    """Half a year with thirty decisions, and then the whole with three more: nobody learns of the three."""
    half = await ask("volumes", client="nosy", area=CAMDEN, **{"from": "2024-01-01", "to": "2024-06-30"})
    whole = await ask("volumes", client="nosy", area=CAMDEN, **{"from": "2024-01-01", "to": "2024-12-31"})

    assert (half.status_code, whole.status_code) == (200, 409)
    assert whole.json()["type"].endswith("would-tell-by-difference")


async def test_three_years_are_offered_where_one_is_too_few(ask: Ask) -> None:
    """Whole years that end with the period."""
    answer = (await ask("disproportionality", **{"from": "2025-11-01", "to": "2026-10-31"})).json()

    assert (answer["pooling"]["from"], answer["pooling"]["to"]) == ("2023-11-01", "2026-10-31")


async def test_today_is_counted_tomorrow(ask: Ask) -> None:
    """A period that is not over ends yesterday: else two answers of one question would differ by a child."""
    answer = (await ask("volumes", to="2030-12-31")).json()

    assert (answer["to"], answer["countedTo"]) == ("2030-12-31", "2027-01-04")


async def test_same_question_has_the_same_answer(ask: Ask) -> None:
    """Whatever was asked in between."""
    first, *_, again = [
        (await ask("volumes", client="forgetful", to=day)).json()["readings"]
        for day in ("2026-08-31", "2026-07-31", "2026-08-31")
    ]

    assert first == again


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": "2026-12-31", "to": "2026-01-01"}, 422),
        ({"from": "31/12/2025"}, 422),
        ({"area": "E09000009"}, 404),
        ({"group": "BLACK"}, 400),
    ],
)
async def test_question_that_cannot_be_answered_is_refused(ask: Ask, query: dict[str, str], status: int) -> None:
    """A period that ends first, no date, another's area, a filter that is not there."""
    assert (await ask("volumes", **query)).status_code == status


@pytest.mark.parametrize("who", ["demo-police-officer", "demo-scrutiny-member", "demo-auditor"])
async def test_statistics_need_their_role(ask: Ask, who: str) -> None:
    """Whoever has another role is refused."""
    assert (await ask("volumes", who)).status_code == 403


async def test_reading_is_logged(ask: Ask, seeded: DatabaseUrls) -> None:
    """With purpose, area and how many decisions were read; no case by its id."""
    await ask("timeliness")
    owner = await connect_raw(seeded.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")

    row = await owner.fetchrow("SELECT * FROM audit_log WHERE act = 'statistics.read' ORDER BY log_id DESC LIMIT 1")
    await owner.close()

    assert (row["purpose"], row["area"], row["case_id"], row["row_count"] > 200) == (
        "STATISTICS",
        "E09000019",
        None,
        True,
    )


class _Page(HTMLParser):
    """Counts elements, and gathers what a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, int] = {}
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        self.fetched += [f"{name}={value}" for name, value in attrs if name in {"src", "href"} or name.startswith("on")]


@pytest.mark.parametrize("statistic", ALL)
async def test_page_has_a_chart_and_a_table_for_each_figure(ask: Ask, statistic: str) -> None:
    """SVG made here; no script, nothing fetched. Where no figure of a table is told, a sentence says so instead."""
    answer, document = await ask(statistic), await ask(statistic, accept="text/html")

    page = _Page()
    page.feed(document.text)
    assert document.headers["content-type"].startswith("text/html")
    assert document.headers["x-protective-marking"] == "OFFICIAL-SENSITIVE"
    told = answer.json()
    indices = [[one["comparison"] for one in reading["rates"]] for reading in told["readings"]]
    compared = sum(any(one and one["relativeRateIndex"] for one in part) for part in indices)
    pooled = bool(told["pooled"] and told["pooled"]["oddsRatio"])
    figures = sum(any(rate["rate"] is not None for rate in one["rates"]) for one in told["readings"])
    assert page.seen["table"] == figures + pooled
    instead = map(document.text.count, ("All of these are withheld", "There is nothing to count"))
    assert sum(instead) == len(told["readings"]) - figures
    assert page.seen["svg"] == page.seen["table"] + compared
    assert ("script" in page.seen, page.fetched) == (False, [])
