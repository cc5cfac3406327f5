"""The route of simulations."""

from typing import Any

from app.http.guard import CurrentCall, guarded, guarded_router
from app.identity.caller import Role
from app.policy.simulation_schemas import SimulationAnswer, SimulationIn
from app.policy.simulation_service import SimulationService

router = guarded_router()
_TAGS: list[Any] = ["Statistics"]


@router.post("/v1/simulations", summary="Hold decided cases against another policy", tags=_TAGS)
@guarded(Role.STATISTICS_RO)
async def post_simulation(call: CurrentCall, body: SimulationIn) -> SimulationAnswer:
    """Evaluate decided cases again under another protocol or matrix, and count who would be advised differently."""
    return await SimulationService(call).simulate(body)
