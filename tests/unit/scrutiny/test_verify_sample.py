"""The verifier that a stranger runs: it accepts an honest draw and catches every kind of tampering."""

from __future__ import annotations

import copy
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.scrutiny import sampling
from app.scrutiny.sampling import FrameEntry

TOOL = Path(__file__).parents[3] / "tools" / "verify_sample.py"
NONCE = "a nonce"
SIZES = {"OUTCOME_22": 3, "TRIAGE": 2}


def a_frame() -> list[FrameEntry]:
    """Return ten cases in two strata."""
    names = ["TRIAGE"] * 4 + ["OUTCOME_22"] * 6
    return [
        FrameEntry(sampling.entry_of(f"case {number}", salt="salt"), stratum) for number, stratum in enumerate(names)
    ]


def a_verification() -> dict[str, Any]:
    """Return what the service publishes of an honest draw."""
    frame = a_frame()
    seed = sampling.seed_of(["4 6 1", "heron"], nonce=NONCE)
    done = sampling.draw(frame, seed=seed, allocation=SIZES)
    held = sampling.populations_of(frame)
    return {
        "algorithm": sampling.ALGORITHM,
        "nonce": NONCE,
        "nonceCommitment": sampling.commitment_of(NONCE),
        "contributions": [{"by": "chair", "value": "4 6 1"}, {"by": "member", "value": "heron"}],
        "seed": seed,
        "frameDigest": sampling.frame_digest_of(item.entry for item in frame),
        "strataDigest": sampling.strata_digest_of(frame),
        "entries": [{"entry": item.entry, "stratum": item.stratum} for item in frame],
        "allocation": [{"stratum": s, "population": held[s], "size": size} for s, size in SIZES.items()],
        "drawn": [{"entry": t.entry, "ticket": t.ticket, "stratum": t.stratum} for t in done.drawn],
        "reserves": [{"entry": t.entry, "ticket": t.ticket, "stratum": t.stratum} for t in done.reserves],
    }


def published() -> dict[str, Any]:
    """Return what was published at the freeze."""
    known = ("algorithm", "nonceCommitment", "frameDigest", "strataDigest", "allocation")
    return {name: value for name, value in a_verification().items() if name in known} | {"count": 10}


def holds(sample: dict[str, Any], frame: dict[str, Any] | None = None) -> bool:
    """Return whether every check of the tool holds."""
    checks = runpy.run_path(str(TOOL))["checks"]
    return all(held for _, held in checks(sample, frame))


def remove_a_case(sample: dict[str, Any]) -> None:
    """Take one case out of the frame."""
    sample["entries"].pop()


def add_a_case(sample: dict[str, Any]) -> None:
    """Slip one more case into the frame."""
    sample["entries"].append({"entry": "0" * 64, "stratum": "TRIAGE"})


def swap_two_labels(sample: dict[str, Any]) -> None:
    """Move two cases into each other's stratum, so that the counts stay."""
    first, last = sample["entries"][0], sample["entries"][-1]
    first["stratum"], last["stratum"] = last["stratum"], first["stratum"]


def change_the_seed(sample: dict[str, Any]) -> None:
    """Draw by other dice than were thrown."""
    sample["seed"] = sample["seed"].replace("4 6 1", "4 6 2")


def change_the_nonce(sample: dict[str, Any]) -> None:
    """Choose another nonce after seeing the dice, and draw by it."""
    sample["nonce"] = "another"
    sample["seed"] = "4 6 1|heron|another"


def change_a_contribution(sample: dict[str, Any]) -> None:
    """Say that somebody said something else."""
    sample["contributions"][1]["value"] = "grebe"


def swap_a_reserve(sample: dict[str, Any]) -> None:
    """Put a reserve in the place of a case drawn."""
    sample["drawn"][0], sample["reserves"][0] = sample["reserves"][0], sample["drawn"][0]


def reorder_the_reserves(sample: dict[str, Any]) -> None:
    """Choose which reserve comes next."""
    sample["reserves"].reverse()


def draw_from_outside(sample: dict[str, Any]) -> None:
    """Draw a case of a stratum that is not there."""
    sample["drawn"].append({"entry": "0" * 64, "ticket": "0" * 64, "stratum": "YOUTH_CAUTION"})


def choose_the_reserve(sample: dict[str, Any]) -> None:
    """Let a reserve of one's choice, not the next, take a place."""
    sample["replacements"] = [{"entry": sample["reserves"][1]["entry"], "replaces": sample["drawn"][0]["entry"]}]


def repeat_a_case(sample: dict[str, Any]) -> None:
    """Give a case two chances."""
    sample["entries"].append(sample["entries"][0])


TAMPERINGS = [
    remove_a_case,
    add_a_case,
    swap_two_labels,
    change_the_seed,
    change_the_nonce,
    change_a_contribution,
    swap_a_reserve,
    reorder_the_reserves,
    draw_from_outside,
    repeat_a_case,
    choose_the_reserve,
]


def test_verifier_accepts_an_honest_draw() -> None:
    """Everything holds, with and without what was published at the freeze."""
    assert holds(a_verification())
    assert holds(a_verification(), published())


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_verifier_catches_tampering(tamper: Callable[[dict[str, Any]], None]) -> None:
    """No kind of tampering passes."""
    sample = a_verification()
    tamper(sample)

    assert not holds(sample)


@pytest.mark.parametrize("name", ["frameDigest", "strataDigest", "nonceCommitment", "algorithm", "allocation", "count"])
def test_verifier_compares_with_what_was_published(name: str) -> None:
    """A whole frame made anew agrees with itself, but not with the panel's copy from the freeze."""
    frame = copy.deepcopy(published()) | {name: "another"}

    assert not holds(a_verification(), frame)


@pytest.mark.parametrize(("content", "status"), [("honest", 0), ("tampered", 1), ("unreadable", 2)])
def test_verifier_runs_alone(tmp_path: Path, content: str, status: int) -> None:
    """As one file, in an isolated interpreter that sees no installed package, with an exit status to rely on."""
    sample = a_verification()
    if content == "tampered":
        swap_a_reserve(sample)
    file = tmp_path / "verification.json"
    file.write_text("[]" if content == "unreadable" else json.dumps(sample), encoding="utf-8")

    done = subprocess.run(  # noqa: S603  (our own file, no shell)
        [sys.executable, "-I", "-S", str(TOOL), str(file)], capture_output=True, text=True, check=False
    )

    assert done.returncode == status


def test_verifier_accepts_the_next_reserve() -> None:
    """In the place of a case on which a member could not sit."""
    sample = a_verification()
    sample["replacements"] = [{"entry": sample["reserves"][0]["entry"], "replaces": sample["drawn"][0]["entry"]}]

    assert holds(sample)
