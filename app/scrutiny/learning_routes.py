"""Routes of what a panel observes and what the agencies answer. No route here changes a decision."""

from typing import Annotated, Any

from fastapi import Path, Response

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import Page
from app.identity.call import Call
from app.identity.caller import Role
from app.scrutiny.entropy import SystemEntropy
from app.scrutiny.learning import LearningService
from app.scrutiny.learning_schemas import ObservationAnswer, ObservationBody, ObservationPatch
from app.scrutiny.service import ScrutinyService

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]
_ALL = "/v1/scrutiny/samples/{sampleId}/observations"
_ONE = _ALL + "/{observationId}"
SampleId = Annotated[str, Path(alias="sampleId", description="The id of a sample.")]
ObservationId = Annotated[str, Path(alias="observationId", description="The id of an observation.")]
_ANSWERING = (Role.SCRUTINY_FINDINGS_RW, Role.SCRUTINY_SAMPLES_RW, Role.OPINIONS_RW)


def _learning(call: Call) -> LearningService:
    return LearningService(call, ScrutinyService(call, SystemEntropy()))


async def find_sample(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a sample in the caller's areas."""
    await ScrutinyService(call, SystemEntropy()).require_sample(path["sampleId"])


async def find_observation(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names an observation on a sample in the caller's areas."""
    await _learning(call).require(path["sampleId"], path["observationId"])


@router.post(_ALL, status_code=201, summary="Record an observation", tags=_TAGS, response_model=ObservationAnswer)
@guarded(Role.SCRUTINY_FINDINGS_RW, human=True, creates=True, finds=find_sample)
async def record_observation(
    sample_id: SampleId, call: CurrentCall, body: ObservationBody, response: Response
) -> ObservationAnswer:
    """Record what the panel observes, whose it is to answer, and by when."""
    told, response.headers["ETag"] = await _learning(call).observe(sample_id, body)
    response.headers["Location"] = f"/v1/scrutiny/samples/{sample_id}/observations/{told.observation_id}"
    return told


@router.get(_ALL, summary="Read the observations", tags=_TAGS, response_model=Page[ObservationAnswer])
@guarded(Role.SCRUTINY_RO, Role.OPINIONS_RW, human=True, finds=find_sample)
async def list_observations(sample_id: SampleId, call: CurrentCall) -> Page[ObservationAnswer]:
    """Read what was observed and answered: a panel reads all, an agency what it is to answer."""
    return Page(items=tuple(await _learning(call).observations(sample_id)))


@router.get(_ONE, summary="Read an observation", tags=_TAGS, response_model=ObservationAnswer)
@guarded(Role.SCRUTINY_RO, Role.OPINIONS_RW, human=True, finds=find_observation)
async def read_observation(
    sample_id: SampleId, observation_id: ObservationId, call: CurrentCall, response: Response
) -> ObservationAnswer:
    """Read an observation with its owner, its day and its answer."""
    told, response.headers["ETag"] = await _learning(call).observation(sample_id, observation_id)
    return told


@router.patch(_ONE, summary="Answer an observation", tags=_TAGS, response_model=ObservationAnswer)
@guarded(*_ANSWERING, human=True, needs_match=True, finds=find_observation)
async def answer_observation(
    sample_id: SampleId, observation_id: ObservationId, call: CurrentCall, body: ObservationPatch, response: Response
) -> ObservationAnswer:
    """Answer an observation, or give it another owner or day; what was said before is kept."""
    told, response.headers["ETag"] = await _learning(call).answer(sample_id, observation_id, body)
    return told
