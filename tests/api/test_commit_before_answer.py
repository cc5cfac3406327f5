"""Whoever reads a 2xx can rely on it being on disk: the answer leaves after the commit, never before."""

import pytest

from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, connect
from tests.api.acting import ISLINGTON, OFFICER, POLICE, TODAY, Stage

pytestmark = pytest.mark.anyio

FAILING_COMMIT = """
    CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$;
    CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON referrals DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fail_at_commit();
"""


async def as_owner(urls: DatabaseUrls, statement: str) -> None:
    """Do what only the owner of the tables may."""
    connection = await connect(urls.owner, "the owner")
    await connection.execute(statement)
    await connection.close()


async def test_commit_that_fails_is_no_success(stage: Stage, database: DatabaseUrls) -> None:
    """Every statement succeeds and the commit does not: 5xx, no case, no key kept, and the next attempt works."""
    await as_owner(database, FAILING_COMMIT)
    body, headers = a_referral(ISLINGTON, TODAY), {"Idempotency-Key": "k"}
    police = stage.actor(POLICE)

    failed = await police.send("POST", "/v1/referrals", body, purpose="REFERRAL", headers=headers)
    cases = (await stage.actor(OFFICER).send("GET", "/v1/cases")).json()["items"]
    await as_owner(database, "DROP TRIGGER fail ON referrals")
    again = await police.send("POST", "/v1/referrals", body, purpose="REFERRAL", headers=headers)

    assert failed.status_code >= 500
    assert failed.headers["Content-Type"] == "application/problem+json"
    assert "disk" not in failed.text
    assert cases == []
    assert (again.status_code, "Idempotency-Replayed" in again.headers) == (201, False)
