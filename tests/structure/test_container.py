"""The container: not as root, without build tools, with a health check that asks what the service answers."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
FINAL = DOCKERFILE.rpartition("\nFROM ")[2]


def _copied(stage: str) -> list[str]:
    return re.findall(r"^COPY (?!--from)(\S+) ", stage, re.MULTILINE)


def test_image_runs_as_nobody_in_particular() -> None:
    """A number, so that an orchestrator can see that it is not root."""
    users = re.findall(r"^USER (\S+)$", FINAL, re.MULTILINE)

    assert users
    assert int(users[-1]) > 0


def test_final_stage_installs_nothing() -> None:
    """Packages come from the stage before, by the hashed lock."""
    assert "pip" not in FINAL
    assert "apt" not in FINAL
    assert "--require-hashes" in DOCKERFILE


def test_image_holds_the_bytecode_of_the_service() -> None:
    """Whoever runs it can write none, and would compile everything in each start."""
    before, _, after = FINAL.partition("RUN python -m compileall -q app")

    assert "COPY app ./app" in before
    assert "USER" in after


def test_what_is_copied_exists_and_is_sent_to_be_built() -> None:
    """All else, data and settings among it, stays outside."""
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}

    copied = {name.rstrip("/") for name in _copied(DOCKERFILE)}

    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert rules[1] == "*"


@pytest.mark.anyio
async def test_health_check_asks_what_is_served(client: Any) -> None:
    """The path in the image answers."""
    (path,) = re.findall(r"PORT\\\"\]\}(/[a-z/]+)'", FINAL)

    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("part", ["database", "service"])
def test_compose_offers_nothing_beyond_this_machine(part: str) -> None:
    """Local mode is for this machine; the database is for the service."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]

    assert all(port.startswith("127.0.0.1:") for port in services[part].get("ports", []))
