"""A durable database and processes of the service, which a test may kill and start again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil

from app.launch.bootstrap import prepare_embedded
from app.launch.embedded import EmbeddedServer, embedded_postgres
from app.launch.migrate import upgrade_in_subprocess
from app.launch.urls import DatabaseUrls, text_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; a bound for a machine that is busy, not an expectation


def free_port() -> int:
    """Find a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A PostgreSQL that writes through to the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._server: EmbeddedServer | None = None

    def start(self) -> EmbeddedServer:
        """Start it, with whatever recovery it needs."""
        self._server = self._stack.enter_context(embedded_postgres(self._folder))
        return self._server

    def kill(self) -> None:
        """End every process of it at once, by force."""
        assert self._server is not None
        postmaster = psutil.Process(self._server.pid)
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes[1:], PATIENCE)

    def stop(self) -> None:
        """End it in order, or clear up after it was killed."""
        self._stack.close()


class Worker:
    """One process of the service; it keeps its port when it is started again."""

    def __init__(self, folder: Path, database: str, port: int) -> None:
        settings = {"DATABASE_URL": database, "DATA_DIR": str(folder), "PORT": str(port)}
        known = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "OOCD_ISSUER": "http://127.0.0.1:8000",
        }
        self._environment = known | settings | {"OOCD_AUDIT_SEAL_SECONDS": "0.5"}
        self._output = folder / f"worker-{port}.txt"
        self.base_url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self._output.open("a") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.worker"], cwd=ROOT, env=self._environment, stdout=file, stderr=file
            )
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            assert self.process.poll() is None, self._output.read_text()[-5000:]
            assert time.monotonic() < deadline, "it never became ready"
            time.sleep(0.05)

    def end(self, by: signal.Signals) -> int:
        """Send a signal, and return the exit code."""
        assert self.process is not None
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/health/readiness", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


class Estate:
    """A database, its two roles, and a process of the service or two."""

    def __init__(self, folder: Path, cluster: Cluster, urls: DatabaseUrls, workers: int) -> None:
        self.folder = folder
        self.cluster = cluster
        self.urls = urls
        self.workers = [Worker(folder, text_of(urls.app), free_port()) for _ in range(workers)]

    def end(self) -> None:
        """End everything."""
        for worker in self.workers:
            if worker.process is not None and worker.process.poll() is None:
                worker.end(signal.SIGKILL)
        self.cluster.stop()


@contextmanager
def estate(folder: Path, *, workers: int = 1) -> Iterator[Estate]:
    """Start a database with its schema and processes of the service; nothing outlives the block."""
    cluster = Cluster(folder)
    urls = asyncio.run(prepare_embedded(cluster.start().url()))
    upgrade_in_subprocess(urls.owner)
    it = Estate(folder, cluster, urls, workers)
    try:
        for worker in it.workers:
            worker.start()
        yield it
    finally:
        it.end()
