"""The part of the story in which a panel draws its sample, and a stranger checks the draw with SHA-256 alone."""

import hashlib

from app.demo.teller import Document, Teller
from app.identity.demo_clients import CAMDEN, ISLINGTON

CHAIR, MEMBER = "demo-scrutiny-chair", "demo-scrutiny-member"
PURPOSE = "SCRUTINY"
_ASKED: Document = {
    "areas": [CAMDEN, ISLINGTON],
    "decidedFrom": "2026-01-01",
    "decidedTo": "2026-11-01",
    "strata": ["DISPOSAL"],
    "size": 10,
    "minimumPerStratum": 1,
    "purpose": "PANEL",
    "members": [MEMBER],
}
_LIKENESS = ("areas", "decidedFrom", "decidedTo", "strata")
_HIDDEN = ("dateOfBirth", "familyName", "givenNames", "reference", "caseId", "citations", '"read"')


def freeze_and_draw(teller: Teller) -> Document:
    """Freeze a frame, draw from it, and check the draw and what is shown; return the frame."""
    teller.heading("8. A scrutiny panel freezes its frame, throws dice in the meeting, and draws.")
    frame = _frozen(teller)
    teller.told(f"{frame['count']} decided cases, frame digest {frame['frameDigest'][:16]}...")
    dice = {"contributions": [{"by": "chair", "value": "4 6 1 3 3 5"}]}
    path = f"/v1/scrutiny/frames/{frame['frameId']}/draw"
    drawn = teller.step(CHAIR, "POST", path, expect=201, purpose=PURPOSE, body=dice).json()
    again = teller.step(CHAIR, "POST", path, expect=409, purpose=PURPOSE, body=dice).json()
    teller.require(again["code"] == "already-drawn", "one frame, one draw")
    _verified(teller, frame, f"/v1/scrutiny/samples/{drawn['sampleId']}/verification")
    _shown(teller, f"/v1/scrutiny/samples/{drawn['sampleId']}/items")
    return frame


def _frozen(teller: Teller) -> Document:
    like = [frame for frame in _frames(teller) if all(frame[name] == _ASKED[name] for name in _LIKENESS)]
    drawn = [frame["frameId"] for frame in like if frame["sampleId"] is not None]
    again = {"redrawOf": drawn[-1], "reason": "The story is told again."} if drawn else {}
    path, body = "/v1/scrutiny/frames", _ASKED | again
    frame: Document = teller.step(CHAIR, "POST", path, expect=201, purpose=PURPOSE, body=body).json()
    return frame


def _frames(teller: Teller) -> list[Document]:
    """Return every frame that was ever frozen, oldest first."""
    frames: list[Document] = []
    cursor = ""
    while True:
        path = f"/v1/scrutiny/frames?limit=200{cursor}"
        page = teller.step(CHAIR, "GET", path, expect=200, purpose=PURPOSE).json()
        frames += page["items"]
        if page["nextCursor"] is None:
            return frames
        cursor = f"&cursor={page['nextCursor']}"


def _verified(teller: Teller, frame: Document, path: str) -> None:
    proof = teller.step(MEMBER, "GET", path, expect=200, purpose=PURPOSE).json()
    told = [*(given["value"] for given in proof["contributions"]), proof["nonce"]]
    committed = _sha256(proof["nonce"]) == frame["nonceCommitment"]
    teller.require(committed, "the nonce is the one committed to before the dice fell")
    teller.require("|".join(told) == proof["seed"], "the seed is what the panel threw, then the nonce")
    frozen = _sha256("".join(f"{one['entry']}\n" for one in sorted(proof["entries"], key=lambda one: one["entry"])))
    teller.require(frozen == frame["frameDigest"] == proof["frameDigest"], "no case came or went after the freeze")
    teller.require(_redrawn(proof) == _drawn(proof), "anybody with sha256sum draws the same cases")


def _redrawn(proof: Document) -> list[str]:
    """Return the entries that the seed draws: in each stratum the smallest tickets."""
    chosen: list[str] = []
    for stratum in proof["allocation"]:
        entries = [one["entry"] for one in proof["entries"] if one["stratum"] == stratum["stratum"]]
        entries.sort(key=lambda entry: _sha256(f"{proof['seed']}|{entry}"))
        chosen += entries[: stratum["size"]]
    return sorted(chosen)


def _drawn(proof: Document) -> list[str]:
    return sorted(one["entry"] for one in proof["drawn"])


def _shown(teller: Teller, path: str) -> None:
    terms = {"version": "1"}
    teller.step(MEMBER, "POST", "/v1/scrutiny/terms-acceptance", expect=201, purpose=PURPOSE, body=terms)
    teller.step("demo-scrutiny-member-2", "GET", path, expect=403, purpose=PURPOSE)
    items = teller.step(MEMBER, "GET", path, expect=200, purpose=PURPOSE)
    for item in items.json()["items"]:
        teller.told(_line(item))
    teller.require(not any(word in items.text for word in _HIDDEN), "no name, birth date or reference is in an item")
    told = all(_has_characteristics(item) for item in items.json()["items"])
    teller.require(told, "every item has its protected characteristics, those that are not known included")


def _line(item: Document) -> str:
    return f"{item['stratum']:<26} {item['ageBand']:<10} {item['offenceGroup']:<28} weight {item['weight']}"


def _has_characteristics(item: Document) -> bool:
    return {"ETHNICITY", "SEX", "DISABILITY"} <= {one["characteristic"] for one in item["characteristics"]}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
