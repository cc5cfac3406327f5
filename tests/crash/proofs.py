"""What must be true after any crash: what was acknowledged is there, the log is whole, no case stands between two."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from app.audit.sealer import Sealer
from app.audit.signing import KEY_FILE, signer_from
from app.clock import SystemClock
from app.db.work import connect as connect_pool
from app.launch.urls import connect, text_of
from tests.crash.estate import ROOT, Estate
from tests.crash.load import Load

HALVES = {
    "a case without its referral": "SELECT case_id FROM cases EXCEPT SELECT case_id FROM referrals",
    "a case without its child": "SELECT case_id FROM cases EXCEPT SELECT case_id FROM children",
    "a case without the facts that it is at": """
        SELECT case_id FROM cases c WHERE facts_version <> (
            SELECT count(*) FROM case_facts f WHERE f.case_id = c.case_id)""",
    "a case that the timeline has elsewhere": """
        SELECT case_id FROM cases c WHERE status <> (
            SELECT status FROM case_timeline t WHERE t.case_id = c.case_id AND status IS NOT NULL
            ORDER BY entry DESC LIMIT 1)""",
    "a pre-assessment without its move": """
        SELECT case_id FROM pre_assessments EXCEPT SELECT case_id FROM cases WHERE status = 'PRE_ASSESSED'""",
    "a move without its pre-assessment": """
        SELECT case_id FROM cases WHERE status = 'PRE_ASSESSED' EXCEPT SELECT case_id FROM pre_assessments""",
    "a case that the events have elsewhere": """
        SELECT case_id FROM cases c WHERE (SELECT array_agg(event_type ORDER BY entry) FROM events e
             WHERE e.case_id = c.case_id) <> CASE status WHEN 'RECEIVED' THEN ARRAY['referral.received']
                                             ELSE ARRAY['referral.received', 'case.pre-assessed'] END""",
    "an act that is not in the log, or twice": """
        SELECT case_id FROM cases c WHERE (SELECT count(*) FROM audit_log a
             WHERE a.case_id = c.case_id AND a.act = 'referral.received') <> 1""",
}


async def halves(it: Estate) -> list[str]:
    """Return every case of which one part is there and another is not."""
    connection = await connect(it.urls.owner, "the owner")
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('oocd.areas', '*', true)")
            return [f"{name}: {row[0]}" for name, query in HALVES.items() for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def missing(it: Estate, load: Load) -> list[str]:
    """Return what was acknowledged and is not there, and what is there and was never sent."""
    connection = await connect(it.urls.owner, "the owner")
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('oocd.areas', '*', true)")
            rows = await connection.fetch("SELECT case_id, referral_id, reference FROM referrals")
            assessed = {str(row[0]) for row in await connection.fetch("SELECT case_id FROM pre_assessments")}
    finally:
        await connection.close()
    kept = {str(row["case_id"]): str(row["referral_id"]) for row in rows}
    told = [f"referral of {case}" for case, referral in load.referred.items() if kept.get(case) != referral]
    told += [f"pre-assessment of {case}" for case in load.assessed - assessed]
    told += [f"never sent: {row['reference']}" for row in rows if row["reference"] not in load.sent]
    return told


async def log_is_whole(it: Estate, load: Load, folder: Path) -> subprocess.CompletedProcess[str]:
    """Seal and export the log, and let the offline verifier judge it."""
    database = connect_pool(text_of(it.urls.app), pool_size=2, pool_timeout=30)
    signer = signer_from(it.folder / KEY_FILE, make=False)
    made = await Sealer(database, signer, SystemClock()).checkpoint()
    await database.close()
    assert made is not None
    witness = folder / "witness.json"
    witness.write_text(json.dumps(made.signed() | {"signature": made.signature, "publicKey": signer.public_key}))
    pages = [folder / f"export-{number}.ndjson" for number, _ in enumerate(await _export(load, folder))]
    command = [sys.executable, ROOT / "tools" / "verify_audit.py", *pages, "--witness", witness]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)


async def _export(load: Load, folder: Path) -> list[Any]:
    """Write every page of the export."""
    headers = {"Authorization": f"Bearer {load.tokens['demo-auditor']}", "X-Purpose": "AUDIT"}
    headers |= {"Accept": "application/x-ndjson"}
    ends: list[Any] = []
    after: int | None = 0
    async with httpx.AsyncClient(base_url=load.base_url, timeout=60, trust_env=False, headers=headers) as http:
        while after is not None:
            answer = await http.get(f"/v1/audit/export?after={after}" if after else "/v1/audit/export")
            assert answer.status_code == 200, answer.text
            (folder / f"export-{len(ends)}.ndjson").write_text(answer.text)
            ends.append(json.loads(answer.text.splitlines()[-1]))
            after = ends[-1]["next"]
    return ends
