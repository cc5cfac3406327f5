"""Advice that nobody keeps: one request, one answer, nothing stored and nothing logged about a child."""

from app.advice.evaluate import basis_on, evaluate, open_area
from app.advice.schemas import AdviceRequest
from app.advice.written import written
from app.law.book import LawBook


def advise_once(book: LawBook, asked: AdviceRequest) -> bytes:
    """Return the advice on what is asked, as JSON; raise what `open_area`, `basis_on` and `evaluate` raise."""
    open_area(book, asked.area, asked.as_at)
    return written(evaluate(asked, basis_on(book, asked.area, asked.as_at)), book)
