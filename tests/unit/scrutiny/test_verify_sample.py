"""The verifier that a stranger runs: it accepts an honest draw and catches every kind of tampering."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from app.audit import chain, merkle
from app.scrutiny import sampling
from app.scrutiny.manifest import manifest_digest_of, manifest_of
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


def a_verification(frame: list[FrameEntry] | None = None, nonce: str = NONCE) -> dict[str, Any]:
    """Return what the service publishes of an honest draw, from the frame of ten or another."""
    frame = a_frame() if frame is None else frame
    seed = sampling.seed_of(["4 6 1", "heron"], nonce=nonce)
    done = sampling.draw(frame, seed=seed, allocation=SIZES)
    held = sampling.populations_of(frame)
    return {
        "algorithm": sampling.ALGORITHM,
        "nonce": nonce,
        "nonceCommitment": sampling.commitment_of(nonce),
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


def run(
    folder: Path, sample: object, frame: object = None, checkpoint: object = None
) -> subprocess.CompletedProcess[str]:
    """Run the one file as a stranger would: an isolated interpreter that sees no installed package, and its files."""
    words = [sys.executable, "-I", "-S", str(TOOL)]
    for option, content in (("", sample), ("--frame", frame), ("--checkpoint", checkpoint)):
        if content is not None:
            path = folder / f"{option or 'verification'}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            words += [option, str(path)] if option else [str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  (our own file, no shell)


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


@pytest.mark.parametrize("frame", [None, published()])
def test_verifier_accepts_an_honest_draw(tmp_path: Path, frame: dict[str, Any] | None) -> None:
    """Everything holds, with and without what was published at the freeze."""
    done = run(tmp_path, a_verification(), frame)

    assert (done.returncode, "NOT " in done.stdout) == (0, False)


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_verifier_catches_tampering(tmp_path: Path, tamper: Callable[[dict[str, Any]], None]) -> None:
    """No kind of tampering passes, even without what was published at the freeze."""
    sample = a_verification()
    tamper(sample)

    done = run(tmp_path, sample)

    assert (done.returncode, "does NOT verify" in done.stdout) == (1, True)


def without_a_case() -> dict[str, Any]:
    """Leave a case out, and make everything anew without it."""
    return a_verification(a_frame()[1:])


def with_another_case() -> dict[str, Any]:
    """Slip a case in, and make everything anew with it."""
    return a_verification([*a_frame(), FrameEntry("0" * 64, "TRIAGE")])


def with_a_case_relabelled() -> dict[str, Any]:
    """Let two cases change strata, and make everything anew."""
    first, *others, last = a_frame()
    return a_verification([FrameEntry(first.entry, last.stratum), *others, FrameEntry(last.entry, first.stratum)])


def with_another_nonce() -> dict[str, Any]:
    """Try nonces after the dice have fallen until one draws what is wanted, and commit to it afterwards."""
    return a_verification(nonce="the seventeenth")


@pytest.mark.parametrize("made_anew", [without_a_case, with_another_case, with_a_case_relabelled, with_another_nonce])
def test_verifier_catches_what_was_made_anew_after_the_freeze(
    tmp_path: Path, made_anew: Callable[[], dict[str, Any]]
) -> None:
    """A whole that agrees with itself passes alone, but not beside the panel's copy from the freeze."""
    sample = made_anew()

    alone, beside = run(tmp_path, sample), run(tmp_path, sample, published())

    assert (alone.returncode, beside.returncode) == (0, 1)


@pytest.mark.parametrize("name", ["frameDigest", "strataDigest", "nonceCommitment", "algorithm", "allocation", "count"])
def test_verifier_compares_with_what_was_published(tmp_path: Path, name: str) -> None:
    """Each of the things published at the freeze."""
    assert run(tmp_path, a_verification(), published() | {name: "another"}).returncode == 1


@pytest.mark.parametrize("content", [[], {}, {"entries": None}])
def test_verifier_says_so_of_what_it_cannot_read(tmp_path: Path, content: object) -> None:
    """A file that is no verification is neither good nor bad."""
    done = run(tmp_path, content)

    assert (done.returncode, "cannot be read" in done.stderr) == (2, True)


def test_verifier_is_one_file_of_the_standard_library() -> None:
    """It imports nothing that is installed, and nothing that could ask a network."""
    tree = ast.parse(TOOL.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported == {"argparse", "collections", "collections.abc", "hashlib", "json", "pathlib", "sys", "typing"}


def test_verifier_accepts_the_next_reserve(tmp_path: Path) -> None:
    """In the place of a case on which a member could not sit."""
    sample = a_verification()
    sample["replacements"] = [{"entry": sample["reserves"][0]["entry"], "replaces": sample["drawn"][0]["entry"]}]

    assert run(tmp_path, sample).returncode == 0


# ── the frame in the log ─────────────────────────────────────────────────────

FROZEN_AT = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)


def an_anchored_verification(place: int = 3, size: int = 7) -> dict[str, Any]:
    """Return what the service publishes of an honest draw whose freeze stands in the log."""
    sample = a_verification() | {"frameId": "the frame"}
    manifest = manifest_of(
        dict.fromkeys(("areas", "filters", "strata", "size", "minimum_per_stratum", "k", "purpose", "grouping"), "Wörd")
        | dict.fromkeys(("members", "redraw_of", "reason", "frozen_by"))
        | {"frame_id": "the frame", "count": 10, "exclusions": [], "frozen_at": FROZEN_AT}
        | {"decided_from": FROZEN_AT.date(), "decided_to": FROZEN_AT.date()}
        | {"algorithm": sample["algorithm"], "allocation": sample["allocation"]}
        | {"frame_digest": sample["frameDigest"], "strata_digest": sample["strataDigest"]}
        | {"nonce_commitment": sample["nonceCommitment"]}
    )
    row = dict.fromkeys(chain.COLUMNS.values()) | {"act": "scrutiny.frame-frozen", "subject_id": "the frame"}
    entry = chain.document(row | {"occurred_at": FROZEN_AT, "evidence": manifest_digest_of(manifest)})
    leaves = [merkle.leaf(bytes([other])) for other in range(size)]
    leaves[place - 1] = merkle.leaf(bytes.fromhex(chain.digest(entry)))
    root = merkle.root(leaves).hex()
    anchor = {
        "entry": entry,
        "seq": place,
        "digest": chain.digest(entry),
        "size": size,
        "root": root,
        "path": [step.hex() for step in merkle.inclusion(leaves, place - 1)],
        "checkpoint": {"size": size, "root": root, "head": "0" * 64, "keyId": "key", "signature": "…"},
    }
    return sample | {"manifest": manifest, "manifestDigest": manifest_digest_of(manifest), "anchor": anchor}


@pytest.mark.parametrize(("place", "size"), [(1, 1), (1, 2), (3, 7), (7, 7), (8, 8), (5, 13)])
def test_verifier_follows_a_freeze_to_the_signed_root(tmp_path: Path, place: int, size: int) -> None:
    """Wherever it stands in a log of whatever size, with what the witness has kept."""
    sample = an_anchored_verification(place, size)

    done = run(tmp_path, sample, published(), sample["anchor"]["checkpoint"])

    assert (done.returncode, "NOT " in done.stdout, "note " in done.stdout) == (0, False, False)


@pytest.mark.parametrize(
    "place",
    [
        ("manifest", "reason"),
        ("manifest", "frameDigest"),
        ("manifest", "strataDigest"),
        ("manifest", "nonceCommitment"),
        ("manifest", "allocation"),
        ("manifest", "count"),
        ("manifestDigest",),
        ("frameId",),
        ("anchor", "entry", "evidence"),
        ("anchor", "entry", "userName"),
        ("anchor", "entry", "occurredAt"),
        ("anchor", "entry", "subjectId"),
        ("anchor", "digest"),
        ("anchor", "path"),
        ("anchor", "root"),
        ("anchor", "seq"),
        ("anchor", "checkpoint", "root"),
        ("anchor", "checkpoint", "size"),
    ],
)
def test_verifier_catches_a_freeze_that_does_not_lead_to_the_log(tmp_path: Path, place: tuple[str, ...]) -> None:
    """Whatever is changed between the manifest and what the witness has kept."""
    sample = an_anchored_verification()
    witness = dict(sample["anchor"]["checkpoint"])
    *way, last = place
    within = reduce(getitem, way, sample)
    within[last] = {"path": [], "seq": 4, "count": 11, "size": 8, "digest": "0" * 64}.get(last, "another")

    done = run(tmp_path, sample, None, witness)

    assert (done.returncode, "does NOT verify" in done.stdout) == (1, True)


def test_verifier_wants_the_log_where_a_witness_is_given(tmp_path: Path) -> None:
    """A verification that tells no place in the log is good alone, with a note, and not beside a checkpoint."""
    sample = an_anchored_verification()
    witness = sample["anchor"]["checkpoint"]

    alone = run(tmp_path, sample | {"anchor": None})
    beside = run(tmp_path, sample | {"anchor": None}, None, witness)

    assert (alone.returncode, "note " in alone.stdout, beside.returncode) == (0, True, 1)
