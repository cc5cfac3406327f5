"""Whatever is done with a decided case over HTTP, its kept figures are never stale."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from app.db.work import Database, connect
from app.launch.urls import DatabaseUrls, text_of
from app.law.book import LawBook
from app.statistics.words import By
from tests.api.acting import EXAMPLE_AREA, MANAGER, OFFICER, PRACTITIONER, SUPERVISOR, Document, Stage
from tests.api.delivering import a_delivery, complete, decide, decided, deliver
from tests.counting import CAMDEN, count, count_from_papers, held, terms_of

pytestmark = pytest.mark.anyio
ETHNICITY = {
    "characteristic": "ETHNICITY",
    "value": "B1",
    "status": "STATED",
    "source": "SELF",
    "scheme": "SDE_18_1",
    "schemeVersion": "2021",
}
HEARD = {"from": "CHILD", "words": "I would like to say sorry myself.", "saidOn": "2026-11-20"}
TO_CAMDEN = {"toArea": CAMDEN, "reason": "The child has moved to an aunt."}
LIMIT: Document = {
    "step": "PROPOSED",
    "reason": "AT_RISK",
    "says": "The child is at risk from somebody in this office.",
    "named": [{"userName": SUPERVISOR, "agency": "POLICE"}, {"userName": MANAGER, "agency": "YJS"}],
}


@pytest.fixture
async def pool(database: DatabaseUrls) -> AsyncIterator[Database]:
    """Connect as the application, beside the service."""
    pool = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    yield pool
    await pool.close()


async def put_characteristics(stage: Stage, case_id: str) -> httpx.Response:
    """Say the child's ethnicity anew."""
    person, path = stage.actor(PRACTITIONER), f"/v1/cases/{case_id}/characteristics"
    present = await person.send("GET", path, purpose="PRE_ASSESSMENT")
    match = {"If-Match": present.headers["ETag"]} if present.status_code == 200 else {}
    return await person.send("PUT", path, {"characteristics": [ETHNICITY]}, purpose="PRE_ASSESSMENT", headers=match)


async def test_kept_figures_count_as_the_papers_do_through_a_whole_life(
    stage: Stage, pool: Database, law_book: LawBook
) -> None:
    """Said anew, heard, given, failed, decided anew, transferred, limited; asked before and after each."""
    case_id = await decided(stage, "OUTCOME_22")
    asked = terms_of(law_book, EXAMPLE_AREA) | {"areas": [EXAMPLE_AREA, CAMDEN], "last": date(2026, 11, 21)}
    path, seen = f"/v1/cases/{case_id}", []

    async def done(answer: httpx.Response) -> None:
        assert answer.status_code in {200, 201}, answer.text
        before = await held(pool, areas=asked["areas"])
        counted = await count(pool, **asked)
        assert counted == await count_from_papers(pool, **asked)
        seen.append((before[case_id], counted[0][0].groups[By.ETHNICITY], counted[0][0].disposal))

    await count(pool, **asked)
    await done(await put_characteristics(stage, case_id))
    await done(await deliver(stage, case_id, a_delivery("OUTCOME_22")))
    await done(await stage.actor(PRACTITIONER).send("POST", f"{path}/feedback", HEARD))
    await done(await complete(stage, case_id, "NOT_COMPLETED"))
    await decide(stage, case_id, "COMMUNITY_RESOLUTION")
    await done(await stage.actor(OFFICER).send("GET", path))
    await stage.actor(SUPERVISOR).send("POST", f"{path}/limits", LIMIT)
    await done(await stage.actor(MANAGER).send("POST", f"{path}/limits", {"step": "CONFIRMED"}))
    await stage.actor(SUPERVISOR).send("POST", f"{path}/transfer", TO_CAMDEN)
    await done(await stage.actor(MANAGER).send("POST", f"{path}/transfer", TO_CAMDEN))

    assert [one[1:] for one in seen[:4]] == [("BLACK", "OUTCOME_22")] * 4
    assert [one[1:] for one in seen[4:]] == [("BLACK", "COMMUNITY_RESOLUTION")] * 3
    assert [one[0] for one in seen] == [False, False, True, False, False, True, False]
