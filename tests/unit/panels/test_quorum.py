"""Who must be there, by the protocol (CFG-04); whoever has a conflict of interest is not."""

from app.panels.quorum import Attending, quorum_of

NEEDED = ("Police", "Youth justice service")
OFFICER, WORKER = Attending("A", "POLICE"), Attending("B", "YJS")


def test_quorum_is_met_by_each_agency_that_is_needed() -> None:
    """By its word or by its name, in any case of letters."""
    assert quorum_of(NEEDED, [OFFICER, Attending("B", "youth justice  SERVICE")]).met


def test_quorum_names_who_is_missing() -> None:
    """In the protocol's own words."""
    assert quorum_of(NEEDED, [OFFICER]).missing == ("Youth justice service",)


def test_member_with_a_conflict_of_interest_is_not_there() -> None:
    """However many others are."""
    assert quorum_of(NEEDED, [OFFICER, WORKER, Attending("C", "Health")], frozenset({"A"})).missing == ("Police",)


def test_numbers_count_for_nothing() -> None:
    """Ten of one agency do not make up for one of the other."""
    assert not quorum_of(NEEDED, [Attending(str(n), "POLICE") for n in range(10)]).met
