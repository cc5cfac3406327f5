r"""Checks a scrutiny sample without the service that drew it: one file, the standard library, no network.

    python verify_sample.py verification.json [--frame frame.json] [--checkpoint checkpoint.json]

`verification.json` is the answer of `GET /v1/scrutiny/samples/{id}/verification`; `frame.json` what was published when
the frame was frozen (the answer of `POST /v1/scrutiny/frames`), kept since by somebody of the panel. With the second
file it is also shown that nothing changed between the freeze and the draw; without it, only that the draw agrees with
itself.

`checkpoint.json` is a signed checkpoint of the service's log, made after the freeze and kept by a witness. With it,
it is shown that the frame is the one whose digest stood in the log when that was signed, whoever has changed the
database since: the frame's manifest is hashed, its digest is that of the log's entry, and the entry leads to the root
that was signed. (The signature itself is checked by `verify_audit.py`, which needs more than the standard library.)

Prints a line for each check and exits 0 if all hold, 1 if one does not, 2 if a file cannot be read.

The same by hand, for one entry (no line feed at the end of what is hashed, hence printf):

    printf '%s' "$nonce" | sha256sum                     is the nonceCommitment
    printf '%s\n' $entries | LC_ALL=C sort | sha256sum   is the frameDigest
    printf '%s' "$seed|$entry" | sha256sum               is the ticket; the smallest of each stratum are drawn
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ALGORITHM = "sha256-ticket/1"
PUBLISHED_AT_THE_FREEZE = ("frameDigest", "strataDigest", "nonceCommitment", "algorithm", "allocation")
FROZEN = "scrutiny.frame-frozen"
SIGNED = ("size", "root", "head", "keyId")

Check = tuple[str, bool]
Json = dict[str, Any]


def digest(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def ticket(seed: str, entry: str) -> str:
    """Return the ticket that a seed gives an entry."""
    return digest(f"{seed}|{entry}")


def canonical(value: Json) -> str:
    """Return canonical JSON (RFC 8785) of an object of text, whole numbers, lists and nulls."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def checks(sample: Json, frame: Json | None, checkpoint: Json | None = None) -> Iterator[Check]:
    """Yield every check, in words, with whether it holds."""
    yield "the algorithm is one that this file knows", sample["algorithm"] == ALGORITHM
    yield from frame_checks(sample)
    yield from seed_checks(sample)
    yield from draw_checks(sample)
    if "manifest" in sample:
        yield from manifest_checks(sample)
    if sample.get("anchor") is not None:
        yield from anchor_checks(sample, sample["anchor"])
    if checkpoint is not None:
        yield from checkpoint_checks(sample.get("anchor"), checkpoint)
    if frame is not None:
        for name in PUBLISHED_AT_THE_FREEZE:
            yield f"{name} is what was published at the freeze", sample.get(name) == frame.get(name)
        yield "the frame has as many cases as were published", len(sample["entries"]) == frame["count"]


def frame_checks(sample: Json) -> Iterator[Check]:
    """Check that the entries are those of the digest, each once, and each in its stratum."""
    entries = [item["entry"] for item in sample["entries"]]
    lines = sorted(f"{item['entry']}|{item['stratum']}\n" for item in sample["entries"])
    held = Counter(item["stratum"] for item in sample["entries"])
    yield "no entry stands twice", len(set(entries)) == len(entries)
    yield (
        "the entries give the frame digest",
        digest("".join(f"{e}\n" for e in sorted(entries))) == sample["frameDigest"],
    )
    yield "the strata give the strata digest", digest("".join(lines)) == sample["strataDigest"]
    yield (
        "each stratum holds as many as stated",
        held == {row["stratum"]: row["population"] for row in sample["allocation"]},
    )


def seed_checks(sample: Json) -> Iterator[Check]:
    """Check that the seed is what the panel gave, then the nonce that the service had committed itself to."""
    spoken = [given["value"] for given in sample["contributions"]]
    yield "the nonce is the one committed to", digest(sample["nonce"]) == sample["nonceCommitment"]
    yield "the seed is the contributions, then the nonce", sample["seed"] == "|".join([*spoken, sample["nonce"]])


def manifest_checks(sample: Json) -> Iterator[Check]:
    """Check that the manifest is the one of its digest, and says of the frame what the draw went by."""
    manifest = sample["manifest"]
    yield "the manifest gives its digest", digest(canonical(manifest)) == sample["manifestDigest"]
    yield "the manifest is this frame's", manifest["frameId"] == sample["frameId"]
    yield "the manifest counts the entries", manifest["count"] == len(sample["entries"])
    for name in PUBLISHED_AT_THE_FREEZE:
        yield f"{name} is that of the manifest", manifest[name] == sample[name]


def anchor_checks(sample: Json, anchor: Json) -> Iterator[Check]:
    """Check that an entry of the log holds the manifest's digest, and that the entry leads to the root."""
    entry = anchor["entry"]
    yield "the log's entry is of this freeze", (entry["act"], entry["subjectId"]) == (FROZEN, sample["frameId"])
    yield "the log's entry holds the manifest's digest", entry.get("evidence") == sample["manifestDigest"]
    yield "the log's entry is of the instant of the freeze", entry["occurredAt"] == sample["manifest"]["frozenAt"]
    yield "the log's entry is what was sealed", digest(canonical(entry)) == anchor["digest"]
    yield "the entry leads to the root of the log", leads_to_root(anchor)


def leads_to_root(anchor: Json) -> bool:
    """Return whether the path leads from the entry to the root (RFC 9162, section 2.1.3.2)."""
    place, last = anchor["seq"] - 1, anchor["size"] - 1
    top = node(b"\x00" + bytes.fromhex(anchor["digest"]))
    for step in (bytes.fromhex(one) for one in anchor["path"]):
        if last == 0:
            return False
        if place % 2 or place == last:
            top = node(b"\x01" + step + top)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            top = node(b"\x01" + top + step)
        place, last = place >> 1, last >> 1
    return last == 0 and top.hex() == anchor["root"]


def node(raw: bytes) -> bytes:
    """Return the SHA-256 of a node of the tree."""
    return hashlib.sha256(raw).digest()


def checkpoint_checks(anchor: Json | None, kept: Json) -> Iterator[Check]:
    """Check that the root is the one of the checkpoint that a witness has kept."""
    told = None if anchor is None else anchor["checkpoint"]
    yield "the freeze stands in a log that is signed", told is not None
    if anchor is None or told is None:
        return
    yield "the root is the one that was signed", (told["size"], told["root"]) == (anchor["size"], anchor["root"])
    for name in SIGNED:
        yield f"the checkpoint's {name} is what the witness has kept", told[name] == kept[name]


def draw_checks(sample: Json) -> Iterator[Check]:
    """Check that the smallest tickets of each stratum are drawn, and that the next are its reserves, in order."""
    for row in sample["allocation"]:
        name, size = row["stratum"], row["size"]
        tickets = sorted((ticket(sample["seed"], item["entry"]), item["entry"]) for item in of(sample["entries"], name))
        yield f"the smallest {size} tickets of {name} are drawn", pairs(of(sample["drawn"], name)) == tickets[:size]
        yield f"the next tickets of {name} are its reserves", pairs(of(sample["reserves"], name)) == tickets[size:]
        reserves = [entry for _, entry in tickets[size:]]
        came = [one["entry"] for one in sample.get("replacements", []) if one["entry"] not in of_other(sample, name)]
        yield f"whoever took a place in {name} was the next reserve", came == reserves[: len(came)]
    strata = {row["stratum"] for row in sample["allocation"]}
    everything = sample["drawn"] + sample["reserves"]
    yield "nothing is drawn from outside the strata", {item["stratum"] for item in everything} <= strata


def of(items: list[Json], stratum: str) -> list[Json]:
    """Return the items of a stratum, in the order given."""
    return [item for item in items if item["stratum"] == stratum]


def of_other(sample: Json, stratum: str) -> set[str]:
    """Return the entries of the other strata."""
    return {item["entry"] for item in sample["entries"] if item["stratum"] != stratum}


def pairs(items: list[Json]) -> list[tuple[str, str]]:
    """Return tickets with their entries, in the order given."""
    return [(item["ticket"], item["entry"]) for item in items]


def main(arguments: list[str] | None = None) -> int:
    """Read the files, print every check, and return the exit status."""
    parser = argparse.ArgumentParser(description="Checks a scrutiny sample without the service that drew it.")
    parser.add_argument("verification", type=Path, help="the answer of GET /v1/scrutiny/samples/{id}/verification")
    parser.add_argument("--frame", type=Path, help="what was published at the freeze")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint of the log that a witness has kept")
    chosen = parser.parse_args(arguments)
    try:
        sample = json.loads(chosen.verification.read_text(encoding="utf-8"))
        frame = json.loads(chosen.frame.read_text(encoding="utf-8")) if chosen.frame else None
        kept = json.loads(chosen.checkpoint.read_text(encoding="utf-8")) if chosen.checkpoint else None
        done = list(checks(sample, frame, kept))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        print(f"cannot be read: {type(fault).__name__}", file=sys.stderr)
        return 2
    for words, holds in done:
        print(f"{'ok  ' if holds else 'NOT '} {words}")
    if sample.get("anchor") is None:
        print("note The frame's place in the log was not told: ask again when the log is sealed, in some seconds.")
    good = all(holds for _, holds in done)
    print("The sample is the one that the published frame and seed give." if good else "The sample does NOT verify.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
