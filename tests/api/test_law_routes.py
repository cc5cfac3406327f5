"""The law over HTTP: every part can be read with its source, dates and certainty, and every word can be looked up."""

from typing import Any

import pytest

from app.law.book import EARLIEST, LawBook
from app.rules.registry import ALL
from tests.api.acting import Document, Stage

pytestmark = pytest.mark.anyio

READER = "demo-auditor"
COLLECTIONS = ("sources", "parameters", "requirements", "disposals", "offences", "factors", "matrix-editions")


async def _get(stage: Stage, path: str) -> Document:
    answer = await stage.actor(READER).send("GET", path, purpose=None)
    assert answer.status_code == 200, answer.text
    found: Document = answer.json()
    return found


async def _all(stage: Stage, path: str) -> list[Any]:
    found, cursor = [], ""
    while True:
        page = await _get(stage, f"{path}?limit=200{cursor}")
        found += page["items"]
        if page["nextCursor"] is None:
            return found
        cursor = f"&cursor={page['nextCursor']}"


@pytest.mark.parametrize("name", COLLECTIONS)
async def test_every_member_of_a_collection_is_read_by_its_id(stage: Stage, name: str) -> None:
    """What a list shows can be followed."""
    listed = await _all(stage, f"/v1/law/{name}")
    first, last = listed[0], listed[-1]

    for one in (first, last):
        key = one.get("id") or one.get("key") or one.get("code")
        found = await _get(stage, f"/v1/law/{name}/{key}")
        assert one.items() <= found.items()


@pytest.mark.parametrize("name", COLLECTIONS)
async def test_absent_member_is_not_found(stage: Stage, name: str) -> None:
    """Nothing is made up."""
    answer = await stage.actor(READER).send("GET", f"/v1/law/{name}/none-such", purpose=None)

    assert answer.status_code == 404


async def test_no_law_is_read_before_there_was_any(stage: Stage) -> None:
    """The day before youth cautions began."""
    answer = await stage.actor(READER).send("GET", "/v1/law/requirements?asAt=2013-04-07", purpose=None)

    assert (answer.status_code, answer.json()["code"]) == (422, "no-law-in-force")


@pytest.mark.parametrize("day", [str(EARLIEST), "2026-11-21"])
async def test_every_parameter_says_what_holds_on_a_day(stage: Stage, law_book: LawBook, day: str) -> None:
    """From the first day of the book to the present one, a gap in the law is written down as one."""
    for key in law_book.parameters:
        assert "value" in (await _get(stage, f"/v1/law/parameters/{key}?asAt={day}"))["inForce"]


async def test_appropriate_adult_age_changed_between_two_days(stage: Stage) -> None:
    """Under 17 until 12 April 2015, under 18 since."""
    path = "/v1/law/parameters/appropriate_adult_age?asAt="

    found = [(await _get(stage, path + day))["inForce"]["value"] for day in ("2015-04-12", "2015-04-13")]

    assert found == [17, 18]


async def test_every_requirement_of_the_rules_stands_with_its_rule(stage: Stage) -> None:
    """Each rule shows the requirements that ask it, and no requirement is left over."""
    rules = await _all(stage, "/v1/law/requirements")

    shown = {asked["id"] for rule in rules for asked in rule["requirements"]}
    assert shown == {asked.id_for(disposal) for asked in ALL for disposal in asked.rules}


async def test_requirement_is_read_as_findings_name_it(stage: Stage) -> None:
    """From the finding of an advice to the sentence, the rule and its source."""
    found = await _get(stage, "/v1/law/requirements/yc.admission")

    assert (found["disposal"], found["effect"]) == ("YOUTH_CAUTION", "EXCLUDES")
    assert found["rules"][0]["citations"]


async def test_rule_says_whether_it_is_in_force(stage: Stage, law_book: LawBook) -> None:
    """Outcome 23 exists from 12 February 2026."""
    rule = next(one for one in law_book.rules.values() if one.id.startswith("O23") and one.governs_at == "decision")
    day = rule.in_force_from

    assert (await _get(stage, f"/v1/law/requirements/{rule.id}?asAt={day}"))["inForce"] is True
    assert str(day) == "2026-02-12"
    assert (await _get(stage, f"/v1/law/requirements/{rule.id}?asAt=2026-02-11"))["inForce"] is False


async def test_every_enumeration_is_read_by_the_name_it_is_listed_under(stage: Stage, law_book: LawBook) -> None:
    """With label, description and dates for every word."""
    names = [one["name"] for one in await _all(stage, "/v1/reference")]

    assert set(names) == set(law_book.references)
    for name in names:
        for item in (await _get(stage, f"/v1/reference/{name}"))["items"]:
            assert item["label"]
            assert item["description"]
            assert item["validFrom"]


async def test_departure_reasons_have_codes_and_labels(stage: Stage) -> None:
    """What an opinion that departs from the advice must choose from."""
    found = await _get(stage, "/v1/reference/departure-reasons")

    assert {"code", "label"} <= set(found["items"][0])


@pytest.mark.parametrize("query", ["?asAt=soon", "?asat=2026-01-01", "?limit=0", "?limit=201", "?cursor=x"])
async def test_query_that_cannot_be_read_is_refused(stage: Stage, query: str) -> None:
    """A typing error must not answer another question."""
    answer = await stage.actor(READER).send("GET", "/v1/law/requirements" + query, purpose=None)

    assert answer.status_code in {400, 422}


async def test_law_needs_a_token(stage: Stage) -> None:
    """Any valid one will do; none will not."""
    assert (await stage.http.get("/v1/law/requirements")).status_code == 401
