"""The commands of the service, each run as a person runs it: what it says, and the code that it ends with."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.audit.signing import KEY_FILE
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, connect, text_of
from app.law.book import LawBook
from app.settings import Settings
from tests.api.acting import Stage
from tests.api.webhooks.receiving import receiving
from tests.frozen_clock import FrozenClock
from tests.serving import serving
from tests.unit.scrutiny.test_verify_sample import a_verification, change_the_seed

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; a bound for a machine that is busy, not an expectation


@pytest.fixture
def stage(app: Any, client: httpx.AsyncClient) -> Stage:
    """Return the demo clients, ready to act on the running service."""
    return Stage(client, app.state.issuer)


def _environment(**settings: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | settings


def oocd(*words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a clean environment with these settings."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=_environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def _run(urls: DatabaseUrls, *statements: str) -> None:
    async def run() -> None:
        owner = await connect(urls.owner, "the owner")
        async with owner.transaction():
            await owner.execute("SELECT set_config('oocd.areas', '*', true)")
            for statement in statements:
                await owner.execute(statement)
        await owner.close()

    asyncio.run(run())


def test_commands_are_found_from_any_folder(tmp_path: Path) -> None:
    """By the script at the top of the repository."""
    done = subprocess.run([ROOT / "oocd", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stderr
    for name in ("serve", "migrate", "deliver-webhooks", "law", "matrix", "audit", "sample", "doctor", "erase"):
        assert name in done.stdout


def test_law_check_says_what_is_loaded(law_book: LawBook) -> None:
    """The digest that every answer carries."""
    done = oocd("law", "check")

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, law_book.digest)


def test_matrix_that_has_faults_is_told_line_by_line(tmp_path: Path, law_book: LawBook) -> None:
    """And one that has none is told to have none; nothing is sent."""
    rows = [f"{key},4" for key in sorted(law_book.offences)]
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("\n".join(["offence_key,base_score", *rows]))
    bad.write_text("\n".join(["offence_key,base_score", *rows[1:], "no_such_offence,4"]))
    words = ("--edition", "npcc-2025", "--title", "Licensed", "--in-force-from", "2027-01-01", "--check")

    taken, refused = oocd("matrix", "import", good, *words), oocd("matrix", "import", bad, *words)

    assert taken.returncode == 0, taken.stderr
    assert refused.returncode == 1
    assert f"line {len(rows) + 1}:" in refused.stdout


@pytest.mark.anyio
async def test_matrix_is_drafted_at_the_service(tmp_path: Path, stage: Stage, law_book: LawBook) -> None:
    """With the token of who runs the command; another's approval makes it law."""
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["offence_key,base_score", *(f"{key},4" for key in sorted(law_book.offences))]))
    said = ("--edition", "npcc-2025", "--title", "Licensed", "--in-force-from", "2026-11-22")
    known = {"BASE_URL": str(stage.http.base_url), "OOCD_TOKEN": stage.actor("demo-policy-police").token}

    done = await asyncio.to_thread(oocd, "matrix", "import", table, *said, **known)
    again = await asyncio.to_thread(oocd, "matrix", "import", table, *said, **known)

    assert (done.returncode, done.stdout.strip()) == (0, "/v1/law/matrix-editions/npcc-2025"), done.stderr
    assert again.returncode == 1
    assert "edition-exists" in again.stderr


@pytest.mark.anyio
async def test_log_is_verified_in_the_database_and_from_an_export(
    app: Any, stage: Stage, database: DatabaseUrls, data_dir: Path, tmp_path: Path
) -> None:
    """Whole as it was written; no more when somebody has changed a row."""
    await stage.referred()
    made = await app.state.sealer.checkpoint()
    witness, export = tmp_path / "witness.json", tmp_path / "export.ndjson"
    (key,) = app.state.audit_keys.values()
    witness.write_text(json.dumps(made.signed() | {"signature": made.signature, "publicKey": key}))
    auditor = stage.changed("demo-auditor", areas=("*",))
    export.write_text((await auditor.send("GET", "/v1/audit/export", purpose="AUDIT", headers={"Accept": "*/*"})).text)
    known = {"DATABASE_URL": text_of(database.app), "DATA_DIR": str(data_dir)}

    whole = await asyncio.to_thread(oocd, "audit", "verify", "--local", **known)
    offline = await asyncio.to_thread(oocd, "audit", "verify", export, "--witness", witness)
    await asyncio.to_thread(
        _run, database, "ALTER TABLE audit_log DISABLE TRIGGER USER", "UPDATE audit_log SET act = 'nothing.much'"
    )
    changed = await asyncio.to_thread(oocd, "audit", "verify", "--local", **known)

    assert (data_dir / KEY_FILE).exists()
    assert (whole.returncode, whole.stdout.splitlines()[-1]) == (0, "The log is whole"), whole.stderr
    assert "Links" in whole.stderr  # the bar, of which a file gets the label alone
    assert offline.returncode == 0, offline.stdout + offline.stderr
    assert (changed.returncode, "NOT whole" in changed.stderr) == (1, True)


def test_draw_is_verified_from_what_was_published(tmp_path: Path) -> None:
    """An honest one, and one whose seed was changed."""
    honest, changed = a_verification(), a_verification()
    change_the_seed(changed)
    for name, sample in (("honest", honest), ("changed", changed)):
        (tmp_path / name).write_text(json.dumps(sample))

    codes = [oocd("sample", "verify", tmp_path / name).returncode for name in ("honest", "changed", "absent")]

    assert codes == [0, 1, 2]


def test_doctor_finds_an_installation_well(database: DatabaseUrls, data_dir: Path) -> None:
    """Each thing that it looked at on a line of its own."""
    done = oocd("doctor", "--local", DATABASE_URL=text_of(database.app), DATA_DIR=str(data_dir))

    assert done.returncode == 0, done.stdout + done.stderr
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {
        f"ok    {what}"
        for what in ("Python", "law", "settings", "key of the log", "key of webhooks", "database", "schema", "role")
    }


def test_doctor_says_what_is_not_well(database: DatabaseUrls, server: EmbeddedServer, data_dir: Path) -> None:
    """A schema that is behind, a role that sees around the walls, settings of a demonstration; and no secret."""
    _run(database, "UPDATE alembic_version SET version_num = '0001'")
    superuser = text_of(server.url(database=database.app.database or ""))

    behind = oocd("doctor", "--local", DATABASE_URL=text_of(database.app), DATA_DIR=str(data_dir))
    mighty = oocd("doctor", DATABASE_URL=superuser, DATA_DIR=str(data_dir))
    nowhere = oocd("doctor", "--local", DATABASE_URL="postgresql://oocd:word@127.0.0.1:9/none", DATA_DIR=str(data_dir))

    assert "FAULT schema: 0001; this release needs" in behind.stdout
    for what in ("settings", "key of the log", "role"):
        assert f"FAULT {what}" in mighty.stdout
    assert "FAULT database" in nowhere.stdout
    assert "word" not in nowhere.stdout + nowhere.stderr
    assert [one.returncode for one in (behind, mighty, nowhere)] == [1, 1, 1]


@pytest.mark.anyio
async def test_case_is_erased_by_the_owner_and_the_command_says_so(
    stage: Stage, database: DatabaseUrls, tmp_path: Path
) -> None:
    """On one line, to be kept; from which it is erased again where it has come back, and told where it has not."""
    case_id, kept = await stage.referred(), tmp_path / "erasures.ndjson"
    words = ("erase", "--case", case_id, "--rule", "Retention schedule 4.2", "--by", "A data protection officer")

    refused = await asyncio.to_thread(oocd, *words, DATABASE_OWNER_URL=text_of(database.app))
    erased = await asyncio.to_thread(oocd, *words, DATABASE_OWNER_URL=text_of(database.owner))
    twice = await asyncio.to_thread(oocd, *words, DATABASE_OWNER_URL=text_of(database.owner))
    kept.write_text(erased.stdout)
    again = await asyncio.to_thread(oocd, "erase-again", kept, DATABASE_OWNER_URL=text_of(database.owner))

    assert [one.returncode for one in (refused, erased, twice, again)] == [1, 0, 1, 0], erased.stderr
    assert "may not erase" in refused.stderr
    assert json.loads(erased.stdout)["records"]["children"] == 1
    assert again.stdout == f"{case_id} not there\n"


def test_migrate_brings_a_schema_up_to_date_and_says_whether_it_is(database: DatabaseUrls) -> None:
    """As the owner; with nothing to do it does nothing."""
    owner = {"DATABASE_OWNER_URL": text_of(database.owner)}

    codes = [oocd("migrate", *words, **owner).returncode for words in ((), ("--check",))]
    _run(database, "UPDATE alembic_version SET version_num = '0001'")

    assert codes == [0, 0]
    assert oocd("migrate", "--check", **owner).returncode == 1


@pytest.mark.anyio
async def test_sender_sends_and_finishes_what_it_has_begun(
    settings: Settings, database: DatabaseUrls, data_dir: Path, law_book: LawBook, clock: FrozenClock
) -> None:
    """A process of its own; told to stop while a receiver takes its time, it waits for the answer and marks it."""
    from app.main import create_app  # noqa: PLC0415 - unit tests need none of it

    app = create_app(settings.model_copy(update={"webhook_loopback": True}), clock=clock, law_book=law_book)
    known = {"DATABASE_URL": text_of(database.app), "DATA_DIR": str(data_dir), "OOCD_WEBHOOK_LOOPBACK": "true"}
    async with receiving() as receiver, serving(app) as base_url, httpx.AsyncClient(base_url=base_url) as http:
        stage = Stage(http, app.state.issuer)
        receiver.pause = 1.0
        made = await stage.actor("demo-police").send("POST", "/v1/webhooks", {"url": receiver.url})
        await stage.referred()
        command = [sys.executable, "-m", "app", "deliver-webhooks", "--local"]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=_environment(**known))
        deadline = time.monotonic() + PATIENCE
        while not receiver.received and time.monotonic() < deadline:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), PATIENCE)
        logged = await stage.actor("demo-police").send("GET", f"/v1/webhooks/{made.json()['webhookId']}/deliveries")

    assert code == 0
    assert [one["status"] for one in logged.json()["items"]] == ["DELIVERED"]
    assert len(receiver.received) == 1
