"""Tables of frames, their secrets and entries, samples, items, scores, findings and terms. All append-only.

Every row but the last table's carries the areas of its frame, on which row-level security rests: whoever may not see
all of them sees nothing of the frame. The nonce and the salt stand apart from the frame, so that reading a frame
cannot tell them before the draw; characteristics stand apart from the rest of the picture. One frame has one sample:
the key says so. No key leads to a case: a frame is evidence of what was there, and stays when a case is transferred.
When one is erased its entry stays, with its stratum and without the case, the picture and the words of it.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.db.base import metadata, one_of
from app.identity.caller import Agency
from app.scrutiny.words import (
    FindingAction,
    FindingCategory,
    Leaning,
    ObservationStatus,
    SamplePurpose,
    ScoreCategory,
    Sight,
    TextAbout,
)

_DIGEST = String(64)


def _areas() -> Column[list[str]]:
    return Column("areas", ARRAY(Text), nullable=False)


def _frame_id(*, primary_key: bool = False) -> Column[str]:
    key = ForeignKey("scrutiny_frames.frame_id")
    return Column("frame_id", Uuid(as_uuid=False), key, nullable=False, primary_key=primary_key)


scrutiny_frames = Table(
    "scrutiny_frames",
    metadata,
    Column("frame_id", Uuid(as_uuid=False), primary_key=True),
    _areas(),
    Column("decided_from", Date, nullable=False),
    Column("decided_to", Date, nullable=False),
    Column("filters", JSONB, nullable=False),
    Column("strata", ARRAY(Text), nullable=False),
    Column("size", Integer, nullable=False),
    Column("minimum_per_stratum", Integer, nullable=False),
    Column("k", Integer, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("members", ARRAY(Text), nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("frame_digest", _DIGEST, nullable=False),
    Column("strata_digest", _DIGEST, nullable=False),
    Column("nonce_commitment", _DIGEST, nullable=False),
    Column("allocation", JSONB, nullable=False),
    Column("exclusions", JSONB, nullable=False),
    Column("grouping", Text, nullable=False),
    Column("completeness", JSONB, nullable=False),
    Column("figures", JSONB(none_as_null=True)),
    Column("redraw_of", Uuid(as_uuid=False), ForeignKey("scrutiny_frames.frame_id"), index=True),
    Column("reason", Text),
    Column("frozen_at", DateTime(timezone=True), nullable=False),
    Column("frozen_by", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    one_of("purpose", SamplePurpose),
)

scrutiny_secrets = Table(
    "scrutiny_secrets",
    metadata,
    _frame_id(primary_key=True),
    _areas(),
    Column("nonce", Text, nullable=False),
    Column("salt", Text, nullable=False),
)

scrutiny_entries = Table(
    "scrutiny_entries",
    metadata,
    _frame_id(),
    _areas(),
    Column("entry", _DIGEST, nullable=False),
    Column("case_id", Uuid(as_uuid=False)),
    Column("area", Text, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("shown", JSONB),
    Column("picture", JSONB, nullable=False),
    Column("case_digest", _DIGEST, nullable=False),
    Column("panel_draws", JSONB, nullable=False),
    PrimaryKeyConstraint("frame_id", "entry"),
    UniqueConstraint("frame_id", "case_id"),
)

scrutiny_characteristics = Table(
    "scrutiny_characteristics",
    metadata,
    _frame_id(),
    _areas(),
    Column("entry", _DIGEST, nullable=False),
    Column("items", JSONB, nullable=False),
    PrimaryKeyConstraint("frame_id", "entry"),
)

scrutiny_samples = Table(
    "scrutiny_samples",
    metadata,
    Column("sample_id", Uuid(as_uuid=False), primary_key=True),
    _frame_id(),
    _areas(),
    Column("contributions", JSONB, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("draw_number", Integer, nullable=False),
    Column("since_freeze", JSONB, nullable=False),
    Column("drawn_at", DateTime(timezone=True), nullable=False),
    Column("drawn_by", Text, nullable=False),
    UniqueConstraint("frame_id"),
)

scrutiny_items = Table(
    "scrutiny_items",
    metadata,
    Column("item_id", Uuid(as_uuid=False), primary_key=True),
    Column("sample_id", Uuid(as_uuid=False), ForeignKey("scrutiny_samples.sample_id"), nullable=False),
    _areas(),
    Column("position", Integer, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("entry", _DIGEST, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("replaces", Uuid(as_uuid=False), ForeignKey("scrutiny_items.item_id"), index=True),
    UniqueConstraint("sample_id", "position"),
    UniqueConstraint("sample_id", "pseudonym"),
    UniqueConstraint("sample_id", "entry"),
)


def _item_id(*, indexed: bool = True) -> Column[str]:
    of = ForeignKey("scrutiny_items.item_id")
    return Column("item_id", Uuid(as_uuid=False), of, nullable=False, index=indexed or None)


scrutiny_scores = Table(
    "scrutiny_scores",
    metadata,
    Column("score_id", Uuid(as_uuid=False), primary_key=True),
    _item_id(indexed=False),
    _areas(),
    Column("category", Text),
    Column("direction", Text),
    Column("comment", Text),
    Column("conflict_of_interest", Boolean, nullable=False),
    Column("sight", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("scored_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("item_id", "person_key", "sight", name="uq_scrutiny_scores_item_id_person_key_sight"),
    one_of("sight", Sight),
    one_of("category", ScoreCategory),
    one_of("direction", Leaning),
)

scrutiny_closings = Table(
    "scrutiny_closings",
    metadata,
    Column("sample_id", Uuid(as_uuid=False), ForeignKey("scrutiny_samples.sample_id"), primary_key=True),
    _areas(),
    Column("closed_at", DateTime(timezone=True), nullable=False),
    Column("closed_by", Text, nullable=False),
)

scrutiny_findings = Table(
    "scrutiny_findings",
    metadata,
    Column("finding_id", Uuid(as_uuid=False), primary_key=True),
    _item_id(),
    _areas(),
    Column("category", Text, nullable=False),
    Column("direction", Text),
    Column("comment", Text),
    Column("user_name", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("action", Text),
    one_of("action", FindingAction),
    one_of("category", FindingCategory),
    one_of("direction", Leaning),
)

scrutiny_observations = Table(
    "scrutiny_observations",
    metadata,
    Column("observation_id", Uuid(as_uuid=False), primary_key=True),
    Column("sample_id", Uuid(as_uuid=False), ForeignKey("scrutiny_samples.sample_id"), nullable=False, index=True),
    _areas(),
    Column("item_id", Uuid(as_uuid=False), ForeignKey("scrutiny_items.item_id"), index=True),
    Column("observation", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
)

scrutiny_responses = Table(
    "scrutiny_responses",
    metadata,
    Column("observation_id", Uuid(as_uuid=False), ForeignKey("scrutiny_observations.observation_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _areas(),
    Column("owner", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("response", Text),
    Column("agency", Text),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    one_of("owner", Agency),
    one_of("status", ObservationStatus),
)

scrutiny_texts = Table(
    "scrutiny_texts",
    metadata,
    Column("text_id", Uuid(as_uuid=False), primary_key=True),
    _item_id(),
    _areas(),
    Column("about", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("redacted_by", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("redacted_at", DateTime(timezone=True), nullable=False),
    one_of("about", TextAbout),
)

scrutiny_text_releases = Table(
    "scrutiny_text_releases",
    metadata,
    Column("text_id", Uuid(as_uuid=False), ForeignKey("scrutiny_texts.text_id"), primary_key=True),
    _areas(),
    Column("released_by", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("released_at", DateTime(timezone=True), nullable=False),
)

scrutiny_identifications = Table(
    "scrutiny_identifications",
    metadata,
    Column("identification_id", Uuid(as_uuid=False), primary_key=True),
    _item_id(),
    _areas(),
    Column("asked_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("identified_at", DateTime(timezone=True), nullable=False),
)

scrutiny_sightings = Table(
    "scrutiny_sightings",
    metadata,
    Column("sample_id", Uuid(as_uuid=False), ForeignKey("scrutiny_samples.sample_id"), nullable=False),
    Column("person_key", Text, nullable=False),
    _areas(),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("sample_id", "person_key"),
)

scrutiny_terms = Table(
    "scrutiny_terms",
    metadata,
    Column("person_key", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("terms_version", Text, nullable=False),
    Column("accepted_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("person_key", "client_id", "terms_version"),
)
