"""`python -m app run` as a person meets it: what it prints, what it keeps, how it ends, how it fails."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from app.clock import SystemClock, today
from app.demo.story import a_referral
from app.identity.demo_clients import ISLINGTON
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, text_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds; a bound for a machine that is busy, not an expectation


class Running:
    """A started command and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path, port: int) -> None:
        self.process = process
        self.output = output
        self.base_url = f"http://127.0.0.1:{port}"

    def said(self) -> str:
        """Return what it has printed."""
        return self.output.read_text()

    def wait_for(self, words: str) -> None:
        """Wait until it has printed some words."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.said():
            assert self.process.poll() is None, f"it ended:\n{self.said()}"
            assert time.monotonic() < deadline, f"it never said {words!r}:\n{self.said()}"
            time.sleep(0.05)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that goes away; not pytest's own, whose permissions another session may set back."""
    with tempfile.TemporaryDirectory(prefix="oocd-tests-") as name:
        yield Path(name)


def free_port() -> int:
    """Find a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """Return a clean environment with these settings, and without the demonstration's cases, which take their time."""
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "OOCD_DEMO_DATA": "no"}
    return clean | settings


@contextmanager
def started(data_dir: Path, **settings: str) -> Iterator[Running]:
    """Start `run`, and see to it that it does not outlive the test."""
    port = int(settings.pop("PORT", free_port()))
    output = data_dir.with_suffix(".txt")
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "run"],
            cwd=ROOT,
            env=environment(DATA_DIR=str(data_dir), PORT=str(port), **settings),
            stdout=file,
            stderr=file,
        )
    try:
        yield Running(process, output, port)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)


def failure(command: str, **settings: str) -> str:
    """Run a command that must fail; return its one line."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "app", command],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def servers_of(data_dir: Path) -> list[psutil.Process]:
    """Find database servers that still work in a data directory."""
    cluster = str(data_dir / "postgres")
    return [process for process in psutil.process_iter(["cmdline"]) if cluster in (process.info["cmdline"] or [])]


# ── from start to end ────────────────────────────────────────────────────────


def test_run_serves_and_the_printed_command_works(folder: Path) -> None:
    """What is printed can be pasted, the description is there, and SIGTERM ends all of it with 0."""
    with started(folder / "var") as running:
        running.wait_for("Ctrl-C ends")
        pasted = re.search(r"^curl .*?'$", running.said(), re.DOTALL | re.MULTILINE)
        assert pasted
        answer = subprocess.run(["sh", "-c", pasted[0]], capture_output=True, text=True, check=False)  # noqa: S603, S607
        docs = httpx.get(f"{running.base_url}/docs")
        code = running.end()

    assert '"COMMUNITY_RESOLUTION"' in answer.stdout
    assert docs.status_code == httpx.codes.OK
    assert code == 0
    assert "Traceback" not in running.said()
    assert servers_of(folder / "var") == []


def test_second_run_keeps_what_the_first_was_told(folder: Path) -> None:
    """A referral is still there after a restart, and so is the token that was issued before it."""
    data_dir, referral = folder / "var", a_referral(ISLINGTON, today(SystemClock()))

    with started(data_dir) as first:
        first.wait_for("Ctrl-C ends")
        form = {"grant_type": "client_credentials", "client_id": "demo-police", "client_secret": "demo"}
        token = httpx.post(f"{first.base_url}/oauth2/token", data=form).json()["access_token"]
        sent = {"Authorization": f"Bearer {token}", "X-Purpose": "REFERRAL", "Idempotency-Key": "once"}
        told = httpx.post(f"{first.base_url}/v1/referrals", json=referral, headers=sent)
        assert first.end(signal.SIGINT) == 0
    with started(data_dir, PORT=first.base_url.rpartition(":")[2]) as second:
        second.wait_for("Ctrl-C ends")
        again = httpx.post(f"{first.base_url}/v1/referrals", json=referral, headers=sent)

    assert told.status_code == httpx.codes.CREATED
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == told.json()


def test_signal_before_it_is_ready_ends_it_too(folder: Path) -> None:
    """Ctrl-C during the start leaves nothing running and is no failure."""
    data_dir = folder / "var"

    with started(data_dir) as running:
        running.wait_for("embedded database")
        code = running.end(signal.SIGINT)

    assert code == 0
    assert "Traceback" not in running.said()
    assert servers_of(data_dir) == []


def test_run_prepares_a_given_database_and_serves_as_the_application(folder: Path, given: str) -> None:
    """An administrator's URL is used to prepare roles and schema; the service itself is the application role."""
    with started(folder / "var", DATABASE_URL=given) as running:
        running.wait_for("Ctrl-C ends")
        ready = httpx.get(f"{running.base_url}/health/readiness")
        assert running.end() == 0

    assert ready.status_code == httpx.codes.OK
    assert not (folder / "var" / "postgres").exists()


@pytest.fixture
def given(server: EmbeddedServer, database: DatabaseUrls) -> str:
    """Write a database's URL as an administrator would, over the socket of the tests' server."""
    return text_of(server.url(database=str(database.app.database)).set(drivername="postgresql"))


# ── one clear line ───────────────────────────────────────────────────────────


def test_port_in_use_is_one_line(folder: Path) -> None:
    """The line names the port and what to set; no database is started for it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        line = failure("run", PORT=str(port), DATA_DIR=str(folder / "var"))

    assert line.startswith(f"Error: Port {port} on 127.0.0.1 cannot be used")
    assert not (folder / "var").exists()


def test_port_that_is_no_number_is_one_line() -> None:
    """The line names the setting."""
    line = failure("run", PORT="eighty")

    assert line.startswith("Error: PORT is set to something that it cannot be")


def test_broken_data_directory_is_one_line(folder: Path) -> None:
    """A file where the directory should be."""
    (folder / "var").write_text("a file")

    line = failure("run", PORT="0", DATA_DIR=str(folder / "var"))

    assert line.startswith(f"Error: The data directory {folder}/var cannot be used")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("not a url", "is not a database URL"),
        ("mysql://user:hush@127.0.0.1/name", "must begin with postgresql://"),
        ("postgresql://user:hush@127.0.0.1", "names no database"),
        ("postgresql://user:hush@127.0.0.1:1/name", "no database server can be reached at 127.0.0.1:1"),
    ],
)
def test_wrong_database_url_is_one_line_without_a_secret(folder: Path, url: str, says: str) -> None:
    """The line says what is wrong with the URL and shows no password."""
    line = failure("run", PORT="0", DATA_DIR=str(folder), DATABASE_URL=url)

    assert says in line
    assert "hush" not in line


def test_missing_database_and_unknown_role_are_one_line(folder: Path, server: EmbeddedServer) -> None:
    """A server that is there but has no such database, or does not know the role."""
    missing = failure("run", PORT="0", DATA_DIR=str(folder), DATABASE_URL=text_of(server.url(database="absent")))
    unknown = failure("run", PORT="0", DATA_DIR=str(folder), DATABASE_URL=text_of(server.url(user="stranger")))

    assert "there is no database absent" in missing
    assert "does not let stranger in" in unknown


def test_live_service_refuses_a_superuser(given: str) -> None:
    """Row-level security does not bind a superuser, so the service does not start as one."""
    line = failure("serve", PORT="0", DATABASE_URL=given, OOCD_JWKS_URL="https://issuer.invalid/jwks.json")

    assert "superuser" in line


def test_live_service_needs_a_database() -> None:
    """Live mode never starts a database of its own."""
    line = failure("serve", PORT="0")

    assert "DATABASE_URL" in line
