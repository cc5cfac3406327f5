"""A database superuser tampers with the audit log; the offline verifier and one honest witness tell each time."""

import asyncio
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.audit.chain import FIRST, digest, document, link
from app.audit.merkle import Tree, extends, includes, leaf
from app.audit.proving import checkpoint_line, entry_line
from app.audit.sealer import Sealer
from app.audit.signing import signer_from
from app.audit.verifying import Check
from app.identity.demo_clients import DEMO_CLIENTS
from app.launch.embedded import EmbeddedServer
from app.launch.urls import Connection, DatabaseUrls, connect
from tests.api.acting import ISLINGTON, OFFICER, Actor, Stage
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
TOOL = Path(__file__).resolve().parents[3] / "tools" / "verify_audit.py"
VERIFIER = runpy.run_path(str(TOOL))
Document = dict[str, Any]


@pytest.fixture
def stage(app: Any, client: httpx.AsyncClient) -> Stage:
    """Return the demo clients, ready to act on the running service."""
    return Stage(client, app.state.issuer)


async def _verification(stage: Stage) -> Document:
    answer = await stage.actor("demo-auditor").send("GET", "/v1/audit/verification", purpose="AUDIT")
    assert answer.status_code == 200, answer.text
    verification: Document = answer.json()
    return verification


async def _export(stage: Stage) -> str:
    auditor = Actor(stage.http, stage.issuer.token_for(DEMO_CLIENTS["demo-auditor"], areas=["*"]))
    answer = await auditor.send("GET", "/v1/audit/export", purpose="AUDIT", headers={"Accept": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    return answer.text


def _faults(export: str, witness: Document) -> list[str]:
    log = VERIFIER["Log"]()
    log.read(iter(export.splitlines()))
    faults: list[str] = VERIFIER["verify"](log, [witness], [])
    return faults


async def _two_days(app: Any, stage: Stage, clock: FrozenClock) -> tuple[Document, Document]:
    """Live through two days with a checkpoint each, and return what the witness kept of both."""
    sealer: Sealer = app.state.sealer
    kept = []
    for _ in range(2):
        case_id = await stage.referred(ISLINGTON)
        await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")
        made = await sealer.checkpoint()
        assert made is not None
        (key,) = app.state.audit_keys.values()
        kept.append({**made.signed(), "signature": made.signature, "publicKey": key})
        clock.move(days=1)
    return kept[0], kept[1]


async def test_untouched_log_is_whole(app: Any, stage: Stage, clock: FrozenClock) -> None:
    """The service finds nothing wrong, nor does the verifier with either witness."""
    first, second = await _two_days(app, stage, clock)

    verification, export = await _verification(stage), await _export(stage)

    assert (verification["verified"], verification["faults"]) == (True, [])
    assert verification["checkpoint"]["size"] == second["size"] == verification["size"]
    assert (_faults(export, first), _faults(export, second)) == ([], [])


async def test_numbers_have_no_gap_whoever_seals(app: Any, stage: Stage) -> None:
    """Sealers at the same time number every entry once, from one on; sealing again adds nothing."""
    for _ in range(3):
        await stage.referred(ISLINGTON)

    sealed = await asyncio.gather(*(app.state.sealer.seal() for _ in range(4)))
    again = await app.state.sealer.seal(whole=True)

    verification = await _verification(stage)
    assert sum(sealed) == verification["size"]
    assert (again, verification["verified"]) == (0, True)


# ── tampering ────────────────────────────────────────────────────────────────

Tampering = Callable[[Connection], Any]


async def _edit(db: Connection) -> None:
    await db.execute("UPDATE audit_log SET user_name = 'somebody-else' WHERE user_name = 'demo-police-officer'")


async def _delete(db: Connection) -> None:
    await db.execute("DELETE FROM audit_log WHERE log_id = (SELECT log_id FROM audit_chain WHERE seq = 2)")


async def _delete_with_its_link(db: Connection) -> None:
    await _delete(db)
    await db.execute("DELETE FROM audit_chain WHERE seq = 2")


async def _cut_the_tail(db: Connection) -> None:
    await db.execute("DELETE FROM audit_log WHERE log_id IN (SELECT log_id FROM audit_chain WHERE seq > 3)")
    await db.execute("DELETE FROM audit_chain WHERE seq > 3; DELETE FROM audit_checkpoints WHERE size > 3")


async def _swap(db: Connection) -> None:
    one, two = [row["log_id"] for row in await db.fetch("SELECT log_id FROM audit_chain ORDER BY seq LIMIT 2")]
    nobody = "00000000-0000-7000-8000-000000000000"
    for old, new in ((one, nobody), (two, one), (nobody, two)):
        await db.execute("UPDATE audit_chain SET log_id = $2 WHERE log_id = $1", old, new)


async def _rewrite(db: Connection) -> None:
    """Change an entry, compute the chain anew, and sign the checkpoints anew with the service's own key."""
    await _edit(db)
    await _compute_anew(db, signer_from(_PLACES["key"], make=False))


async def _put_back_yesterday(db: Connection) -> None:
    """Restore a backup of the first day: all that came after is gone, and what is left holds together."""
    size = await db.fetchval("SELECT min(size) FROM audit_checkpoints")
    await db.execute("DELETE FROM audit_log WHERE log_id IN (SELECT log_id FROM audit_chain WHERE seq > $1)", size)
    await db.execute("DELETE FROM audit_chain WHERE seq > $1", size)
    await db.execute("DELETE FROM audit_checkpoints WHERE size > $1", size)


async def _insert_backdated(db: Connection) -> None:
    """Add an entry of long ago where it belongs in time, and compute the chain anew after it."""
    await _add_entry(db, datetime(2026, 11, 21, 11, tzinfo=UTC))
    await db.execute("UPDATE audit_chain SET seq = seq + 1000000; UPDATE audit_chain SET seq = seq - 999999")
    added = await db.fetchval("SELECT log_id FROM audit_log WHERE act = 'case.read' AND request_id = 'late'")
    await db.execute("INSERT INTO audit_chain VALUES (1, $1, '', '', now())", added)
    await _compute_anew(db, signer_from(_PLACES["key"], make=False))


async def _append_backdated(db: Connection) -> None:
    """Add an entry of long ago at the end, and let the sealer's own rules seal it."""
    await _add_entry(db, datetime(2026, 11, 21, 11, tzinfo=UTC))
    added = await db.fetchval("SELECT log_id FROM audit_log WHERE request_id = 'late'")
    await db.execute("INSERT INTO audit_chain SELECT max(seq) + 1, $1, '', '', now() FROM audit_chain", added)
    await _compute_anew(db, signer_from(_PLACES["key"], make=False), checkpoints=False)


async def _re_key(db: Connection) -> None:
    """Sign the checkpoints anew with a key of one's own, the chain untouched but for one entry."""
    await _edit(db)
    await _compute_anew(db, signer_from(_PLACES["other"], make=True))


async def _add_entry(db: Connection, at: datetime) -> None:
    await db.execute(
        """INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, fields, row_count,
                                  request_id, trace_id, route)
           VALUES (gen_random_uuid(), $1, 'CONSULTATION', 'case.read', 'i', 'c', '{}', 1, 'late', 't', 'GET /')""",
        at,
    )


async def _compute_anew(db: Connection, signer: Any, *, checkpoints: bool = True) -> None:
    """Do all that somebody with the database and the code can do to make a changed log hold together."""
    tree, head, sizes = Tree(), FIRST, {}
    for row in await db.fetch("SELECT * FROM audit_chain JOIN audit_log USING (log_id) ORDER BY seq"):
        entry = digest(document(dict(row)))
        head = link(row["seq"], head, entry)
        tree.add(leaf(bytes.fromhex(entry)))
        sizes[row["seq"]] = (tree.root().hex(), head)
        await db.execute("UPDATE audit_chain SET digest = $2, hash = $3 WHERE seq = $1", row["seq"], entry, head)
    for row in await db.fetch("SELECT * FROM audit_checkpoints") if checkpoints else ():
        made = signer.sign(row["size"], *sizes[row["size"]], row["signed_at"])
        await db.execute(
            "UPDATE audit_checkpoints SET root = $2, head = $3, key_id = $4, signature = $5 WHERE size = $1",
            *(row["size"], made.root, made.head, made.key_id, made.signature),
        )


_PLACES: dict[str, Path] = {}
TAMPERINGS: dict[str, tuple[Tampering, str]] = {
    "an entry is edited": (_edit, "has been changed"),
    "an entry is deleted": (_delete, "has been removed"),
    "an entry is deleted with its link": (_delete_with_its_link, "is not there"),
    "the tail is cut off": (_cut_the_tail, "does not reach so far"),
    "two entries are swapped": (_swap, "has been changed"),
    "the chain is rewritten": (_rewrite, "saw another log"),
    "yesterday's backup is put back": (_put_back_yesterday, "does not reach so far"),
    "an entry is inserted where it would belong": (_insert_backdated, "saw another log"),
    "an entry is appended with an old date": (_append_backdated, "says that it is older"),
    "the log is rewritten and signed with another key": (_re_key, "a key that nobody handed over"),
}


async def test_every_tampering_is_told(
    app: Any,
    stage: Stage,
    clock: FrozenClock,
    server: EmbeddedServer,
    database: DatabaseUrls,
    data_dir: Path,
    tmp_path: Path,
) -> None:
    """Ten ways of tampering as superuser, each with everything that the service itself has: one witness is enough."""
    _PLACES.update(key=data_dir / "audit-signing.pem", other=tmp_path / "other.pem")
    _, witness = await _two_days(app, stage, clock)
    administrator = await connect(server.url(database=database.app.database), "the superuser")
    told, ours = {}, {}

    for name, (tamper, _) in TAMPERINGS.items():
        transaction = administrator.transaction()
        await transaction.start()
        await administrator.execute("SET LOCAL session_replication_role = replica")
        await tamper(administrator)
        told[name] = _faults(await _exported(administrator), witness)
        ours[name] = await _checked(administrator, app.state.audit_keys)
        await transaction.rollback()
    await administrator.close()

    missed = [name for name, (_, says) in TAMPERINGS.items() if not any(says in fault for fault in told[name])]
    assert missed == []
    assert [name for name, found in ours.items() if not found] == [
        "the tail is cut off",
        "the chain is rewritten",
        "yesterday's backup is put back",
        "an entry is inserted where it would belong",
    ], "what holds together in itself is found by a witness alone"


async def _rows(db: Connection) -> list[Document]:
    return [
        dict(row)
        for row in await db.fetch(
            """SELECT c.seq, c.digest, c.hash, l.*, c.log_id
                 FROM audit_chain c LEFT JOIN audit_log l USING (log_id) ORDER BY seq"""
        )
    ]


class _Row:
    def __init__(self, row: Any) -> None:
        self.__dict__.update(dict(row))


async def _checkpoints(db: Connection) -> list[Any]:
    return [_Row(row) for row in await db.fetch("SELECT * FROM audit_checkpoints ORDER BY size")]


async def _exported(db: Connection) -> str:
    lines = [checkpoint_line(row) for row in await _checkpoints(db)]
    lines += [entry_line(row) for row in await _rows(db)]
    lines.append({"kind": "end", "size": 0, "next": None, "complete": True})
    return "\n".join(json.dumps(line) for line in lines)


async def _checked(db: Connection, keys: dict[str, str]) -> list[Any]:
    check = Check(await _checkpoints(db), keys)
    for row in await _rows(db):
        check.step(row)
    check.finish()
    return check.faults


async def test_chain_holds_nothing_but_digests(
    app: Any, stage: Stage, clock: FrozenClock, server: EmbeddedServer, database: DatabaseUrls
) -> None:
    """An entry whose time of keeping is over can go: every link and every checkpoint still holds."""
    await _two_days(app, stage, clock)
    administrator = await connect(server.url(database=database.app.database), "the superuser")
    await administrator.execute("SET session_replication_role = replica")

    await administrator.execute("DELETE FROM audit_log WHERE log_id = (SELECT log_id FROM audit_chain WHERE seq = 2)")

    faults = await _checked(administrator, app.state.audit_keys)
    columns = await administrator.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'audit_chain'"
    )
    await administrator.close()
    assert [(fault.code, fault.seq) for fault in faults] == [("ENTRY_MISSING", 2)]
    assert {row["column_name"] for row in columns} == {"seq", "log_id", "digest", "hash", "sealed_at"}


# ── proofs over HTTP ─────────────────────────────────────────────────────────


async def test_proofs_hold_against_the_witness(app: Any, stage: Stage, clock: FrozenClock) -> None:
    """An entry is proved to be in the log, and the first day's log to be the beginning of the second's."""
    first, second = await _two_days(app, stage, clock)
    auditor = stage.actor("demo-auditor")
    (entry, *_) = (await auditor.send("GET", "/v1/audit?limit=1", purpose="AUDIT")).json()["items"]

    proof = (await auditor.send("GET", f"/v1/audit/proof/{entry['logId']}", purpose="AUDIT")).json()
    past = await auditor.send("GET", f"/v1/audit/consistency?from={first['size']}&to={second['size']}", purpose="AUDIT")

    roots = [bytes.fromhex(one["root"]) for one in (first, second)]
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert includes(leaf(bytes.fromhex(proof["digest"])), proof["seq"] - 1, proof["size"], path, roots[1])
    steps = [bytes.fromhex(step) for step in past.json()["path"]]
    assert extends(first["size"], roots[0], second["size"], roots[1], steps)


async def test_witness_gets_a_copy_of_each_checkpoint(
    app: Any, stage: Stage, clock: FrozenClock, tmp_path: Path, data_dir: Path
) -> None:
    """The file in the witness's folder is what the command-line verifier takes."""
    await stage.referred(ISLINGTON)
    signer = signer_from(data_dir / "audit-signing.pem", make=False)
    sealer = Sealer(app.state.services.database, signer, clock, witness=tmp_path)
    made = await sealer.checkpoint()
    assert made is not None

    kept = tmp_path / f"checkpoint-{made.size:012d}.json"
    export = tmp_path / "export.ndjson"
    export.write_text(await _export(stage))

    assert _run(str(export), "--witness", str(kept)) == 0
    export.write_text(export.read_text().replace("case.received", "case.deceived"))
    assert _run(str(export), "--witness", str(kept)) == 1


def _run(*arguments: str) -> int:
    return subprocess.run([sys.executable, str(TOOL), *arguments], check=False, capture_output=True).returncode  # noqa: S603


async def test_checkpoint_is_due_once_a_day(app: Any, stage: Stage, clock: FrozenClock) -> None:
    """None without anything new; the next one after midnight in London."""
    await stage.referred(ISLINGTON)
    sealer: Sealer = app.state.sealer

    first, second = await sealer.checkpoint(), await sealer.checkpoint()
    clock.move(to=clock.now() + timedelta(days=1))

    assert first is not None
    assert second is None
    assert await sealer.is_due()
