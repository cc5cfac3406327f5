"""From rows and frames to answers. Pure: decides the form of an answer and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.audit.anchoring import Anchor
from app.audit.proving import checkpoint_answer
from app.audit.schemas import AnchorAnswer
from app.scrutiny import completeness, freezing, sampling
from app.scrutiny.allocation import inclusion_probability, weight
from app.scrutiny.anonymity import WITHHELD, Shown
from app.scrutiny.detection import upper_bound_if_none_found
from app.scrutiny.frame_schemas import (
    DetectionRow,
    EntryRow,
    FrameAnswer,
    ReplacementRow,
    SampleAnswer,
    StratumRow,
    TicketRow,
    UpperBound,
    VerificationAnswer,
)
from app.scrutiny.freezing import CONFIDENCE, Frame
from app.scrutiny.item_schemas import ItemAnswer
from app.scrutiny.manifest import manifest_digest_of, manifest_of
from app.scrutiny.sampling import FrameEntry, Ticket
from app.scrutiny.words import EXCLUSION_SAYS, INCLUSION_RULES, TextAbout

_OF_FIELD = {
    "age_band": "ageBand",
    "sex": "sex",
    "ethnic_group": "ethnicGroup",
    "area": "area",
    "quarter": "quarter",
    "offence_group": "offenceGroup",
}


def allocation_rows(frame: Frame) -> list[dict[str, Any]]:
    """Return the allocation as it is kept and published."""
    held = frame.populations
    return [{"stratum": name, "population": held[name], "size": size} for name, size in frame.allocation.items()]


def exclusion_rows(frame: Frame) -> list[dict[str, Any]]:
    """Return the exclusions as they are kept and published."""
    return [
        {
            "reason": why.value,
            "says": EXCLUSION_SAYS[why],
            "disposal": disposal,
            "count": count,
            "decided": frame.population[disposal],
            "share": count / frame.population[disposal],
        }
        for (why, disposal), count in frame.exclusions.items()
    ]


def shown_document(shown: Shown | None, *, observed: bool) -> dict[str, Any] | None:
    """Return how a case is shown, as it is kept: its quasi-identifiers by their JSON names, and what was coarsened.

    `observed` says that an officer recorded an ethnicity as observed, which no item tells.
    """
    if shown is None:
        return None
    values = {name: getattr(shown.values, field) for field, name in _OF_FIELD.items()}
    coarsened = [{"field": _OF_FIELD[one.field], "how": one.how} for one in shown.coarsened]
    apart = [{"field": "officerDefinedEthnicity", "how": WITHHELD}] if observed else []
    return {"values": values, "coarsened": coarsened + apart}


def frame_answer(row: Mapping[str, Any], sample_id: str | None) -> FrameAnswer:
    """Return a frame as it is told, before the draw and after."""
    told = {name: row[name] for name in FrameAnswer.model_fields if name in row}
    size = sum(stratum["size"] for stratum in row["allocation"])
    return FrameAnswer(
        **told
        | {
            "status": "FROZEN" if sample_id is None else "DRAWN",
            "sample_id": sample_id,
            "inclusion_rules": list(INCLUSION_RULES),
            "manifest_digest": manifest_digest_of(manifest_of(row)),
            "detection_probability": _detections(row["count"], size),
            "upper_bound_if_none_found": _upper_bound(row["count"], size),
        }
    )


def _detections(population: int, size: int) -> list[DetectionRow]:
    return [
        DetectionRow(faulty_share=float(one.share), faulty=one.faulty, probability=float(one.probability))
        for one in freezing.detections(population, size)
    ]


def _upper_bound(population: int, size: int) -> UpperBound:
    faulty = upper_bound_if_none_found(population, size, CONFIDENCE)
    return UpperBound(confidence=float(CONFIDENCE), faulty=faulty, share=faulty / population)


def sample_answer(sample: Mapping[str, Any], frame: Row[Any], *, draws: int) -> SampleAnswer:
    """Return a sample as it is told; `draws` counts those of its areas, period and strata by now."""
    told = {name: sample[name] for name in SampleAnswer.model_fields if name in sample}
    size = sum(stratum["size"] for stratum in frame.allocation)
    return SampleAnswer(
        **told
        | {"purpose": frame.purpose, "size": size, "redraw_of": frame.redraw_of, "reason": frame.reason}
        | {"draws": draws, "k": frame.k, "grouping": frame.grouping, "quasi_identifiers": list(_OF_FIELD.values())}
    )


def verification_answer(
    sample: Row[Any],
    frame: Row[Any],
    entries: Sequence[FrameEntry],
    replaced: Mapping[str, str],
    anchor: Anchor | None,
) -> VerificationAnswer:
    """Return what lets a stranger recompute the draw; the draw told is itself recomputed from the kept seed."""
    manifest = manifest_of(dict(frame._mapping))  # noqa: SLF001  (SQLAlchemy's public name)
    sizes = {row["stratum"]: row["size"] for row in frame.allocation}
    drawn = sampling.draw(entries, seed=sample.seed, allocation=sizes)
    return VerificationAnswer(
        sample_id=sample.sample_id,
        frame_id=frame.frame_id,
        algorithm=frame.algorithm,
        nonce_commitment=frame.nonce_commitment,
        nonce=sample.nonce,
        contributions=sample.contributions,
        seed=sample.seed,
        frame_digest=frame.frame_digest,
        strata_digest=frame.strata_digest,
        entries=[EntryRow(entry=one.entry, stratum=one.stratum) for one in entries],
        allocation=[StratumRow(**row) for row in frame.allocation],
        drawn=_ticket_rows(drawn.drawn),
        reserves=_ticket_rows(drawn.reserves),
        replacements=[ReplacementRow(entry=entry, replaces=other) for entry, other in replaced.items()],
        manifest=manifest,
        manifest_digest=manifest_digest_of(manifest),
        anchor=None if anchor is None else _anchor(anchor),
    )


def _anchor(anchor: Anchor) -> AnchorAnswer:
    signed = None if anchor.checkpoint is None else checkpoint_answer(anchor.checkpoint)
    return AnchorAnswer(**vars(anchor) | {"checkpoint": signed})


def _ticket_rows(tickets: Sequence[Ticket]) -> list[TicketRow]:
    return [TicketRow(entry=one.entry, ticket=one.ticket, stratum=one.stratum) for one in tickets]


def item_answer(row: Row[Any], frame: Row[Any], *, changed: bool, texts: Sequence[Row[Any]] = ()) -> ItemAnswer:
    """Return an item as a panel sees it; `changed` says that the record of its case is no longer what was frozen.

    `texts` are the released texts of this and other items; the last of each kind stands.
    """
    standing = {text.about: _text(text) for text in texts if text.item_id == row.item_id}
    population, size = next(
        (one["population"], one["size"]) for one in frame.allocation if one["stratum"] == row.stratum
    )
    quasi = {name: value for name, value in row.shown["values"].items() if name not in {"sex", "ethnicGroup"}}
    return ItemAnswer.model_validate(
        {
            "itemId": row.item_id,
            "pseudonym": row.pseudonym,
            "stratum": row.stratum,
            "replaces": row.replaces,
            "changedSinceFreeze": changed,
            "weight": float(weight(population, size)),
            "inclusionProbability": float(inclusion_probability(population, size)),
            "panelDraws": row.panel_draws,
            "texts": [standing[about] for about in TextAbout if about in standing],
            "characteristics": row.told,
            "completeness": completeness.of_item(row.told),
            "coarsened": row.shown["coarsened"],
            **quasi,
            **row.picture,
        }
    )


def _text(row: Row[Any]) -> dict[str, str]:
    return {"about": row.about, "text": row.text, "redactedBy": row.redacted_by, "releasedBy": row.released_by}


def without_characteristics(item: ItemAnswer) -> ItemAnswer:
    """Return an item as it is seen before the characteristics are: nothing of them, nor of a stratum made of them."""
    return item.model_copy(update={"characteristics": [], "coarsened": [], "stratum": WITHHELD})
