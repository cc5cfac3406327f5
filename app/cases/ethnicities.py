"""Whether an ethnicity is coded in a scheme that is listed, by one of its codes. Pure.

Rates by group rest on these codes; one that no list holds would be counted with the unknown ones in silence.
"""

from collections.abc import Sequence

from app.cases.schemas import Characteristic, CharacteristicIn
from app.errors import FieldError
from app.law.book import LawBook

_SCHEMES = "ethnicity-schemes"


def ethnicity_faults(items: Sequence[CharacteristicIn], law_book: LawBook, *, root: str) -> tuple[FieldError, ...]:
    """Return what is wrong with the ethnicities that are stated with their scheme; `root` is the list's pointer."""
    return tuple(
        fault
        for number, item in enumerate(items)
        if item.characteristic is Characteristic.ETHNICITY and item.value is not None and item.scheme is not None
        for fault in _faults(item.scheme, item.value, law_book, f"{root}/{number}")
    )


def _faults(scheme: str, value: str, law_book: LawBook, place: str) -> tuple[FieldError, ...]:
    if scheme not in _codes(law_book, _SCHEMES):
        return (FieldError(f"{place}/scheme", "word", "This is no scheme of the reference."),)
    if value not in _codes(law_book, f"ethnicity-{scheme.lower().replace('_', '-')}"):
        return (FieldError(f"{place}/value", "word", "This is no code of the scheme."),)
    return ()


def _codes(law_book: LawBook, name: str) -> frozenset[str]:
    known: dict[str, frozenset[str]] = law_book.notes.setdefault("codes of references", {})
    if name not in known:
        listed = law_book.reference(name)
        known[name] = frozenset() if listed is None else frozenset(item.code for item in listed.items)
    return known[name]
