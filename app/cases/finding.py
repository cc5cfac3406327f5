"""Finding what a path names, before anything else of a request is looked at."""

from app.advice.repository import AdviceRepository
from app.cases.erased import was_erased
from app.cases.moves_repository import MovesRepository
from app.cases.repository import CaseRepository
from app.errors import Erased, NotFound
from app.http.guard import read_id
from app.identity.call import Call
from app.identity.caller import Role


async def find_case(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a case in the caller's areas.

    There is nothing to read of a case that was erased; whoever would still act on it is told why (`Erased`).
    """
    case = await CaseRepository(call).find(read_id(path["caseId"]))
    if case is None:
        if call.writes and await was_erased(call, path["caseId"]):
            raise Erased
        raise NotFound
    call.found[case.case_id] = case


async def find_told_case(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a case in the caller's areas; read what is told of it on the same way."""
    found = await CaseRepository(call).find_told(read_id(path["caseId"]))
    if found is None:
        raise NotFound
    call.found[found.case.case_id] = found


async def find_referral(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a referral that the caller's client made."""
    if await CaseRepository(call).find_referral(read_id(path["referralId"]), call.caller.client_id) is None:
        raise NotFound


async def find_referral_to_withdraw(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the referral is the caller's client's own, or of a case that the caller may decide."""
    found = await MovesRepository(call).referral(read_id(path["referralId"]))
    own = found is not None and found.client_id == call.caller.client_id
    if found is None or not (own or call.caller.has(Role.DECISIONS_RW)):
        raise NotFound


async def find_advice(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names advice on a case in the caller's areas."""
    if await AdviceRepository(call).find(read_id(path["adviceId"])) is None:
        raise NotFound
