"""What a pre-assessment lacks, and who could supply it. Pure.

Inspectors found risks gathered and not analysed: a level without nature, context, imminence, likelihood, impact and
who is at risk does not count as complete.
"""

CHILD, PARENT, VICTIM, YJS = "CHILD", "PARENT_CARER", "VICTIM", "YJS"
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


def missing_parts(document: dict[str, object]) -> tuple[tuple[str, str], ...]:
    """Return the JSON pointers of the parts that a pre-assessment lacks, each with who could supply it."""
    return tuple((pointer, who) for pointer, who in _WANTED if _at(document, pointer) is None)


def _at(document: object, pointer: str) -> object:
    for name in pointer.split("/")[1:]:
        document = document.get(name) if isinstance(document, dict) else None
    return document
