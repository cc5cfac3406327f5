"""Who establishes what: every part of an update has its owner, and nobody establishes another's."""

from itertools import product

import pytest

from app.advice.schemas import ChildUpdate, FactUpdates, OffenceEstablished
from app.cases.fact_owners import not_theirs, owner_of_fact, owners

OFFENCE_PARTS = {field.alias for field in OffenceEstablished.model_fields.values()} - {"id"}
CHILD_PARTS = {field.alias for field in ChildUpdate.model_fields.values()} | {"dateOfBirth"}
EVERYTHING = {
    "offences": [{"id": "1", **dict.fromkeys(OFFENCE_PARTS, "x")}],
    "child": dict.fromkeys(CHILD_PARTS, "x"),
    **{name: ["x"] for name in ("victims", "history", "agreement")},
}
OF_YJS = {"/child/careStatus", "/child/communicationNeed", "/child/exploitation", "/victims", "/agreement"}


def test_every_part_of_an_update_has_an_owner() -> None:
    """An update may say nothing that no agency owns, now or when a field is added."""
    assert {field.alias for field in FactUpdates.model_fields.values()} == set(EVERYTHING)
    assert len(owners(EVERYTHING)) == len(OFFENCE_PARTS) + len(CHILD_PARTS) + 3


@pytest.mark.parametrize(("pointer", "agency"), list(product(owners(EVERYTHING), ("POLICE", "YJS", "CPS", None))))
def test_agency_establishes_its_own(pointer: str, agency: str | None) -> None:
    """The police own offences and history, the YJS what it learns of child and victim, either evidence of age."""
    if agency == "YJS":
        allowed = pointer in OF_YJS | {"/child/dateOfBirth"}
    else:
        allowed = agency == "POLICE" and pointer not in OF_YJS

    assert (pointer not in not_theirs(EVERYTHING, agency)) is allowed


def test_nothing_said_is_nobodys() -> None:
    """Empty parts establish nothing."""
    assert owners({"child": {}, "offences": [{"id": "1"}], "agreement": {}}) == {}


@pytest.mark.parametrize(
    ("pointer", "owner"), [("/offences/0/evidence", "POLICE"), ("/history", "POLICE"), ("/child/careStatus", "YJS")]
)
def test_missing_fact_has_somebody_to_ask(pointer: str, owner: str) -> None:
    """Whoever owns a fact can supply it."""
    assert owner_of_fact(pointer) == owner
