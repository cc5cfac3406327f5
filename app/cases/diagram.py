"""The state tables as a document: a diagram for people, and a table of who acts next. Pure."""

from app.cases.states import ACTS, FIRST_STATUS, OWNERS, TRANSITIONS, CaseStatus

_HEAD = """# The life of a case

Generated from `app/cases/states.py` by `python tools/case_states.py`; a test fails when the two differ. Any status may
also become `RESTRICTED`, which is left out of the picture.

`AWAITING_AUTHORITY`: both agencies agree on a disposal that policy blocks or that an authority must allow, and its
agreement is not recorded yet. Recorded, the case goes on to `OPINIONS`, ready for the decision; refused, it goes back.
A prosecutor decides a CPS case from here without it.

Back to `RECEIVED` or `PRE_ASSESSED` leads what can no longer be decided as it stands: what was agreed has become
excluded (a birthday, a time limit, a new fact), its authority refused, or the case went to another area. A new round
of opinions begins at the first level; the opinions of the last are kept.

"""


def document() -> str:
    """Return the page: Mermaid's state diagram, then each status with who must act next and what the timeline says."""
    return f"{_HEAD}```mermaid\n{_diagram()}\n```\n\n{_table()}\n"


def _diagram() -> str:
    first = sorted({f"    [*] --> {status}" for status in FIRST_STATUS.values()})
    moves = [
        f"    {old} --> {new}"
        for old in CaseStatus
        for new in CaseStatus
        if new in TRANSITIONS[old] and new is not CaseStatus.RESTRICTED
    ]
    return "\n".join(["stateDiagram-v2", *first, *moves])


def _table() -> str:
    rows = [f"| `{status}` | {OWNERS[status].capitalize()} | `{ACTS[status]}` |" for status in CaseStatus]
    return "\n".join(["| Status | Who acts next | In the timeline |", "|---|---|---|", *rows])
