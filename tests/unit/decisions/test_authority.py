"""Whose agreement lets a disposal pass: every standing, every authority, agreed or refused."""

from itertools import product

import pytest

from app.decisions.authority import Authorised, AuthorityDecision, authorised, still_needed
from app.rules.findings import Authority

STANDINGS = ("EXCLUDED", "POLICY_BLOCK", "OPEN", "NEEDS_AUTHORITY", "AVAILABLE")
PASSING = {
    ("CPS", "CPS"),
    ("INSPECTOR", "INSPECTOR"),
    ("INSPECTOR", "SUPERINTENDENT"),
    ("SUPERINTENDENT", "SUPERINTENDENT"),
}


@pytest.mark.parametrize(
    ("standing", "needed", "held", "decision", "reasons"),
    list(product(STANDINGS, Authority, Authority, AuthorityDecision, (True, False))),
)
def test_authority_lets_pass_what_is_listed(
    standing: str, needed: Authority, held: Authority, decision: AuthorityDecision, reasons: bool
) -> None:
    """A needed authority agrees for itself or one below it in rank; a block falls to any with reasons; no law does."""
    recorded = (Authorised("CHARGE", held, decision, reasons),)

    expected = {
        "EXCLUDED": False,
        "OPEN": False,
        "AVAILABLE": True,
        "NEEDS_AUTHORITY": decision == "AGREED" and (needed, held) in PASSING,
        "POLICY_BLOCK": decision == "AGREED" and reasons,
    }[standing]
    assert authorised(recorded, "CHARGE", standing, needed) is expected


def test_authority_on_another_disposal_counts_for_nothing() -> None:
    """Agreement to charge is no agreement to a caution."""
    recorded = (Authorised("CHARGE", Authority.CPS, AuthorityDecision.AGREED),)

    assert not authorised(recorded, "YOUTH_CAUTION", "NEEDS_AUTHORITY", "CPS")


def test_last_word_of_an_authority_counts() -> None:
    """An agreement withdrawn is none."""
    agreed = Authorised("CHARGE", Authority.CPS, AuthorityDecision.AGREED)
    refused = Authorised("CHARGE", Authority.CPS, AuthorityDecision.REFUSED)

    assert not authorised((agreed, refused), "CHARGE", "NEEDS_AUTHORITY", "CPS")
    assert authorised((refused, agreed), "CHARGE", "NEEDS_AUTHORITY", "CPS")


@pytest.mark.parametrize("standing", STANDINGS)
def test_only_what_an_authority_can_let_pass_waits_for_one(standing: str) -> None:
    """Nothing waits for a permission that nobody can give, or that is not needed."""
    assert still_needed((), "CHARGE", standing, "CPS") is (standing in {"POLICY_BLOCK", "NEEDS_AUTHORITY"})
