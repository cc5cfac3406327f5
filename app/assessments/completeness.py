"""What a pre-assessment lacks, who could supply it, what does not go together, and who should look again. Pure.

Inspectors found risks gathered and not analysed: a level without nature, context, imminence, likelihood, impact and
who is at risk does not count as complete. Nor does one that a manager should have countersigned and did not; when one
should is the local protocol's to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.cases.fact_owners import owner_of_fact
from app.law.model import DisposalCode
from app.law.protocol import Countersign, CountersignWhen, Protocol

Document = dict[str, object]

CHILD, PARENT, VICTIM, YJS, YJS_MANAGER = "CHILD", "PARENT_CARER", "VICTIM", "YJS", "YJS_MANAGER"
_YJS_AND_POLICE = "YJS_AND_POLICE"

_WANTED: tuple[tuple[str, str], ...] = (
    ("/childVoice", CHILD),
    ("/parentCarerVoice", PARENT),
    ("/victimVoice", VICTIM),
    ("/safety/level", YJS),
    ("/safety/nature", YJS),
    ("/safety/context", YJS),
    ("/safety/imminence", YJS),
    ("/safety/likelihood", YJS),
    ("/riskToOthers/level", _YJS_AND_POLICE),
    ("/riskToOthers/nature", _YJS_AND_POLICE),
    ("/riskToOthers/context", _YJS_AND_POLICE),
    ("/riskToOthers/imminence", _YJS_AND_POLICE),
    ("/riskToOthers/likelihood", _YJS_AND_POLICE),
    ("/riskToOthers/impact", _YJS_AND_POLICE),
    ("/riskToOthers/toWhom", _YJS_AND_POLICE),
    ("/circumstances", YJS),
    ("/strengths", CHILD),
    ("/structuralBarriers", YJS),
    ("/engagement/level", YJS),
    ("/proposal/disposal", YJS),
)


@dataclass(frozen=True)
class Report:
    """What a pre-assessment lacks, with who could supply it; what does not go together; why a manager looks again."""

    missing: tuple[tuple[str, str], ...]
    contradictions: tuple["Contradiction", ...]
    countersign_because: tuple[str, ...]


def report_on(document: Document, facts: Document, protocol: Protocol) -> Report:
    """Hold a pre-assessment against the facts of its case and the local protocol; complete is what lacks nothing."""
    found = contradictions(document, facts, _tool(document, protocol))
    because = asks_countersignature(document, found, protocol.countersign)
    unsigned = because and _at(document, "/countersignedBy") is None
    signature = (("/countersignedBy", YJS_MANAGER),) if unsigned else ()
    return Report((*missing_parts(document), *_wanted_by(facts, document), *signature), found, because)


def _tool(document: Document, protocol: Protocol) -> str | None:
    """Return the tool that the protocol names for the disposal that is proposed, or None (CFG-20)."""
    proposed = _at(document, "/proposal/disposal")
    return None if proposed is None else protocol.assessment_tool.get(DisposalCode(str(proposed)))


def missing_parts(document: Document) -> tuple[tuple[str, str], ...]:
    """Return the JSON pointers of the parts that every pre-assessment has and this lacks, each with who could say."""
    return tuple((pointer, who) for pointer, who in _WANTED if _at(document, pointer) is None)


def _wanted_by(facts: Document, document: Document) -> Iterator[tuple[str, str]]:
    """Yield the parts that the facts ask for: a need or a harm that is established is looked at, and written up."""
    if _at(facts, "/child/communicationNeed") == "IDENTIFIED" and _at(document, "/send") is None:
        yield "/send", YJS
    if _exploited(facts) and _at(document, "/exploitation") is None:
        yield "/exploitation", YJS
    if _in_care(facts) and _at(document, "/care") is None:
        yield "/care", YJS


def missing_facts(facts: Document) -> tuple[tuple[str, str], ...]:
    """Return the JSON pointers of the facts that nobody has established, each with the agency that could."""
    offences = facts["offences"]
    count = len(offences) if isinstance(offences, list) else 0
    of_offences = (f"/offences/{index}{part}" for index in range(count) for part in _OF_OFFENCE)
    wanted = (*_OF_CASE, *of_offences)
    return tuple((pointer, owner_of_fact(pointer)) for pointer in wanted if _at(facts, pointer) in _NOT_KNOWN)


_OF_CASE = (
    "/child/careStatus",
    "/child/communicationNeed",
    "/child/exploitation/indicated",
    "/child/exploitation/nrm",
    "/victims",
    "/history",
)
_OF_OFFENCE = ("/evidence", "/response/kind", "/circumstances")
_NOT_KNOWN = (None, "UNKNOWN", "NOT_ASSESSED", "NOT_ASKED", "NOT_SCREENED")


# ── what does not go together ────────────────────────────────────────────────


@dataclass(frozen=True)
class Contradiction:
    """Two statements that do not go together: a code, where the two stand, and a sentence."""

    code: str
    pointers: tuple[str, ...]
    says: str


def contradictions(document: Document, facts: Document, tool: str | None) -> tuple[Contradiction, ...]:
    """Return what a pre-assessment says against the facts, or against the tool that the protocol names."""
    return tuple(_contradictions(document, facts, tool))


def _contradictions(document: Document, facts: Document, tool: str | None) -> Iterator[Contradiction]:
    low = "LOW"
    if _exploited(facts) and _at(document, "/safety/level") == low:
        says = "Exploitation is indicated, and the child's safety is no concern: one of the two needs another look."
        yield Contradiction("EXPLOITATION_AND_LOW_CONCERN", ("/safety/level", "/facts/child/exploitation"), says)
    if _weapon(facts) and _at(document, "/riskToOthers/level") == low:
        says = "A weapon was used or threatened, and the risk to others is low: one of the two needs another look."
        yield Contradiction("WEAPON_AND_LOW_RISK", ("/riskToOthers/level", "/facts/offences"), says)
    if tool is not None and _at(document, "/tool") != tool:
        says = "The local protocol names another tool for the disposal that is proposed."
        yield Contradiction("OTHER_TOOL", ("/tool", "/proposal/disposal"), says)


_IN_NRM = ("REFERRED", "REASONABLE_GROUNDS", "CONCLUSIVE_GROUNDS")


def _exploited(facts: Document) -> bool:
    return _at(facts, "/child/exploitation/indicated") == "YES" or _at(facts, "/child/exploitation/nrm") in _IN_NRM


def _in_care(facts: Document) -> bool:
    return _at(facts, "/child/careStatus") == "LOOKED_AFTER" or _flagged(facts, "CARE_PLACEMENT")


def _weapon(facts: Document) -> bool:
    return _flagged(facts, "WEAPON_USED_OR_THREATENED")


def _flagged(facts: Document, flag: str) -> bool:
    offences = facts["offences"]
    flags = [_at(one, "/circumstances") for one in offences] if isinstance(offences, list) else []
    return any(flag in one for one in flags if isinstance(one, list))


# ── who should look again ────────────────────────────────────────────────────


def asks_countersignature(document: Document, found: tuple[Contradiction, ...], asked: Countersign) -> tuple[str, ...]:
    """Return why the local protocol asks a manager to countersign; empty where it does not."""
    because: list[str] = [ALWAYS] if CountersignWhen.ALWAYS in asked.when else []
    if _at(document, "/proposal/disposal") in asked.disposals:
        because.append("/proposal/disposal")
    if CountersignWhen.HIGH_LEVEL in asked.when:
        because += [pointer for pointer in _LEVELS if _at(document, pointer) in _HIGH]
    if CountersignWhen.CONTRADICTION in asked.when:
        because += [one.code for one in found]
    return tuple(because)


ALWAYS = "LOCAL_PROTOCOL"
_LEVELS = ("/safety/level", "/riskToOthers/level")
_HIGH = ("HIGH", "VERY_HIGH")


# ── facts apart from assessments ─────────────────────────────────────────────

_ACCOUNTS = frozenset({"childVoice", "parentCarerVoice", "victimVoice"})
_FACTS = frozenset({"factUpdates"})
_ABOUT = frozenset({"tool", "sources", "countersignedBy"})


def basis_of(document: Document) -> dict[str, str]:
    """Return what each part of a pre-assessment is: somebody's ACCOUNT, an established FACT, or an ASSESSMENT."""
    told = {}
    for name in document:
        if name not in _ABOUT:
            told[f"/{name}"] = "ACCOUNT" if name in _ACCOUNTS else "FACT" if name in _FACTS else "ASSESSMENT"
    return told


def _at(document: object, pointer: str) -> object:
    for name in pointer.split("/")[1:]:
        if isinstance(document, list):
            document = document[int(name)]
        else:
            document = document.get(name) if isinstance(document, dict) else None
    return document
