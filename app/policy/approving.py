"""Two people of two agencies: who may approve a draft, and what is kept of author and approver."""

from typing import Any

from sqlalchemy import Row

from app.errors import AlreadyApproved, OtherAgencyNeeded, OwnDraft
from app.identity.call import Call


def drafted_by(call: Call) -> dict[str, Any]:
    """Return what is kept of the author of a draft."""
    caller = call.caller
    return {
        "author_key": caller.person_key,
        "author_agency": caller.agency,
        "author": caller.user_name,
        "drafted_at": call.clock.now(),
    }


def approved_by(call: Call, draft: Row[Any]) -> dict[str, Any]:
    """Return what is kept of the approval of a draft.

    Raises:
        OwnDraft: the author would approve it.
        OtherAgencyNeeded: somebody of the author's agency would.
        AlreadyApproved: it has been approved.

    """
    caller = call.caller
    if draft.author_key in caller.person_keys:
        raise OwnDraft
    if caller.agency == draft.author_agency:
        raise OtherAgencyNeeded
    if draft.approved_at is not None:
        raise AlreadyApproved
    return {
        "author_key": draft.author_key,
        "author_agency": draft.author_agency,
        "approver_key": caller.person_key,
        "approver_agency": caller.agency,
        "approver": caller.user_name,
        "approved_at": call.clock.now(),
    }
