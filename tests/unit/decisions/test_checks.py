"""What an opinion or a decision may say: its own words, its departure explained, and authorised where an area asks."""

from datetime import date, timedelta

import pytest

from app.advice.reading import AdvisedOption, Receipt
from app.cases.states import FIRST_STATUS, CaseStatus, Route
from app.decisions import checks
from app.decisions.schemas import Departure
from app.errors import CalendarEnds, DepartureUnexplained, RationaleCopied, ValidationFailed, WrongState
from app.law.book import LawBook
from app.law.model import Protocol

REASON = "The child accepts responsibility for the offence."
RECEIPT = Receipt("a", {"options": [{"disposal": "TRIAGE", "findings": [{"reason": REASON}]}]})


@pytest.fixture
def protocol(law_book: LawBook) -> Protocol:
    """Take the example area's protocol, which asks for no authoriser."""
    found = law_book.protocol("E99999901", date(2026, 11, 20))
    assert found is not None
    return found


def a_departure(**changes: object) -> Departure:
    """Return a departure in a person's words."""
    told = {"from": "ADVICE", "reason": "OTHER", "why": "We know the child and think otherwise."}
    return Departure.model_validate(told | changes)


@pytest.mark.parametrize("pasted", [REASON, REASON.upper(), f"  {REASON.replace(' ', '  ')} "])
def test_reason_of_the_advice_is_nobodys_rationale(pasted: str) -> None:
    """However it is spaced or shouted."""
    with pytest.raises(RationaleCopied):
        checks.own_words(pasted, RECEIPT)


def test_own_words_pass() -> None:
    """Words that no finding said."""
    checks.own_words("The child wrote to the shop of their own accord.", RECEIPT)


def test_departure_needs_the_authoriser_that_a_protocol_asks_for(protocol: Protocol) -> None:
    """Where an area names approvers (CFG-15) a departure says who authorised it; elsewhere it need not."""
    approver = {"agency": "POLICE", "role": "Inspector", "grade": "MANAGER", "authority": "INSPECTOR"}
    strict = Protocol.model_validate(protocol.model_dump() | {"out_of_policy": (approver,)})

    checks.departure_authorised(a_departure(), protocol)
    checks.departure_authorised(None, strict)
    checks.departure_authorised(a_departure(authorisedBy="Inspector 12"), strict)
    with pytest.raises(DepartureUnexplained):
        checks.departure_authorised(a_departure(), strict)


@pytest.mark.parametrize(
    ("fit", "departs", "refusal"),
    [
        ("INDICATED", a_departure(), ValidationFailed),
        ("NEUTRAL", None, DepartureUnexplained),
        ("DISCOURAGED", a_departure(reason="BECAUSE"), DepartureUnexplained),
    ],
)
def test_departure_is_explained_where_there_is_one(
    law_book: LawBook, fit: str, departs: Departure | None, refusal: type[Exception]
) -> None:
    """Needless, missing, or without one of the coded reasons."""
    with pytest.raises(refusal):
        checks.departure(departs, AdvisedOption({"fit": fit}), law_book)


@pytest.mark.parametrize("route", list(Route))
def test_only_some_routes_are_up_for_decision(route: Route) -> None:
    """Where support is reviewed, no disposal is decided."""
    if FIRST_STATUS[route] is CaseStatus.SUPPORT_REVIEW:
        with pytest.raises(WrongState):
            checks.up_for_decision(route)
    else:
        checks.up_for_decision(route)


@pytest.mark.parametrize(("level", "last"), [(1, date(2028, 12, 27)), (2, date(2028, 12, 20))])
def test_opinion_waits_for_a_calendar_that_could_date_its_escalation(
    protocol: Protocol, level: int, last: date
) -> None:
    """Two working days after 27 December 2028 are the calendar's last, five after 20 December; a day later is none."""
    checks.escalation_can_be_dated(protocol, level, last)

    with pytest.raises(CalendarEnds, match="ENGLAND_AND_WALES are published up to 2028-12-31"):
        checks.escalation_can_be_dated(protocol, level, last + timedelta(days=1))
