"""Whether a caller would rather have a page."""

import pytest

from app.http.negotiation import prefers_html


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        ("*/*", False),
        ("text/html", True),
        ("text/*", True),
        ("application/json", False),
        ("text/html, application/json", False),
        ("text/html, application/json;q=0.9", True),
        ("text/html;q=0.1, application/json;q=0.9", False),
        ("text/html;q=nonsense, */*;q=0.1", False),
        ("text/html;q=\u00b3, */*;q=0.1", False),
    ],
)
def test_html_is_answered_only_where_it_is_wanted_more(accept: str | None, *, html: bool) -> None:
    """In doubt, JSON."""
    assert prefers_html(accept) is html
