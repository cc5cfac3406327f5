"""The views of a front-end, over HTTP: whose turn it is, what is due, what has come up to whom; and their counts."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from tests.api.acting import (
    CAMDEN,
    EXAMPLE_AREA,
    MANAGER,
    OFFICER,
    PRACTITIONER,
    SUPERVISOR,
    YJS_SENIOR,
    Actor,
    Stage,
    decision,
)
from tests.api.speaking import agreed, decided, post, speak
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
AWAITING, MINE = "AWAITING_MY_AGENCY", "MINE"


async def shown(stage: Stage, who: str, view: str) -> set[str]:
    """Return the cases that a view shows somebody; the count must say the same number."""
    actor = stage.actor(who)
    items = (await actor.send("GET", f"/v1/cases?view={view}&limit=200")).json()["items"]
    counts = (await actor.send("GET", "/v1/cases/counts")).json()
    assert counts["views"][view] == len(items)
    return {item["caseId"] for item in items}


async def conflicted(stage: Stage) -> tuple[str, Any]:
    """Return a case on which officer and practitioner disagree, and its advice."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await stage.advised(case_id)
    await speak(stage, OFFICER, case_id, advice, "YOUTH_CAUTION")
    await speak(stage, PRACTITIONER, case_id, advice, "TRIAGE")
    return case_id, advice


async def test_cases_await_the_agency_that_must_act(stage: Stage) -> None:
    """Received: the YJS. Pre-assessed: whoever has not spoken. Agreed: the police. Support: the YJS."""
    received = await stage.referred()
    half = await stage.pre_assessed()
    await speak(stage, OFFICER, half, await stage.advised(half), "TRIAGE")
    ready = await stage.pre_assessed(CAMDEN)
    await agreed(stage, ready, "TRIAGE")

    assert await shown(stage, OFFICER, AWAITING) == {ready}
    assert await shown(stage, PRACTITIONER, AWAITING) == {received, half}
    assert await shown(stage, "demo-cps", AWAITING) == set()


async def test_disagreement_comes_up_to_the_grade_that_must_speak(stage: Stage) -> None:
    """The managers of both see it, practitioners and seniors do not."""
    case_id, _ = await conflicted(stage)

    found = {
        who: await shown(stage, who, "ESCALATED_TO_MY_GRADE") for who in (OFFICER, SUPERVISOR, MANAGER, YJS_SENIOR)
    }

    assert found == {OFFICER: set(), SUPERVISOR: {case_id}, MANAGER: {case_id}, YJS_SENIOR: set()}


async def test_overdue_escalation_is_listed(stage: Stage, clock: FrozenClock) -> None:
    """On its day it is due soon; on the day after it is overdue, and listed as such."""
    case_id, _ = await conflicted(stage)
    clock.move(days=3)
    soon = await shown(stage, OFFICER, "DUE_SOON")
    clock.move(days=1)

    listed = (await stage.actor(OFFICER).send("GET", "/v1/escalations/overdue")).json()["items"]

    assert soon == await shown(stage, OFFICER, "OVERDUE") == {case_id}
    assert [(one["caseId"], one["level"], one["dueOn"]) for one in listed] == [(case_id, 2, "2026-11-24")]


async def test_disagreement_of_the_last_level_awaits_the_police(stage: Stage) -> None:
    """The seniors disagree too: the police decide with reasons, and the YJS's dissent of every level is kept."""
    case_id, advice = await conflicted(stage)
    for police, yjs in ((SUPERVISOR, MANAGER), ("demo-police-senior", YJS_SENIOR)):
        await speak(stage, police, case_id, advice, "YOUTH_CAUTION")
        await speak(stage, yjs, case_id, advice, "TRIAGE")

    awaiting = await shown(stage, OFFICER, AWAITING)
    early = await post(stage.actor(SUPERVISOR), case_id, "decision", decision(advice, "YOUTH_CAUTION"))
    made = await post(stage.actor("demo-police-senior"), case_id, "decision", decision(advice, "YOUTH_CAUTION"))

    assert awaiting == {case_id}
    assert (early.status_code, early.json()["code"]) == (403, "grade-too-low")
    assert [(one["agency"], one["level"]) for one in made.json()["dissent"]] == [("YJS", 1), ("YJS", 2), ("YJS", 3)]


async def test_mine_are_the_cases_that_i_worked_on(stage: Stage) -> None:
    """Whoever assessed or spoke has the case among theirs; a colleague has not."""
    case_id = await stage.pre_assessed()

    assert await shown(stage, PRACTITIONER, MINE) == {case_id}
    assert await shown(stage, MANAGER, MINE) == set()


async def test_case_that_leaves_nothing_to_give_is_nobodys_to_act_on(stage: Stage) -> None:
    """Decided to charge, it stays decided for good and on nobody's list; what is still to be given awaits both."""
    charged, triaged = await stage.pre_assessed(), await stage.pre_assessed(CAMDEN)
    await decided(stage, charged, "CHARGE")
    await decided(stage, triaged, "TRIAGE")

    listed = [await shown(stage, who, view) for who in (OFFICER, PRACTITIONER) for view in (AWAITING, MINE)]

    assert listed == [{triaged}] * 4


async def test_counts_stay_within_the_callers_areas(stage: Stage) -> None:
    """Another area's cases are not even a number."""
    await decided(stage, await stage.pre_assessed(), "TRIAGE")
    ealing = stage.actor("demo-yjs-ealing")

    near = (await stage.actor(OFFICER).send("GET", "/v1/cases/counts")).json()["statuses"]
    far = (await ealing.send("GET", "/v1/cases/counts")).json()["statuses"]

    assert (near["DECIDED"], sum(near.values()), sum(far.values())) == (1, 1, 0)


async def test_filters_show_what_they_say_alone_and_together(stage: Stage, clock: FrozenClock) -> None:
    """By area, status, route, last change, next day: as if somebody picked from the whole list; in any pages."""
    for area in (EXAMPLE_AREA, CAMDEN, CAMDEN):
        await stage.referred(area)
    clock.move(days=2)
    await stage.pre_assessed(CAMDEN)
    since = clock.now().isoformat().replace("+00:00", "Z")
    actor = stage.actor(OFFICER)
    whole = (await actor.send("GET", "/v1/cases")).json()["items"]
    day = max(item["dueOn"] for item in whole)
    asked: dict[str, tuple[str, Callable[[dict[str, Any]], bool]]] = {
        "area": (CAMDEN, lambda item: item["area"] == CAMDEN),
        "status": ("RECEIVED", lambda item: item["status"] == "RECEIVED"),
        "route": (whole[0]["route"], lambda item: item["route"] == whole[0]["route"]),
        "updatedSince": (since, lambda item: item["updatedAt"] >= since),
        "dueBefore": (day, lambda item: item["dueOn"] < day),
    }

    shapes = [names for many in range(len(asked) + 1) for names in combinations(asked, many)]
    wrong = []
    for names in shapes:
        query = "".join(f"&{name}={asked[name][0]}" for name in names)
        wanted = [item for item in whole if all(asked[name][1](item) for name in names)]
        if await _paged(actor, f"/v1/cases?limit=2{query}") != wanted:
            wrong.append(names)

    assert (len(whole), wrong) == (4, [])


async def _paged(actor: Actor, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = await actor.send("GET", path + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["nextCursor"]
    return found


async def test_unknown_view_is_refused(stage: Stage) -> None:
    """A mistyped view must not show everything."""
    answer = await stage.actor(OFFICER).send("GET", "/v1/cases?view=ALL_OF_THEM")

    assert answer.status_code == 422
