"""Reading the two offence tables strictly: exact header, no repeated key, every field one of what it may be.

Decides whether a table is well formed. Does not decide what an offence is worth.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OFFENCES_HEADER = (
    "offence_key", "title", "statute", "section", "mode_of_trial", "category", "cjs_codes", "ho_class", "recordable",
    "illustrative_base_score", "code_source", "adult_max_14_plus", "prosecution_consent", "soa_sch3", "msa_sch4",
    "flags_certainty",
)  # fmt: skip
CJS_HEADER = (
    "cjs_code", "title", "ho_class", "mode_of_trial", "motoring", "recordable", "notifiable", "offence_key",
)  # fmt: skip
_ONE_OF: Mapping[str, frozenset[str]] = {
    "mode_of_trial": frozenset({"SO", "EW", "IO"}),
    "motoring": frozenset({"yes", "no"}),
    "notifiable": frozenset({"yes", "no"}),
    "recordable": frozenset({"yes", "no", ""}),
    "illustrative_base_score": frozenset("12345"),
    "adult_max_14_plus": frozenset({"yes", "no"}),
    "prosecution_consent": frozenset({"", "DPP", "AG"}),
    "soa_sch3": frozenset({"yes", "no", "conditional"}),
    "msa_sch4": frozenset({"yes", "no"}),
    "flags_certainty": frozenset({"VERIFIED", "SECONDARY", "INFERRED", "UNVERIFIED"}),
}
_LIKE: Mapping[str, re.Pattern[str]] = {
    "offence_key": re.compile(r"[a-z0-9][a-z0-9_]*|"),
    "cjs_code": re.compile(r"[A-Z]{2}[0-9]{5}[A-Z]?|COML[0-9]{3}[A-Z]?"),
    "title": re.compile(r".+"),
}


@dataclass(frozen=True)
class Table:
    """The rows of a table that are well formed, and a line for each that is not."""

    rows: tuple[tuple[str, ...], ...]
    defects: tuple[str, ...]


def read_table(path: Path, header: tuple[str, ...]) -> Table:
    """Return the table in a CSV file with exactly that header and no key twice."""
    if not path.is_file():
        return Table((), ("the file is missing",))
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            once: dict[str, str] = {}  # thousands of rows share a few words, which are kept once
            rows = [tuple(once.setdefault(text, text) for text in row) for row in csv.reader(lines, strict=True)]
    except (UnicodeDecodeError, csv.Error):
        return Table((), ("the file is not well-formed CSV in UTF-8",))
    if not rows or rows[0] != header:
        return Table((), (f"the header must be {','.join(header)}",))
    if _flawless(rows[1:], header):
        return Table(tuple(rows[1:]), ())
    bad = dict(_faults(rows, header))
    good = tuple(row for number, row in enumerate(rows[1:], start=2) if number not in bad)
    return Table(good, tuple(f"row {number}: {why}" for number, why in bad.items()))


def _flawless(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> bool:
    """Whether no row has a fault, asked column by column: a sound table of thousands of rows is passed quickly."""
    if {len(row) for row in rows} != {len(header)}:
        return False
    columns = {name: set(column) for name, column in zip(header, zip(*rows, strict=True), strict=True)}
    keys = columns[header[0]]
    return (
        len(keys) == len(rows)
        and "" not in keys
        and all(columns[name] <= choices for name, choices in _ONE_OF.items() if name in columns)
        and all(like.fullmatch(text) for name, like in _LIKE.items() if name in columns for text in columns[name])
    )


def _faults(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield the number and the first fault of every row that has one."""
    seen: set[str] = set()
    allowed = [(header.index(name), name, choices) for name, choices in _ONE_OF.items() if name in header]
    shaped = [(header.index(name), name, like) for name, like in _LIKE.items() if name in header]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            yield number, f"{len(row)} fields where {len(header)} belong"
        elif row[0] in seen or not row[0]:
            yield number, "the key stands twice or is empty"
        elif wrong := [name for at, name, choices in allowed if row[at] not in choices]:
            yield number, f"{wrong[0]} is not one of its values"
        elif wrong := [name for at, name, like in shaped if not like.fullmatch(row[at])]:
            yield number, f"{wrong[0]} is not well formed"
        seen.add(row[0] if row else "")
