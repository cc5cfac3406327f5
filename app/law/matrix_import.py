"""Reading a force's own licensed gravity matrix from CSV: a new edition, or every problem that stands in its way.

Decides whether a table of scores can become an edition. Does not approve it: two people of two agencies do that.
The table has the columns `offence_key,base_score` and may have `from,until` for scores that hold for a part of the
edition's time only; an edition is then made for each part.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from app.law.model import Certainty, Factor, MatrixEdition, MatrixStatus, Window

_COLUMNS = ("offence_key", "base_score")
_DATED_COLUMNS = (*_COLUMNS, "from", "until")
_NUMBER = re.compile(r"[1-9][0-9]?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ProblemCode(StrEnum):
    """What can be wrong with a table of scores."""

    MALFORMED = "MALFORMED"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    DUPLICATE = "DUPLICATE"
    GAP = "GAP"
    SCORE_OUT_OF_RANGE = "SCORE_OUT_OF_RANGE"
    OVERLAPPING_WINDOWS = "OVERLAPPING_WINDOWS"
    ILLUSTRATIVE = "ILLUSTRATIVE"


@dataclass(frozen=True)
class Problem:
    """One problem: its kind, the line of the table (None for the table as a whole), the offence, a sentence.

    No text of the table is repeated but the keys of our own list.
    """

    code: ProblemCode
    line: int | None
    offence: str | None
    message: str


@dataclass(frozen=True)
class MatrixHead:
    """What is said of the edition beside its table: identifier, title, scale, how far factors move, and its time."""

    id: str
    title: str
    scale_min: int
    scale_max: int
    max_movement: int
    in_force_from: date
    in_force_until: date | None = None


@dataclass(frozen=True)
class ImportReport:
    """The editions that the table gives, in time order, or the problems: never both."""

    editions: tuple[MatrixEdition, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Score:
    """A line of the table that could be read."""

    line: int
    offence: str
    score: int
    window: Window


def read_matrix(
    text: str,
    head: MatrixHead,
    *,
    offences: Collection[str],
    others: Sequence[MatrixEdition] = (),
    factors: tuple[Factor, ...] = (),
    illustrations: Sequence[MatrixEdition] = (),
) -> ImportReport:
    """Return the editions in a CSV table, held against the offence list and the licensed editions there are.

    `illustrations` are editions whose scores are nobody's own: a table of the very same scores is no licensed matrix.

    Never raises for what the table holds: everything wrong with it stands in the report at once.
    """
    scores, problems = _read(text, head, frozenset(offences))
    problems.extend(_out_of_range(scores, head))
    problems.extend(_coverage(scores, head, offences, {p.offence for p in problems}))
    problems.extend(_other_editions(head, others))
    editions = () if problems else _editions(scores, head, factors)
    problems.extend(_illustrative(editions, illustrations))
    if problems:
        ordered = sorted(problems, key=lambda problem: (problem.line is None, problem.line or 0, problem.code))
        return ImportReport((), tuple(ordered))
    return ImportReport(editions, ())


def _illustrative(editions: Sequence[MatrixEdition], illustrations: Sequence[MatrixEdition]) -> Iterator[Problem]:
    """Scores that were made up for development, passed off as a force's own."""
    if any(edition.base == one.base for edition in editions for one in illustrations):
        told = "These are illustrative scores, which nobody licensed: they never score a real child's offence."
        yield Problem(ProblemCode.ILLUSTRATIVE, None, None, told)


def _read(text: str, head: MatrixHead, offences: frozenset[str]) -> tuple[list[_Score], list[Problem]]:
    """Return the lines that could be read, and a problem for each that could not."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return [], [Problem(ProblemCode.MALFORMED, None, None, "The table is not well-formed CSV.")]
    if not rows or tuple(rows[0]) not in {_COLUMNS, _DATED_COLUMNS}:
        wanted = " or ".join(",".join(columns) for columns in (_COLUMNS, _DATED_COLUMNS))
        return [], [Problem(ProblemCode.MALFORMED, 1, None, f"The first line must be {wanted}.")]
    scores: list[_Score] = []
    problems: list[Problem] = []
    for line, row in enumerate(rows[1:], start=2):
        read = _line(line, row, len(rows[0]), head, offences)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            scores.append(read)
    return scores, problems


def _line(line: int, row: list[str], width: int, head: MatrixHead, offences: frozenset[str]) -> _Score | Problem:
    """Return a line of the table, or what is wrong with it."""
    if len(row) != width:
        return Problem(ProblemCode.MALFORMED, line, None, f"The line must have {width} fields.")
    if row[0] not in offences:
        return Problem(ProblemCode.UNKNOWN_KEY, line, None, "The offence key is not in the offence list.")
    window = _window(row, head)
    if window is None:
        return Problem(ProblemCode.MALFORMED, line, row[0], "The dates are YYYY-MM-DD, in order, inside the edition's.")
    if not _NUMBER.fullmatch(row[1]):
        return Problem(ProblemCode.SCORE_OUT_OF_RANGE, line, row[0], "The score is not a whole number of the scale.")
    return _Score(line, row[0], int(row[1]), window)


def _window(row: list[str], head: MatrixHead) -> Window | None:
    """Return the time for which a line holds (the edition's where it does not say), or None when it cannot be."""
    begins, ends = (row[2], row[3]) if len(row) == len(_DATED_COLUMNS) else ("", "")
    try:
        first = _day(begins) or head.in_force_from
        last = _day(ends) or head.in_force_until
    except ValueError:
        return None
    if first < head.in_force_from or (last is not None and last < first):
        return None
    if head.in_force_until is not None and (last is None or last > head.in_force_until):
        return None
    return Window(in_force_from=first, in_force_until=last)


def _day(text: str) -> date | None:
    """Return a date of the table, None where it is left out; ValueError when it is not one."""
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise ValueError("not a date")
    return date.fromisoformat(text)


def _out_of_range(scores: Sequence[_Score], head: MatrixHead) -> Iterator[Problem]:
    """Scores outside the edition's scale."""
    for score in scores:
        if not head.scale_min <= score.score <= head.scale_max:
            message = f"The score must be from {head.scale_min} to {head.scale_max}."
            yield Problem(ProblemCode.SCORE_OUT_OF_RANGE, score.line, score.offence, message)


def _coverage(
    scores: Sequence[_Score], head: MatrixHead, offences: Collection[str], spoilt: Collection[str | None]
) -> Iterator[Problem]:
    """Offences scored twice for a day, or not at all for one. An offence with a spoilt line is not called missing."""
    by_offence: dict[str, list[_Score]] = {key: [] for key in sorted(offences)}
    for score in scores:
        by_offence[score.offence].append(score)
    for offence, lines in by_offence.items():
        ordered = sorted(lines, key=lambda score: score.window.in_force_from)
        yield from _twice(offence, ordered)
        if offence not in spoilt and not _covers(ordered, head):
            yield Problem(ProblemCode.GAP, None, offence, f"{offence} has no score for a part of the edition's time.")


def _twice(offence: str, ordered: Sequence[_Score]) -> Iterator[Problem]:
    """Lines of one offence whose windows meet."""
    for one, following in pairwise(ordered):
        if one.window == following.window:
            yield Problem(ProblemCode.DUPLICATE, following.line, offence, f"{offence} stands twice.")
        elif one.window.covers(following.window.in_force_from):
            message = f"The windows of lines {one.line} and {following.line} overlap."
            yield Problem(ProblemCode.OVERLAPPING_WINDOWS, following.line, offence, message)


def _covers(ordered: Sequence[_Score], head: MatrixHead) -> bool:
    """Whether lines of one offence, in time order, leave no day of the edition without a score."""
    due: date | None = head.in_force_from
    for score in ordered:
        if due is None or score.window.in_force_from > due:
            break
        until = score.window.in_force_until
        due = None if until is None else max(due, until + timedelta(days=1))
    return due is None or (head.in_force_until is not None and due > head.in_force_until)


def _other_editions(head: MatrixHead, others: Sequence[MatrixEdition]) -> Iterator[Problem]:
    """Editions already there whose time meets this one's."""
    for other in others:
        begins_later = other.in_force_until is not None and other.in_force_until < head.in_force_from
        ends_earlier = head.in_force_until is not None and head.in_force_until < other.in_force_from
        if not begins_later and not ends_earlier:
            message = f"The edition's time overlaps that of the edition {other.id}."
            yield Problem(ProblemCode.OVERLAPPING_WINDOWS, None, None, message)


def _editions(scores: Sequence[_Score], head: MatrixHead, factors: tuple[Factor, ...]) -> tuple[MatrixEdition, ...]:
    """Return an edition for each part of the time in which no score changes."""
    starts = sorted({score.window.in_force_from for score in scores})
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return tuple(
        MatrixEdition(
            id=head.id if len(starts) == 1 else f"{head.id}-{number}",
            title=head.title,
            says="A force's own licensed matrix.",
            status=MatrixStatus.LICENSED,
            scale_min=head.scale_min,
            scale_max=head.scale_max,
            max_movement=head.max_movement,
            in_force_from=start,
            in_force_until=end,
            certainty=Certainty.VERIFIED,
            uncited_because="Imported under the force's licence and approved by a second person.",
            base={score.offence: score.score for score in scores if score.window.covers(start)},
            factors=factors,
        )
        for number, (start, end) in enumerate(zip(starts, [*ends, head.in_force_until], strict=True), start=1)
    )
