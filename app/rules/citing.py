"""Citations as they are shown: with the source's title and address where the citation names none of its own.

Decides nothing: what is cited stands in the law book.
"""

from collections.abc import Iterable

from app.law.book import Law
from app.law.model import Citation
from app.rules.findings import Cited


def cited(citations: Iterable[Citation], law: Law) -> tuple[Cited, ...]:
    """The citations with the titles and addresses of their sources."""
    sources = law.book.sources
    return tuple(
        Cited(one.source, one.title or sources[one.source].title, one.at, one.url or sources[one.source].url)
        for one in citations
    )
