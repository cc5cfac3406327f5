"""Finding what a path of delivery names, before anything else of a request is looked at."""

from app.cases.finding import find_case
from app.delivery.repository import DeliveryRepository
from app.errors import NotFound
from app.http.guard import read_id
from app.identity.call import Call


async def find_intervention(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names an intervention of a case in the caller's areas."""
    await find_case(call, path)
    if await DeliveryRepository(call).intervention(path["caseId"], read_id(path["interventionId"])) is None:
        raise NotFound
