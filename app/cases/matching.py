"""Whether two referred children may be one. Pure.

A shared identifier with the same birth date is taken as the same child; anything less is offered to a person, who looks
and says so. Nothing is ever put together in silence.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from app.cases.words import MatchReason

# Letters of other alphabets that look like Latin ones: a name may not hide from its own history behind them.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһӏαοεινρτυκ", "aeopcyxijsdhlaoeivptuk")


def name_key(*names: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents, order, or letters that only look like others."""
    folded = unicodedata.normalize("NFKD", " ".join(names).casefold()).translate(_LOOKALIKES)
    letters = "".join(c if c.isalpha() else " " for c in folded if not unicodedata.combining(c))
    return tuple(sorted(letters.split()))


def identifier_keys(identifiers: Sequence[Any]) -> frozenset[tuple[str, str]]:
    """Return identifiers as they are compared: scheme and value, without case and spaces."""
    return frozenset((one["scheme"].casefold(), "".join(one["value"].casefold().split())) for one in identifiers)


def known_by(identifiers: Sequence[Any]) -> list[str]:
    """Return the same as texts, as they are kept: scheme, space, value."""
    return sorted(f"{scheme} {value}" for scheme, value in identifier_keys(identifiers))


def same_child(born: date, identifiers: Sequence[Any], other_born: date, other_identifiers: Sequence[Any]) -> bool:
    """Return whether two are one child without asking: a shared identifier, and the same birth date."""
    return born == other_born and bool(identifier_keys(identifiers) & identifier_keys(other_identifiers))


def possible_match(
    born: date,
    names: Sequence[str],
    identifiers: Sequence[Any],
    other: Any,  # noqa: ANN401  (a row of children)
) -> MatchReason | None:
    """Return why a person should look whether two are one child, or None."""
    shared = bool(identifier_keys(identifiers) & identifier_keys(other.identifiers))
    if shared and born != other.date_of_birth:
        return MatchReason.SAME_IDENTIFIER_OTHER_BIRTH_DATE
    alike = name_key(*names) == name_key(other.given_names, other.family_name)
    if not shared and alike and born == other.date_of_birth:
        return MatchReason.SAME_NAME_AND_BIRTH_DATE
    return None
