"""The picture of a case's life is the one that the tables draw."""

from pathlib import Path

from app.cases.diagram import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "case-states.md"


def test_page_is_what_the_tables_say() -> None:
    """Whoever changes a table runs `python tools/case_states.py`."""
    assert PAGE.read_text(encoding="utf-8") == document()
