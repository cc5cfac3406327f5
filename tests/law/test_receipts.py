"""What an earlier release advised is advised today, or the changelog says why not."""

from app.law.book import LawBook
from tests.law.receipts import advised, explained, kept, meaning


def test_every_receipt_means_the_same_today(law_book: LawBook) -> None:
    """The same facts on the same day: the same standing, findings, scores, duties, clocks; unless it is explained."""
    changed = [
        name
        for name, receipt in kept().items()
        if name not in explained() and meaning(advised(law_book, receipt["request"])) != receipt["meaning"]
    ]

    assert changed == []


def test_what_is_explained_really_differs(law_book: LawBook) -> None:
    """An explanation of nothing is taken out again."""
    receipts = kept()

    idle = [
        name
        for name in explained()
        if meaning(advised(law_book, receipts[name]["request"])) == receipts[name]["meaning"]
    ]

    assert idle == []


def test_there_are_receipts_of_many_kinds_of_cases() -> None:
    """Enough to notice a change that nobody meant."""
    receipts = kept()

    assert len(receipts) >= 30
    stands = {
        word for one in receipts.values() for option in one["meaning"]["options"].values() for word in option["stands"]
    }
    assert {"EXCLUDED", "POLICY_BLOCK", "OPEN", "NEEDS_AUTHORITY", "AVAILABLE", "INDICATED", "DISCOURAGED"} <= stands
