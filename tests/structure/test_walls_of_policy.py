"""The walls around local policy in the database itself: two people, two agencies, own areas, nothing ever changed."""

import asyncio

import asyncpg
import pytest

from app.launch.urls import DatabaseUrls, connect

DRAFT = """INSERT INTO protocol_drafts (area, version, document, author_key, author_agency, author, drafted_at)
           VALUES ('E09000019', 2, '{}', 'issuer|one', 'POLICE', 'one', now())"""
APPROVAL = """INSERT INTO protocol_approvals (area, version, author_key, author_agency, approver_key, approver_agency,
                                              approver, approved_at)
              VALUES ('E09000019', 2, '{author}', '{of}', '{approver}', '{agency}', 'somebody', now())"""
IMPORT = """INSERT INTO matrix_imports (edition_id, table_csv, sha256, editions, author_key, author_agency, author,
                                        drafted_at)
            VALUES ('npcc', '', '', '[]', 'issuer|one', 'POLICE', 'one', now())"""


def _run(urls: DatabaseUrls, *statements: str, areas: str = "E09000019") -> None:
    async def run() -> None:
        connection = await connect(urls.app, "the application")
        try:
            async with connection.transaction():
                await connection.execute("SELECT set_config('oocd.areas', $1, true)", areas)
                for statement in statements:
                    await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def _approval(author: str = "issuer|one", of: str = "POLICE", *, approver: str, agency: str) -> str:
    return APPROVAL.format(author=author, of=of, approver=approver, agency=agency)


def test_another_person_of_the_other_agency_may_approve(database: DatabaseUrls) -> None:
    """The one way in which a draft comes into force."""
    _run(database, DRAFT, _approval(approver="issuer|two", agency="YJS"))


@pytest.mark.parametrize(
    ("approval", "wall"),
    [
        (_approval(approver="issuer|one", agency="YJS"), "another_person"),
        (_approval(approver="issuer|two", agency="POLICE"), "another_agency"),
        (_approval("issuer|none", approver="issuer|two", agency="YJS"), "fk_protocol_approvals_draft"),
        (_approval(of="CPS", approver="issuer|two", agency="YJS"), "fk_protocol_approvals_draft"),
    ],
)
def test_any_other_approval_is_refused(database: DatabaseUrls, approval: str, wall: str) -> None:
    """By the author, by the author's agency, or of a draft that somebody else made: whatever the code believes."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=wall):
        _run(database, DRAFT, approval)


@pytest.mark.parametrize(("statement", "areas"), [(DRAFT, "E09000007"), (DRAFT, ""), (IMPORT, "")])
def test_policy_is_written_for_own_areas_alone(database: DatabaseUrls, statement: str, areas: str) -> None:
    """Row-level security binds who writes; reading is open to every area."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        _run(database, statement, areas=areas)


@pytest.mark.parametrize("change", ["UPDATE protocol_drafts SET version = 3", "DELETE FROM protocol_drafts"])
def test_draft_is_never_changed(database: DatabaseUrls, change: str) -> None:
    """What the other agency approves is what was drafted."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        _run(database, DRAFT, change)
