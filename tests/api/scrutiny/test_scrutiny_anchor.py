"""A frame is anchored in the signed log: who exchanges it in the database itself is caught, by service and stranger."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.audit.sealer import Sealer
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls
from app.launch.urls import connect as connect_raw
from app.scrutiny import sampling
from app.scrutiny.decided import DecidedCase
from app.scrutiny.sampling import FrameEntry
from tests.scrutiny_panel import CHAIR, DICE, MEMBER, Call, a_frame, frozen

VERIFIER = Path(__file__).parents[3] / "tools" / "verify_sample.py"
Document = dict[str, Any]
Superuser = Callable[[str], Any]


@pytest.fixture
def superuser(server: EmbeddedServer, database: DatabaseUrls) -> Superuser:
    """Return a function that runs statements past every trigger and policy, as a database administrator can."""

    async def run(script: str) -> list[Any]:
        connection = await connect_raw(server.url().set(database=database.app.database), "a superuser")
        await connection.execute("SET session_replication_role = replica")
        *before, last = script.split(";")
        for statement in before:
            await connection.execute(statement)
        found = list(await connection.fetch(last)) if last.strip() else []
        await connection.close()
        return found

    return run


async def signed(app: Any) -> Document:
    """Return the checkpoint that a witness keeps of the log as it is now."""
    sealer: Sealer = app.state.sealer
    made = await sealer.checkpoint()
    assert made is not None
    return made.signed() | {"signature": made.signature}


async def draw(call: Call, frame: Document) -> Document:
    """Draw from a frame, and return what is published of it."""
    sample = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)
    assert sample.status_code == 201, sample.text
    return await proof_of(call, sample.json())


async def proof_of(call: Call, sample: Document) -> Document:
    """Return the verification of a sample."""
    return dict((await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/verification")).json())


def wrong_with(proof: Document, witness: Document | None = None) -> set[str]:
    """Return what the stranger's tool finds wrong, without anything but the proof and a checkpoint."""
    checks = dict(runpy.run_path(str(VERIFIER))["checks"](proof, None, witness))
    return {words for words, holds in checks.items() if not holds}


async def test_frame_leads_to_the_checkpoint_that_was_signed_after_the_freeze(
    app: Any, call: Call, population: list[DecidedCase]
) -> None:
    """Manifest, entry of the log, path, root: each follows from the other, up to what the witness holds."""
    frame = await frozen(call)
    witness = await signed(app)

    proof = await draw(call, frame)

    assert wrong_with(proof, witness) == set()
    assert proof["manifestDigest"] == frame["manifestDigest"] == proof["anchor"]["entry"]["evidence"]
    assert {name: proof["anchor"]["checkpoint"][name] for name in ("size", "root")} == {
        name: witness[name] for name in ("size", "root")
    }


async def test_entry_that_is_not_sealed_yet_is_not_claimed(call: Call, population: list[DecidedCase]) -> None:
    """For the seconds until then there is no anchor, and a stranger who holds a checkpoint is not content."""
    proof = await draw(call, await frozen(call))

    assert proof["anchor"] is None
    assert wrong_with(proof) == set()
    assert wrong_with(proof, {"size": 1}) == {"the freeze stands in a log that is signed"}


async def test_freeze_is_signed_without_waiting_for_the_day_to_end(
    app: Any, call: Call, population: list[DecidedCase]
) -> None:
    """A checkpoint is due as soon as a freeze is sealed, though one was signed today; then no more until tomorrow."""
    sealer: Sealer = app.state.sealer
    await call("demo-auditor", "GET", "/v1/audit", **{"X-Purpose": "AUDIT"})
    await sealer.checkpoint()
    due = [await sealer.is_due()]

    await frozen(call)
    await sealer.seal()
    due.append(await sealer.is_due())
    await sealer.checkpoint()

    assert [*due, await sealer.is_due()] == [False, True, False]


# ── a superuser exchanges the frame ──────────────────────────────────────────


async def _leave_one_out(superuser: Superuser, frame: Document) -> None:
    """Take a case out of the frame, and make every digest and count of it anew."""
    name = frame["frameId"]
    first = f"SELECT min(entry) FROM scrutiny_entries WHERE frame_id = '{name}'"  # noqa: S608
    rows = await superuser(
        f"DELETE FROM scrutiny_entries WHERE entry = ({first});"  # noqa: S608
        f"SELECT entry, stratum FROM scrutiny_entries WHERE frame_id = '{name}'"
    )
    await _made_anew(superuser, name, [FrameEntry(row["entry"], row["stratum"]) for row in rows])


async def _relabel(superuser: Superuser, frame: Document) -> None:
    """Move a case to another stratum, and make every digest and count anew."""
    name = frame["frameId"]
    first = f"SELECT min(entry) FROM scrutiny_entries WHERE frame_id = '{name}' AND stratum = 'TRIAGE'"  # noqa: S608
    rows = await superuser(
        f"UPDATE scrutiny_entries SET stratum = 'YOUTH_CAUTION' WHERE entry = ({first});"  # noqa: S608
        f"SELECT entry, stratum FROM scrutiny_entries WHERE frame_id = '{name}'"
    )
    await _made_anew(superuser, name, [FrameEntry(row["entry"], row["stratum"]) for row in rows])


async def _made_anew(superuser: Superuser, frame_id: str, entries: list[FrameEntry]) -> None:
    held = sampling.populations_of(entries)
    sizes = {"TRIAGE": 7, "YOUTH_CAUTION": 3}
    rows = ", ".join(
        f'{{"stratum": "{name}", "population": {count}, "size": {sizes[name]}}}' for name, count in held.items()
    )
    await superuser(
        f"""UPDATE scrutiny_frames SET count = {len(entries)}, allocation = '[{rows}]',
                   frame_digest = '{sampling.frame_digest_of(one.entry for one in entries)}',
                   strata_digest = '{sampling.strata_digest_of(entries)}' WHERE frame_id = '{frame_id}';"""  # noqa: S608
    )


async def _other_nonce(superuser: Superuser, frame: Document) -> None:
    """Commit to another nonce after the dice have been heard."""
    name = frame["frameId"]
    await superuser(
        f"UPDATE scrutiny_secrets SET nonce = 'chosen' WHERE frame_id = '{name}';"  # noqa: S608
        f"UPDATE scrutiny_frames SET nonce_commitment = '{sampling.commitment_of('chosen')}' WHERE frame_id = '{name}';"
    )


async def _other_case(superuser: Superuser, frame: Document) -> None:
    """Let an entry stand for another case than it was made of: no digest changes."""
    name = frame["frameId"]
    await superuser(
        f"UPDATE scrutiny_entries SET case_id = gen_random_uuid() "  # noqa: S608
        f"WHERE entry = (SELECT min(entry) FROM scrutiny_entries WHERE frame_id = '{name}');"
    )


async def _fewer_of_a_kind(superuser: Superuser, frame: Document) -> None:
    """Draw fewer of one stratum and more of another than was settled."""
    await superuser(
        f"""UPDATE scrutiny_frames SET allocation = '[{{"stratum": "TRIAGE", "population": 20, "size": 9}},
                   {{"stratum": "YOUTH_CAUTION", "population": 10, "size": 1}}]'
             WHERE frame_id = '{frame["frameId"]}';"""  # noqa: S608
    )


EXCHANGES = [_leave_one_out, _relabel, _other_nonce, _other_case, _fewer_of_a_kind]


@pytest.mark.parametrize("exchange", EXCHANGES)
async def test_exchanged_frame_is_not_drawn_from(
    call: Call, population: list[DecidedCase], superuser: Superuser, exchange: Callable[[Superuser, Document], Any]
) -> None:
    """However well it agrees with itself, it is not what the log says was frozen."""
    frame = await frozen(call)
    await exchange(superuser, frame)

    answer = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)

    assert (answer.status_code, answer.json()["code"]) == (409, "frame-changed")


@pytest.mark.parametrize("exchange", [_leave_one_out, _relabel, _fewer_of_a_kind])
async def test_frame_exchanged_after_the_draw_is_caught_by_a_stranger(
    app: Any,
    call: Call,
    population: list[DecidedCase],
    superuser: Superuser,
    exchange: Callable[[Superuser, Document], Any],
) -> None:
    """The draw is made anew from it and agrees with itself; the entry of the log does not."""
    frame = await frozen(call)
    sample = (await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)).json()
    witness = await signed(app)
    await exchange(superuser, frame)

    found = wrong_with(await proof_of(call, sample), witness)

    assert found == {"the log's entry holds the manifest's digest"}


async def test_log_rewritten_for_an_exchanged_frame_is_caught_with_a_witness(
    app: Any, call: Call, population: list[DecidedCase], superuser: Superuser
) -> None:
    """Whoever writes the new digest into the log too has to change what was sealed, or what was signed."""
    frame = await frozen(call)
    sample = (await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)).json()
    witness = await signed(app)
    await _leave_one_out(superuser, frame)
    exchanged = await proof_of(call, sample)
    digest = exchanged["manifestDigest"]
    await superuser(f"UPDATE audit_log SET evidence = '{digest}' WHERE evidence IS NOT NULL;")  # noqa: S608

    changed = wrong_with(await proof_of(call, sample), witness)
    await superuser("DELETE FROM audit_chain; DELETE FROM audit_checkpoints;")
    await signed(app)
    sealed_anew = wrong_with(await proof_of(call, sample), witness)

    assert changed == {"the log's entry is what was sealed"}
    assert sealed_anew == {
        "the checkpoint's root is what the witness has kept",
        "the checkpoint's size is what the witness has kept",
        "the checkpoint's head is what the witness has kept",
    }


async def test_frame_of_another_freeze_is_not_passed_off(app: Any, call: Call, population: list[DecidedCase]) -> None:
    """The anchor of one frame does not serve another, honest as both are."""
    first = await frozen(call)
    second = (await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(size=12))).json()
    await signed(app)
    proof = await draw(call, first)
    other = (await call(CHAIR, "GET", f"/v1/scrutiny/frames/{second['frameId']}")).json()

    passed_off = proof | {"frameId": other["frameId"], "manifestDigest": other["manifestDigest"]}

    assert {"the log's entry is of this freeze", "the manifest gives its digest"} <= wrong_with(passed_off)
