"""The fingerprint of the law: the same for the same content, however it is written down."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from app.law.book import LawBook
from app.law.digest import digest_of

PLAIN = {"a.yaml": {"x": 1, "y": ["b", "é"], "z": None}, "b.yaml": {"k": True}}
TABLE = {"t.csv": (("a", "b"), ("c", "d"))}


def test_digest_is_the_one_that_every_machine_computes() -> None:
    """A small book's digest is a constant: nothing of the machine or the Python enters it."""
    assert digest_of(PLAIN, TABLE) == "sha256:d490a22ad1e6d3ed4302fb2e2ac00388b8c48ca3e92290ae2bdd46f607033832"


def test_digest_ignores_the_order_of_keys() -> None:
    """Two files that say the same in another order are the same law."""
    turned = {"b.yaml": {"k": True}, "a.yaml": {"z": None, "y": ["b", "é"], "x": 1}}

    assert digest_of(turned, TABLE) == digest_of(PLAIN, TABLE)


def test_digest_changes_with_a_field_of_a_table() -> None:
    """A table is part of the law."""
    assert digest_of(PLAIN, {"t.csv": (("a", "b"), ("c", "e"))}) != digest_of(PLAIN, TABLE)


@given(rows=st.lists(st.tuples(st.text("ab", max_size=3), st.text("ab", max_size=3)), min_size=1, max_size=3))
def test_digest_tells_tables_apart_that_join_to_the_same_text(rows: list[tuple[str, str]]) -> None:
    """Moving text from one field to the next changes the digest, unless nothing moved."""
    moved = [(one + two, "") for one, two in rows]

    same = digest_of({}, {"t": tuple(rows)}) == digest_of({}, {"t": tuple(moved)})

    assert same == (rows == moved)


def test_digest_of_the_shipped_book_does_not_depend_on_the_process(law_book: LawBook) -> None:
    """Another process, with another hash seed, computes the same digest."""
    said = subprocess.run(
        [sys.executable, "-c", "from app.law.book import LawBook; print(LawBook.load().digest)"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )

    assert said.stdout.strip() == law_book.digest
