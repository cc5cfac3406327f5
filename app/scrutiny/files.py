"""A pack as flat files to keep, and their manifest. Pure.

CSV and no spreadsheet: what is in a file is what can be seen in it. Each file has one header and a meaning for every
column; the manifest says how many rows follow and which SHA-256 the bytes have, so that nothing can be added, hidden
or lost on the way. A cell that a spreadsheet would take for a formula is written so that it does not.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.scrutiny.frame_schemas import FrameFigures
from app.scrutiny.item_schemas import ItemAnswer
from app.scrutiny.learning_schemas import ObservationAnswer
from app.scrutiny.pack_schemas import ColumnRow, FileRow, ManifestAnswer, PackAnswer
from app.scrutiny.words import CHARACTERISTICS, PackPart

MEDIA_TYPE = "text/csv"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  (full width, on purpose)

Cells = Sequence[object]

_ITEM_COLUMNS = {
    "pseudonym": "The case's name in this sample alone.",
    "stratum": "The stratum from which it was drawn.",
    "weight": "How many cases of its stratum it speaks for.",
    "inclusionProbability": "The chance that it had of being drawn.",
    "ageBand": "The age at the offence, in bands.",
    "area": "The area, by its GSS code.",
    "quarter": "The quarter of the decision.",
    "offenceGroup": "The group of the lead offence.",
    "gravityScore": "The gravity score that was used; empty if there was none.",
    "decision": "The disposal decided.",
    "outcomeCode": "The outcome code of the disposal.",
    "decidedBy": "The agency that made the decision of record.",
    "level": "The level at which it was made; empty where the police issued it alone.",
    "singleAgency": "Whether the police issued a community resolution alone.",
    "indicated": "The disposals that the advice indicated.",
    "policeOpinion": "The disposals that the police held, level by level.",
    "yjsOpinion": "The disposals that the youth justice service held, level by level.",
    "escalation": "The level to which the case was escalated; empty if it was not.",
    "engagement": "The child's engagement with the assessment; no factor of the decision.",
    "daysToPreAssessment": "Whole days from the referral to the pre-assessment; empty if there was none.",
    "daysToDecision": "Whole days from the referral to the decision; empty where none was made here.",
    "changedSinceFreeze": "Whether the record of the case is no longer what was frozen.",
    "texts": "What was written, as two people have released it.",
    "coarsened": "What is told less exactly, and how.",
}
ITEM_COLUMNS: Mapping[str, str] = _ITEM_COLUMNS | {
    name: f"The characteristic {name}: the value, or in its place the status." for name in CHARACTERISTICS
}
FIGURE_COLUMNS: Mapping[str, str] = {
    "by": "What the frame's cases are told by; ALL is the whole frame.",
    "value": "The value of it.",
    "disposal": "The disposal decided.",
    "count": "How many cases, rounded to five; empty where it is withheld.",
    "of": "How many cases have the value, rounded to five; empty where it is withheld.",
}
OBSERVATION_COLUMNS: Mapping[str, str] = {
    "observation": "What an earlier panel observed.",
    "owner": "The agency that is to answer.",
    "dueOn": "The day by which it is to answer.",
    "status": "What became of it.",
    "response": "What the agency answered.",
}


@dataclass(frozen=True)
class File:
    """A file of a pack: its name, the meaning of each column, its rows and its bytes."""

    part: PackPart
    columns: Mapping[str, str]
    rows: int
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


def file_of(pack: PackAnswer, part: PackPart) -> File:
    """Return one of the files of a pack."""
    match part:
        case PackPart.ITEMS:
            return _file(part, ITEM_COLUMNS, [list(_item(item)) for item in pack.items])
        case PackPart.FIGURES:
            return _file(part, FIGURE_COLUMNS, [] if pack.figures is None else list(_figures(pack.figures)))
        case PackPart.OBSERVATIONS:
            return _file(part, OBSERVATION_COLUMNS, [_observation(one) for one in pack.earlier_observations])


def manifest_of(pack: PackAnswer) -> ManifestAnswer:
    """Return the manifest of a pack's files."""
    return ManifestAnswer(
        sample_id=pack.sample.sample_id,
        marking=pack.marking,
        made_at=pack.made_at,
        sight=pack.sight,
        files=[_file_row(pack, file_of(pack, part)) for part in PackPart],
    )


def _file_row(pack: PackAnswer, file: File) -> FileRow:
    return FileRow(
        name=file_name(pack.sample.sample_id, file.part),
        path=f"/v1/scrutiny/samples/{pack.sample.sample_id}/export?format=csv&part={file.part}&sight={pack.sight}",
        media_type=MEDIA_TYPE,
        rows=file.rows,
        columns=[ColumnRow(name=name, says=says) for name, says in file.columns.items()],
        bytes=len(file.content),
        sha256=file.sha256,
    )


def file_name(sample_id: str, part: PackPart) -> str:
    """Return the name under which a file is kept."""
    return f"scrutiny-{sample_id}-{part.value.lower()}.csv"


def safe_cell(cell: object) -> str:
    """Return a cell that no spreadsheet runs: what could begin a formula is preceded by an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _file(part: PackPart, columns: Mapping[str, str], rows: Sequence[Cells]) -> File:
    """Return a file of CSV (RFC 4180); several values in one cell are joined by a semicolon."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return File(part, columns, len(rows), out.getvalue().encode())


def _item(item: ItemAnswer) -> Iterator[object]:
    opinions = {agency: [one.disposal for one in item.opinions if one.agency == agency] for agency in ("POLICE", "YJS")}
    yield from (item.pseudonym, item.stratum, item.weight, item.inclusion_probability)
    yield from (item.age_band, item.area, item.quarter, item.offence_group, item.gravity.score)
    yield from (item.decision.disposal, item.decision.outcome_code, item.decision.agency, item.decision.level)
    yield item.single_agency
    yield "; ".join(option.disposal for option in item.advice if option.fit == "INDICATED")
    yield from ("; ".join(opinions["POLICE"]), "; ".join(opinions["YJS"]))
    yield None if item.escalation is None else item.escalation.level
    yield from (item.engagement, item.timeliness.days_to_pre_assessment, item.timeliness.days_to_decision)
    yield item.changed_since_freeze
    yield "; ".join(f"{one.about}: {one.text}" for one in item.texts)
    yield "; ".join(f"{one.field}: {one.how}" for one in item.coarsened)
    for name in CHARACTERISTICS:
        rows = [one for one in item.characteristics if one.characteristic == name]
        yield "; ".join(one.value or one.status for one in rows)


def _figures(figures: FrameFigures) -> Iterator[Cells]:
    for disposal, count in figures.disposals.items():
        yield "ALL", "ALL", disposal, count, figures.cases
    for table in figures.tables:
        for row in table.rows:
            for disposal, count in row.disposals.items():
                yield table.by, row.value, disposal, count, row.of


def _observation(one: ObservationAnswer) -> Cells:
    return one.observation, one.owner, one.due_on, one.status, one.response
