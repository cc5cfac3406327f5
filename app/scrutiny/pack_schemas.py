"""Bodies of packs: what a panel takes with it, and the manifest that says what is in each file."""

from datetime import date

from app.http.schema import Answer, Instant
from app.scrutiny.frame_schemas import FrameFigures, SampleAnswer
from app.scrutiny.item_schemas import ItemAnswer
from app.scrutiny.learning_schemas import ObservationAnswer


class PackAnswer(Answer):
    """A sample's pack: its cases, the figures of its frame beside them, and what earlier panels observed.

    `earlierObservations` are those that are still open, or were answered since the panel before.
    """

    marking: str
    made_at: Instant
    sight: str
    areas: list[str]
    decided_from: date
    decided_to: date
    sample: SampleAnswer
    items: list[ItemAnswer]
    figures: FrameFigures | None
    earlier_observations: list[ObservationAnswer]


class ColumnRow(Answer):
    """A column of a file, in its order, and what stands in it."""

    name: str
    says: str


class FileRow(Answer):
    """A file of a pack: where it is had, how many rows follow its header, every column, the SHA-256 of its bytes."""

    name: str
    path: str
    media_type: str
    rows: int
    columns: list[ColumnRow]
    bytes: int
    sha256: str


class ManifestAnswer(Answer):
    """What a pack's files are. Each is a flat table: no sheet, column, formula or macro is beside what is named."""

    sample_id: str
    marking: str
    made_at: Instant
    sight: str
    files: list[FileRow]
