"""Scrutiny packs for tests: items, figures and observations, as a panel would have them."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from app.scrutiny import completeness, picture
from app.scrutiny.anonymity import QuasiIdentifiers
from app.scrutiny.figures import figures_of
from app.scrutiny.frame_schemas import FrameFigures, SampleAnswer
from app.scrutiny.item_schemas import ItemAnswer
from app.scrutiny.learning_schemas import ObservationAnswer
from app.scrutiny.pack_schemas import PackAnswer
from app.scrutiny.words import MARKING
from tests.decided_cases import a_decided_case, stated

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SAMPLE_ID = "019e0000-0000-7000-8000-00000000000a"
SHOWN = QuasiIdentifiers("14-15", "MALE", "BLACK", "E09000019", "2026-Q2", "THEFT_AND_BURGLARY")


def an_item(religion: str = "NONE", **changes: Any) -> ItemAnswer:
    """Return an item whose religion is whatever somebody typed."""
    case = a_decided_case(characteristics=(stated("ETHNICITY", "B1"), stated("RELIGION_OR_BELIEF", religion)))
    told = picture.characteristics(case, SHOWN)
    return ItemAnswer.model_validate(
        {
            "itemId": "019e0000-0000-7000-8000-000000000001",
            "pseudonym": "S-000000000001",
            "stratum": "TRIAGE",
            "weight": 2.5,
            "inclusionProbability": 0.4,
            "ageBand": "14-15",
            "area": "WITHHELD",
            "quarter": "WITHHELD",
            "offenceGroup": "THEFT_AND_BURGLARY",
            "characteristics": told,
            "completeness": completeness.of_item(told),
            "coarsened": [{"field": "area", "how": "WITHHELD"}],
            **picture.picture(case),
            **changes,
        }
    )


def an_observation(**changes: Any) -> ObservationAnswer:
    """Return what an earlier panel observed."""
    values = {
        "observation_id": "019e0000-0000-7000-8000-000000000002",
        "sample_id": "019e0000-0000-7000-8000-00000000000b",
        "item_id": None,
        "observation": "Victims' wishes were not noted.",
        "owner": "POLICE",
        "due_on": date(2027, 1, 31),
        "status": "OPEN",
        "response": None,
        "version": 1,
        "recorded_at": NOON,
        "recorded_by": "chair",
        "changed_at": NOON,
        "changed_by": "chair",
    }
    return ObservationAnswer.model_validate(values | changes)


def some_figures() -> FrameFigures:
    """Return the figures of a frame of sixty: forty triaged, twenty cautioned, ten of those at score four."""
    rows = [(a_decided_case(number), SHOWN) for number in range(40)]
    rows += [(a_decided_case(number, "YOUTH_CAUTION"), SHOWN) for number in range(20)]
    return FrameFigures.model_validate(asdict(figures_of(rows)))


def a_pack(items: list[ItemAnswer] | None = None, **changes: Any) -> PackAnswer:
    """Return a pack of some items, the second draw of two."""
    sample = SampleAnswer.model_validate(
        {
            "sample_id": SAMPLE_ID,
            "frame_id": "019e0000-0000-7000-8000-00000000000c",
            "purpose": "PANEL",
            "size": 1,
            "draw_number": 2,
            "draws": 2,
            "redraw_of": None,
            "reason": "The dice fell off the table.",
            "k": 5,
            "grouping": "FIVE_GROUPS_2011",
            "quasi_identifiers": [],
            "since_freeze": {"arrived": 0, "left": 0, "changed": 0},
            "contributions": [],
            "nonce": "n",
            "seed": "s",
            "drawn_at": NOON,
            "drawn_by": "chair",
        }
    )
    values: dict[str, Any] = {
        "marking": MARKING,
        "made_at": NOON,
        "sight": "SIGHTED",
        "areas": ["E09000019"],
        "decided_from": date(2026, 1, 1),
        "decided_to": date(2026, 11, 1),
        "sample": sample,
        "items": [an_item()] if items is None else items,
        "figures": some_figures(),
        "earlier_observations": [an_observation()],
    }
    return PackAnswer(**(values | changes))
