"""Where an answer leads on to: the links of the OpenAPI description.

Pure data and what writes it into the description. A link says which operation follows, and which of its parameters the
answer holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CASE = {"caseId": "$request.path.caseId"}
ETAG = {"If-Match": "$response.header.ETag"}


@dataclass(frozen=True)
class Onward:
    """The operations that follow an operation's answer, by their ids, and the parameters that each is given."""

    status: int
    given: Mapping[str, str]
    to: tuple[str, ...]
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_OF_A_CASE = (
    "get_case", "get_timeline", "get_facts", "post_facts", "get_characteristics", "put_characteristics",
    "get_possible_matches", "get_links", "get_transfers", "post_transfer", "get_representations", "get_feedback",
    "post_representation", "post_feedback", "get_support_offer", "post_support_offer", "get_pre_assessment",
    "put_pre_assessment", "list_case_advice", "post_case_advice", "get_opinions", "get_escalation", "get_authority",
    "post_authority", "get_decision", "get_delivery", "get_completion", "list_interventions", "get_explanation",
    "list_contributions", "post_contribution",
)  # fmt: skip
_OF_A_SAMPLE = (
    "read_sample", "list_items", "export_pack", "read_verification", "read_report", "list_observations",
    "record_observation", "close_scoring",
)  # fmt: skip

LINKS: Mapping[str, tuple[Onward, ...]] = {
    "post_referral": (
        Onward(201, {"caseId": "$response.body#/caseId"}, _OF_A_CASE),
        Onward(201, {"referralId": "$response.body#/referralId"}, ("get_referral", "post_withdrawal")),
    ),
    "get_referral": (Onward(200, {"caseId": "$response.body#/caseId"}, ("get_case", "get_timeline")),),
    "list_cases": (Onward(200, {"caseId": "$response.body#/items/0/caseId"}, ("get_case", "get_timeline")),),
    "get_case": (Onward(200, CASE | ETAG, ("post_opinion", "post_decision")),),
    "get_characteristics": (Onward(200, CASE | ETAG, ("put_characteristics",)),),
    "get_pre_assessment": (Onward(200, CASE | ETAG, ("put_pre_assessment",)),),
    "put_pre_assessment": (Onward(201, CASE, ("get_pre_assessment", "post_case_advice")),),
    "post_case_advice": (
        Onward(201, {"adviceId": "$response.body#/adviceId"}, ("get_advice", "post_replay")),
        Onward(201, CASE, ("get_case",)),
    ),
    "post_opinion": (Onward(201, CASE, ("get_opinions", "get_escalation", "get_case")),),
    "post_decision": (Onward(201, CASE, ("get_decision", "post_delivery", "get_explanation")),),
    "post_delivery": (Onward(201, CASE, ("get_delivery", "post_intervention", "post_completion", "get_explanation")),),
    "post_intervention": (
        Onward(
            201,
            CASE | {"interventionId": "$response.body#/interventionId"},
            ("get_intervention", "patch_intervention"),
            also={"patch_intervention": ETAG},
        ),
    ),
    "post_meeting": (
        Onward(
            201,
            {"meetingId": "$response.body#/meetingId"},
            ("get_meeting", "get_pack", "put_meeting"),
            also={"put_meeting": ETAG},
        ),
    ),
    "freeze_frame": (Onward(201, {"frameId": "$response.body#/frameId"}, ("read_frame", "draw_sample")),),
    "draw_sample": (Onward(201, {"sampleId": "$response.body#/sampleId"}, _OF_A_SAMPLE),),
    "list_items": (
        Onward(
            200,
            {"sampleId": "$request.path.sampleId", "itemId": "$response.body#/items/0/itemId"},
            ("score_item", "read_scores", "record_finding"),
        ),
    ),
    "record_observation": (
        Onward(
            201,
            {"sampleId": "$request.path.sampleId", "observationId": "$response.body#/observationId"},
            ("read_observation", "answer_observation"),
            also={"answer_observation": ETAG},
        ),
    ),
    "post_matrix_edition": (
        Onward(201, {"id": "$response.body#/editions/0/id"}, ("get_matrix_edition", "post_matrix_approval")),
    ),
    "post_protocol_draft": (
        Onward(
            201,
            {"area": "$request.path.area", "version": "$response.body#/version"},
            ("get_protocol_version", "post_protocol_approval"),
        ),
    ),
    "list_audit": (Onward(200, {"logId": "$response.body#/items/0/logId"}, ("get_inclusion",)),),
}


def add_links(document: dict[str, Any]) -> None:
    """Put the links into an OpenAPI document, and one from every page of a list to the page after it."""
    operations = {
        operation["operationId"]: operation for path in document["paths"].values() for operation in path.values()
    }
    for name, onwards in LINKS.items():
        for onward in onwards:
            links = operations[name]["responses"][str(onward.status)].setdefault("links", {})
            for to in onward.to:
                given = {**onward.given, **onward.also.get(to, {})}
                links[to] = {"operationId": to, "parameters": given}
    for name, operation in operations.items():
        named = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", ())}
        if "cursor" in named:
            same = {one: f"$request.path.{one}" for one, place in named.items() if place == "path"}
            given = {**same, "cursor": "$response.body#/nextCursor"}
            links = operation["responses"]["200"].setdefault("links", {})
            links["next"] = {"operationId": name, "parameters": given}
