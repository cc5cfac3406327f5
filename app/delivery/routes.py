"""Routes of delivery, conditions, interventions and completion."""

from typing import Annotated, Any

from fastapi import Path, Response

from app.cases.finding import find_case
from app.delivery.condition_service import ConditionService
from app.delivery.finding import find_intervention
from app.delivery.interventions import InterventionService
from app.delivery.schemas import (
    CompletionAnswer,
    CompletionIn,
    ConditionsAnswer,
    DeliveryAnswer,
    DeliveryIn,
    InterventionAnswer,
    InterventionChange,
    InterventionIn,
    VariationIn,
)
from app.delivery.service import DeliveryService
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router
from app.http.pages import Page
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Delivery"]
_DELIVERY = "/v1/cases/{caseId}/delivery"
_CONDITIONS = "/v1/cases/{caseId}/conditions"
_INTERVENTIONS = "/v1/cases/{caseId}/interventions"
_INTERVENTION = "/v1/cases/{caseId}/interventions/{interventionId}"
_COMPLETION = "/v1/cases/{caseId}/completion"
InterventionId = Annotated[str, Path(alias="interventionId", description="The id of an intervention.")]


@router.post(_DELIVERY, status_code=201, summary="Give the disposal", tags=_TAGS, response_model=DeliveryAnswer)
@guarded(Role.DELIVERY_RW, human=True, creates=True, finds=find_case)
async def post_delivery(call: CurrentCall, case_id: CaseId, body: DeliveryIn, response: Response) -> DeliveryAnswer:
    """Record that the decided disposal was given; every requirement that is not shown is named with its rule."""
    answer, case = await DeliveryService(call).deliver(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_DELIVERY, summary="Read the delivery", tags=_TAGS, response_model=DeliveryAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_delivery(call: CurrentCall, case_id: CaseId) -> DeliveryAnswer:
    """Read the newest delivery; 404 when there is none."""
    return await DeliveryService(call).delivery(case_id)


@router.post(_CONDITIONS, status_code=201, summary="Vary the conditions", tags=_TAGS, response_model=ConditionsAnswer)
@guarded(Role.DELIVERY_RW, human=True, creates=True, needs_match=True, finds=find_case)
async def post_conditions(
    call: CurrentCall, case_id: CaseId, body: VariationIn, response: Response
) -> ConditionsAnswer:
    """Vary the conditions of a youth conditional caution under way, with the child's consent and signature (YCC-19)."""
    answer, case = await ConditionService(call).vary(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_CONDITIONS, summary="Read the conditions", tags=_TAGS, response_model=Page[ConditionsAnswer])
@guarded(Role.CASES_RO, finds=find_case)
async def list_conditions(call: CurrentCall, case_id: CaseId) -> Page[ConditionsAnswer]:
    """Read every version of the conditions, as given first, the one that stands last; 404 where none were given."""
    return Page(items=await ConditionService(call).versions(case_id))


@router.post(
    _INTERVENTIONS, status_code=201, summary="Add an intervention", tags=_TAGS, response_model=InterventionAnswer
)
@guarded(Role.DELIVERY_RW, creates=True, finds=find_case)
async def post_intervention(
    call: CurrentCall, case_id: CaseId, body: InterventionIn, response: Response
) -> InterventionAnswer:
    """Add what is done with the child, with its exit plan."""
    answer, response.headers["ETag"] = await InterventionService(call).add(case_id, body)
    response.headers["Location"] = f"/v1/cases/{case_id}/interventions/{answer.intervention_id}"
    return answer


@router.get(_INTERVENTIONS, summary="List the interventions", tags=_TAGS, response_model=Page[InterventionAnswer])
@guarded(Role.CASES_RO, finds=find_case)
async def list_interventions(call: CurrentCall, case_id: CaseId) -> Page[InterventionAnswer]:
    """List what is done with the child."""
    return Page(items=await InterventionService(call).of_case(case_id))


@router.get(_INTERVENTION, summary="Read an intervention", tags=_TAGS, response_model=InterventionAnswer)
@guarded(Role.CASES_RO, finds=find_intervention)
async def get_intervention(
    call: CurrentCall, case_id: CaseId, intervention_id: InterventionId, response: Response
) -> InterventionAnswer:
    """Read an intervention as it stands."""
    answer, response.headers["ETag"] = await InterventionService(call).read(case_id, intervention_id)
    return answer


@router.patch(_INTERVENTION, summary="Change an intervention", tags=_TAGS, response_model=InterventionAnswer)
@guarded(Role.DELIVERY_RW, needs_match=True, finds=find_intervention)
async def patch_intervention(
    call: CurrentCall, case_id: CaseId, intervention_id: InterventionId, body: InterventionChange, response: Response
) -> InterventionAnswer:
    """Change an intervention: how it stands, when it ends, how the child leaves it. What was before is kept."""
    answer, response.headers["ETag"] = await InterventionService(call).change(case_id, intervention_id, body)
    return answer


@router.post(_COMPLETION, status_code=201, summary="End the disposal", tags=_TAGS, response_model=CompletionAnswer)
@guarded(Role.DELIVERY_RW, human=True, creates=True, finds=find_case)
async def post_completion(
    call: CurrentCall, case_id: CaseId, body: CompletionIn, response: Response
) -> CompletionAnswer:
    """Record how it ended. Not completed: some disposals return the case for decision, others close it."""
    answer, case = await DeliveryService(call).complete(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_COMPLETION, summary="Read how it ended", tags=_TAGS, response_model=CompletionAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_completion(call: CurrentCall, case_id: CaseId) -> CompletionAnswer:
    """Read how the newest delivery ended; 404 when it has not."""
    return await DeliveryService(call).completion(case_id)
