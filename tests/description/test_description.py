"""The description at `/openapi.json` is true: what it allows is answered as it says, and nothing else is taken.

Schemathesis makes requests from the description alone, good and bad, follows its links from one answer to the next, and
holds every answer against it, with every check that it has. It calls the real service over HTTP, with real tokens.
"""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.identity.demo_clients import DEMO_CLIENTS
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("schemathesis")
SETTINGS = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def service(app: Any) -> Iterator[str]:
    """Serve the application from a thread of its own, and return its address."""
    started, address, stop = threading.Event(), [], asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serving(app) as base_url:
            address.append(base_url)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert started.wait(60)
    yield address[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(60)
    loop.close()


def require_true(base_url: str, tmp_path: Path, *words: str, calls_as: str | None = None) -> None:
    """Run Schemathesis with every check; fail with what it found, if anything."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} | ({"OOCD_CALLS_AS": calls_as} if calls_as else {})
    command = [COMMAND, "--config-file", SETTINGS, "run", f"{base_url}/openapi.json", *words]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        pytest.fail(f"{done.stdout}{done.stderr}"[-20_000:], pytrace=False)


LIFE_OF_A_CASE = ("--include-path-regex", r"^/v1/(referrals$|referrals/\{|cases/\{|advice/\{)")


def test_description_is_true(service: str, tmp_path: Path) -> None:
    """A few requests for every operation, and short walks along the links of a case."""
    require_true(service, tmp_path, "--phases", "fuzzing", "--max-examples", "1")
    require_true(service, tmp_path, "--phases", "stateful", "--max-examples", "15", *LIFE_OF_A_CASE)


@pytest.mark.deep
def test_description_is_true_to_its_edges(service: str, tmp_path: Path) -> None:
    """Every boundary of every parameter and body, many requests, and long walks along the links."""
    require_true(service, tmp_path, "--phases", "coverage,fuzzing,stateful", "--max-examples", "30")
    require_true(service, tmp_path, "--phases", "stateful", "--max-examples", "200", *LIFE_OF_A_CASE)


@pytest.mark.deep
@pytest.mark.parametrize("client", DEMO_CLIENTS)
def test_description_is_true_for_every_role(service: str, tmp_path: Path, client: str) -> None:
    """Whoever calls, with a token of its own wherever it is let in and with none elsewhere."""
    require_true(service, tmp_path, "--phases", "fuzzing,stateful", "--max-examples", "3", calls_as=client)
