"""What two opinions come to: every pair of disposals, and silence."""

from itertools import product

import pytest

from app.decisions.joint import JointStanding, Opinion, combine, dissent
from app.law.model import DisposalCode


def _opinion(agency: str, disposal: str, level: int = 1) -> Opinion:
    return Opinion(agency=agency, level=level, disposal=disposal, user_name="somebody", rationale="because")


@pytest.mark.parametrize(("police", "yjs"), list(product([None, *DisposalCode], repeat=2)))
def test_two_opinions_agree_or_conflict(police: DisposalCode | None, yjs: DisposalCode | None) -> None:
    """The same disposal is agreement, another is conflict, and silence is neither."""
    standing = combine(police and _opinion("POLICE", police), yjs and _opinion("YJS", yjs))

    if police is None or yjs is None:
        assert standing is JointStanding.INCOMPLETE
    else:
        assert standing is (JointStanding.AGREED if police == yjs else JointStanding.CONFLICTED)


def test_dissent_keeps_every_level() -> None:
    """Whoever held another view at any level dissents; nobody who agrees does."""
    police, yjs, manager = _opinion("POLICE", "CHARGE"), _opinion("YJS", "TRIAGE"), _opinion("POLICE", "TRIAGE", 2)

    assert dissent((police, yjs, manager), "TRIAGE") == (police,)
