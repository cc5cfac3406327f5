"""Routes of withdrawal, search, transfer, representations and feedback."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Response

from app.cases.finding import find_case, find_referral_to_withdraw
from app.cases.moves_schemas import (
    FoundReferral,
    SearchIn,
    TransferAnswer,
    TransferIn,
    Transfers,
    VoiceAnswer,
    VoiceIn,
    VoicesAnswer,
    WithdrawalAnswer,
    WithdrawalIn,
)
from app.cases.referral_service import ReferralService
from app.cases.transfer_service import TransferService
from app.cases.voice_service import VoiceService
from app.cases.words import VoiceKind
from app.http.guard import CaseId, CurrentCall, ReferralId, guarded, guarded_router
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.identity.caller import Agency, Role

router = guarded_router()
_REFERRALS: list[Any] = ["Referrals"]
_CASES: list[Any] = ["Cases"]
_TRANSFER = "/v1/cases/{caseId}/transfer"
_REPRESENTATIONS = "/v1/cases/{caseId}/representations"
_FEEDBACK = "/v1/cases/{caseId}/feedback"


@router.post(
    "/v1/referrals/{referralId}/withdrawal",
    status_code=201,
    summary="Withdraw a referral",
    tags=_REFERRALS,
    response_model=WithdrawalAnswer,
)
@guarded(
    Role.REFERRALS_RW,
    Role.DECISIONS_RW,
    agencies=frozenset({Agency.POLICE}),
    creates=True,
    finds=find_referral_to_withdraw,
)
async def post_withdrawal(call: CurrentCall, referral_id: ReferralId, body: WithdrawalIn) -> WithdrawalAnswer:
    """Withdraw a referral before its decision, with a reason: by the client that made it, or the police of its area."""
    return await ReferralService(call).withdraw(referral_id, body)


@router.post(
    "/v1/referrals/search", summary="Search own referrals", tags=_REFERRALS, response_model=Page[FoundReferral]
)
@guarded(Role.REFERRALS_RW)
async def search_referrals(
    call: CurrentCall, body: SearchIn, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[FoundReferral]:
    """Find what the caller's own client referred, by source or by the child's identifiers."""
    rows = await ReferralService(call).search(body, id_after(wanted.cursor), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda row: row.referral_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.post(_TRANSFER, status_code=201, summary="Transfer a case", tags=_CASES, response_model=TransferAnswer)
@guarded(
    Role.OPINIONS_RW,
    agencies=frozenset({Agency.POLICE, Agency.YJS}),
    human=True,
    creates=True,
    finds=find_case,
)
async def post_transfer(call: CurrentCall, case_id: CaseId, body: TransferIn, response: Response) -> TransferAnswer:
    """Propose that a case goes to another area, or answer the other agency's proposal; managers of both."""
    answer, case = await TransferService(call).step(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_TRANSFER, summary="Read the transfers of a case", tags=_CASES, response_model=Transfers)
@guarded(Role.CASES_RO, finds=find_case)
async def get_transfers(call: CurrentCall, case_id: CaseId) -> Transfers:
    """Read what was proposed, confirmed and declined."""
    return await TransferService(call).transfers(case_id)


@router.post(
    _REPRESENTATIONS, status_code=201, summary="Record a representation", tags=_CASES, response_model=VoiceAnswer
)
@guarded(Role.PRE_ASSESSMENTS_RW, human=True, creates=True, finds=find_case)
async def post_representation(call: CurrentCall, case_id: CaseId, body: VoiceIn) -> VoiceAnswer:
    """Record what the child or family says of the proposed outcome."""
    return await VoiceService(call).record(case_id, VoiceKind.REPRESENTATION, body)


@router.get(_REPRESENTATIONS, summary="Read the representations", tags=_CASES, response_model=VoicesAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_representations(call: CurrentCall, case_id: CaseId) -> VoicesAnswer:
    """Read what the child or family said of the proposed outcome."""
    return await VoiceService(call).read(case_id, VoiceKind.REPRESENTATION)


@router.post(_FEEDBACK, status_code=201, summary="Record feedback", tags=_CASES, response_model=VoiceAnswer)
@guarded(Role.PRE_ASSESSMENTS_RW, human=True, creates=True, finds=find_case)
async def post_feedback(call: CurrentCall, case_id: CaseId, body: VoiceIn) -> VoiceAnswer:
    """Record what the child or family says afterwards of how it was."""
    return await VoiceService(call).record(case_id, VoiceKind.FEEDBACK, body)


@router.get(_FEEDBACK, summary="Read the feedback", tags=_CASES, response_model=VoicesAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_feedback(call: CurrentCall, case_id: CaseId) -> VoicesAnswer:
    """Read what the child or family said afterwards."""
    return await VoiceService(call).read(case_id, VoiceKind.FEEDBACK)
