"""The embedded PostgreSQL: what it keeps, what it refuses, what it leaves behind."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.launch.embedded import EmbeddedServer, embedded_postgres
from app.launch.errors import LaunchError
from app.launch.urls import connect

HOLD = """
import asyncio, sys, time
from pathlib import Path
from app.launch.embedded import embedded_postgres
from app.launch.urls import connect

async def keep(server):
    connection = await connect(server.url(), "test")
    await connection.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here')")

with embedded_postgres(Path(sys.argv[1]), durable=False) as server:
    asyncio.run(keep(server))
    print(server.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that goes away; not pytest's own, whose permissions another session may set back."""
    with tempfile.TemporaryDirectory(prefix="oocd-tests-") as name:
        yield Path(name)


def refusal(data_dir: Path) -> str:
    """Try to start; answer why that was refused."""
    with pytest.raises(LaunchError) as refused, embedded_postgres(data_dir, durable=False):
        pytest.fail("it started")
    return str(refused.value)


def made(data_dir: Path) -> Path:
    """Make a cluster and stop it again; answer its folder."""
    with embedded_postgres(data_dir, durable=False):
        return data_dir / "postgres"


def left_behind(data_dir: Path) -> psutil.Process:
    """Kill a launcher after it committed something; answer the server that it left."""
    command = [sys.executable, "-c", HOLD, data_dir]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as launcher:  # noqa: S603 - our own program
        assert launcher.stdout
        orphan = psutil.Process(int(launcher.stdout.readline()))
        launcher.kill()
    assert orphan.is_running()
    return orphan


async def test_data_survive_a_killed_launcher(folder: Path) -> None:
    """What was committed is there at the next start, and the server left behind is gone."""
    orphan = left_behind(folder)

    with embedded_postgres(folder, durable=False) as server:
        connection = await connect(server.url(), "test")
        word = await connection.fetchval("SELECT word FROM kept")
        await connection.close()

    assert word == "still here"
    assert not orphan.is_running()


async def test_data_survive_a_killed_server(folder: Path) -> None:
    """A server killed outright recovers at the next start."""
    with embedded_postgres(folder) as server:
        connection = await connect(server.url(), "test")
        await connection.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here')")
        connection.terminate()
        os.kill(server.pid, signal.SIGKILL)

    with embedded_postgres(folder) as server:
        connection = await connect(server.url(), "test")
        word = await connection.fetchval("SELECT word FROM kept")
        await connection.close()

    assert word == "still here"


def test_second_start_on_one_data_directory_is_refused(folder: Path) -> None:
    """Two servers never share a data directory; the refusal names the process that holds it."""
    with embedded_postgres(folder, durable=False):
        why = refusal(folder)

    assert why.endswith(f"is in use by process {os.getpid()}")


def test_process_file_of_another_program_does_not_block(folder: Path) -> None:
    """A process id that has since gone to another program is taken for stale, not for a server."""
    cluster = made(folder)
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n")

    with embedded_postgres(folder, durable=False) as server:
        running = server.pid != os.getpid()

    assert running


def test_nothing_is_left_running_or_open_to_others(folder: Path) -> None:
    """The socket's folder is closed to other accounts, and the server ends with its block."""
    with embedded_postgres(folder, durable=False) as server:
        mode = server.socket_dir.stat().st_mode & 0o777

    assert mode == 0o700
    assert not psutil.pid_exists(server.pid)


async def test_no_network_port_is_opened(server: EmbeddedServer) -> None:
    """The server listens on its socket alone."""
    connection = await connect(server.url(), "test")

    addresses = await connection.fetchval("SHOW listen_addresses")

    await connection.close()
    assert addresses == ""


def test_path_too_long_for_a_socket_still_works(folder: Path) -> None:
    """The socket moves to a short place of its own, which goes away at the end."""
    with embedded_postgres(folder / ("long" * 30), durable=False) as server:
        elsewhere = server.socket_dir

    assert folder not in elsewhere.parents
    assert not elsewhere.exists()


def test_file_in_place_of_the_data_directory_is_refused(folder: Path) -> None:
    """A file cannot be a data directory."""
    (folder / "var").write_text("a file")

    why = refusal(folder / "var")

    assert "cannot be used" in why


def test_cluster_of_another_version_is_refused(folder: Path) -> None:
    """A cluster of another major version is named as such and left alone."""
    cluster = folder / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("16\n")

    why = refusal(folder)

    assert "was made by PostgreSQL 16" in why
    assert [path.name for path in cluster.iterdir()] == ["PG_VERSION"]


def test_folder_that_is_no_cluster_is_refused(folder: Path) -> None:
    """Somebody's other files are not built over."""
    (folder / "postgres").mkdir()
    (folder / "postgres" / "letter.txt").write_text("mine")

    why = refusal(folder)

    assert "is not a PostgreSQL cluster" in why


def test_corrupt_cluster_is_refused_with_the_servers_own_reason(folder: Path) -> None:
    """A cluster that the server cannot read gives the server's reason and the place of its log."""
    (made(folder) / "global" / "pg_control").write_bytes(b"")

    why = refusal(folder)

    assert "does not start" in why
    assert "postgres.log" in why
