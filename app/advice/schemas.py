"""The request for advice as JSON, and how it becomes `CaseFacts`.

Decides what a request may say, strictly: an unknown field is refused, `null` is no fact, and a protected characteristic
or anything about engagement is refused by name wherever it stands. The parts (child, offence, victim, history) are the
same in a referral. What the facts mean is `app.rules`.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, Final, Self, get_args

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, model_validator
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from app import errors
from app.errors import FactsError, FieldError
from app.http.schema import Code, Day, Line, Many, Narrative, Schema, Word
from app.law.book import Law
from app.law.model import MatrixEdition
from app.rules import facts as f
from app.rules.consistency import faults_of
from app.rules.facts import UNKNOWN, Unknown

MAX_OFFENCES = 20
MAX_LISTED = 100

# ── what is not a fact for a decision ────────────────────────────────────────

NOT_DECISION_FACTS: Final = frozenset(
    """
    characteristic characteristics protectedcharacteristic protectedcharacteristics
    ethnicity ethnic ethnicgroup ethnicorigin race racialgroup nationality nationalorigin colour color
    sex gender genderidentity genderreassignment trans transgender
    religion belief religionorbelief faith
    disability disabilities disabled sexualorientation sexuality
    pregnancy pregnant maternity pregnancymaternity pregnancyandmaternity
    marriage civilpartnership marriagecivilpartnership maritalstatus
    careexperience send sen ehcp neurodiversity neurodivergence neurodivergent speechlanguagecommunication
    gypsyromatraveller traveller firstlanguage language migrationstatus immigrationstatus deprivation
    engagement engaged engages engagementlevel engagementwithassessment willingness cooperation attendance
    """.split()  # noqa: SIM905 - a page of words reads better than a list of strings
)
"""Names, letters only and in lower case, under which something might be sent that no decision may rest on."""


def _forbidden(value: Any, place: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:  # noqa: ANN401
    """Every place at which something stands that is not a fact for a decision."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if _is_forbidden(name):
                yield (*place, name)
            elif isinstance(inner, dict | list):
                yield from _forbidden(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict | list):
                yield from _forbidden(inner, (*place, index))


@lru_cache(maxsize=2048)
def _is_forbidden(name: str) -> bool:
    return "".join(filter(str.isalpha, str(name))).lower() in NOT_DECISION_FACTS


def refuse_characteristics(value: Any) -> Any:  # noqa: ANN401  (whatever JSON held)
    """Return a body as it is; raise a validation error with a pointer to everything that is not a decision fact."""
    faults = [
        InitErrorDetails(
            type=PydanticCustomError("not-a-decision-fact", "No decision may rest on this."), loc=place, input=None
        )
        for place in _forbidden(value)
    ]
    if faults:
        raise ValidationError.from_exception_data("facts", faults)
    return value


class Blind(Schema):
    """Base of every body of facts for a decision: refuses what is not one, by name and wherever it stands."""

    @model_validator(mode="before")
    @classmethod
    def _only_decision_facts(cls, value: Any) -> Any:  # noqa: ANN401  (whatever JSON held)
        return refuse_characteristics(value)


# ── unknown is a value ───────────────────────────────────────────────────────


class _OrUnknown:
    """Reads `X | Unknown`: the word UNKNOWN, else an X whose faults keep their own place."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        known = next(one for one in get_args(source) if one is not Unknown)
        inner = handler.generate_schema(known)
        return core_schema.no_info_wrap_validator_function(
            lambda value, read: UNKNOWN if value == UNKNOWN else read(value),
            inner,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda value, write: UNKNOWN.value if value is UNKNOWN else write(value), schema=inner
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"const": UNKNOWN.value}]}


OrUnknown = _OrUnknown()

# ── the parts ────────────────────────────────────────────────────────────────


class ExploitationIn(Blind):
    """What is known of exploitation of the child."""

    indicated: Word[f.YesNo] = f.YesNo.UNKNOWN
    nrm: Word[f.Nrm] = f.Nrm.UNKNOWN
    section45: Word[f.Section45] = f.Section45.UNKNOWN


class ChildUpdate(Blind):
    """What may become known of a child after the referral."""

    care_status: Word[f.CareStatus] = f.CareStatus.UNKNOWN
    communication_need: Word[f.CommunicationNeed] = f.CommunicationNeed.UNKNOWN
    exploitation: ExploitationIn = ExploitationIn()


class ChildIn(ChildUpdate):
    """The child, as far as advice may look."""

    date_of_birth: Day


class ResponseIn(Blind):
    """What the child says about the offence, and how it was taken."""

    kind: Word[f.ResponseKind] = f.ResponseKind.UNKNOWN
    on: Annotated[Day | Unknown, OrUnknown] = UNKNOWN
    to: Word[f.ResponseTo] = f.ResponseTo.UNKNOWN
    appropriate_adult: Word[f.AppropriateAdult] = f.AppropriateAdult.UNKNOWN
    legal_advice: Word[f.LegalAdvice] = f.LegalAdvice.UNKNOWN
    understood: Word[f.YesNo] = f.YesNo.UNKNOWN


class OfficerScoreIn(Blind):
    """The officer's base and score. The rationale is kept with the facts and read by no rule."""

    base: Annotated[int, Field(ge=1, le=5)]
    score: Annotated[int, Field(ge=1, le=5)]
    rationale: Narrative = ""


Factors = Annotated[Many[Code], Field(max_length=MAX_LISTED)]
Flags = Annotated[Many[Word[f.Circumstance]], Field(max_length=MAX_LISTED)]


class OffenceEstablished(Blind):
    """What may become known of an offence after the referral."""

    id: Code
    reported_on: Annotated[Day | Unknown, OrUnknown] = UNKNOWN
    evidence: Word[f.Evidence] = f.Evidence.UNKNOWN
    response: ResponseIn = ResponseIn()
    circumstances: Annotated[Flags | Unknown, OrUnknown] = UNKNOWN
    aggravating_factors: Annotated[Factors | Unknown, OrUnknown] = UNKNOWN
    mitigating_factors: Annotated[Factors | Unknown, OrUnknown] = UNKNOWN
    officer_score: Annotated[OfficerScoreIn | Unknown, OrUnknown] = UNKNOWN


class OffenceIn(OffenceEstablished):
    """An offence, named by our own key, by its CJS code, or by both."""

    offence: Annotated[Code | Unknown, OrUnknown] = UNKNOWN
    cjs_code: Annotated[Code | Unknown, OrUnknown] = UNKNOWN
    committed_on: Day
    committed_to: Annotated[Day | Unknown, OrUnknown] = UNKNOWN

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.offence is UNKNOWN and self.cjs_code is UNKNOWN:
            raise PydanticCustomError("offence-missing", "An offence needs its key or its CJS code.")
        return self


class VictimIn(Blind):
    """A victim's part."""

    kind: Word[f.VictimKind] = f.VictimKind.UNKNOWN
    consulted: Word[f.Consulted] = f.Consulted.UNKNOWN
    preference: Word[f.Preference] = f.Preference.UNKNOWN
    restorative: Word[f.Restorative] = f.Restorative.UNKNOWN
    supports_action: Word[f.YesNo] = f.YesNo.UNKNOWN


class PastDisposalIn(Blind):
    """Something the child was given before."""

    disposal: Word[f.PastKind]
    given_on: Annotated[Day | Unknown, OrUnknown] = UNKNOWN
    offence: Annotated[Line | Unknown, OrUnknown] = UNKNOWN
    completion: Word[f.Completion] = f.Completion.UNKNOWN


class AgreementIn(Blind):
    """Whether the child agrees; asked at the offer."""

    to_take_part: Word[f.YesNo] = f.YesNo.UNKNOWN
    to_conditions: Word[f.YesNo] = f.YesNo.UNKNOWN


Victims = Annotated[Many[VictimIn], Field(max_length=MAX_LISTED)]
History = Annotated[Many[PastDisposalIn], Field(max_length=MAX_LISTED)]


class FactUpdates(Blind):
    """Facts established after the referral: only what is sent is known; an offence is named by its id."""

    child: ChildUpdate = ChildUpdate()
    offences: Annotated[Many[OffenceEstablished], Field(max_length=MAX_OFFENCES)] = ()
    victims: Annotated[Victims | Unknown, OrUnknown] = UNKNOWN
    history: Annotated[History | Unknown, OrUnknown] = UNKNOWN
    agreement: AgreementIn = AgreementIn()


class FactsIn(Blind):
    """All facts of a case that advice may rest on."""

    child: ChildIn
    offences: Annotated[Many[OffenceIn], Field(min_length=1, max_length=MAX_OFFENCES)]
    victims: Annotated[Victims | Unknown, OrUnknown] = UNKNOWN
    history: Annotated[History | Unknown, OrUnknown] = UNKNOWN
    agreement: AgreementIn = AgreementIn()

    def to_facts(self) -> f.CaseFacts:
        """Return the facts as the rules read them."""
        return case_facts(self)


class AdviceRequest(FactsIn):
    """A request for advice: the day that it is to be given for, the area, and the facts."""

    as_at: Day
    area: Annotated[str, Field(pattern=r"^[EW][0-9]{8}$")]


# ── into facts ───────────────────────────────────────────────────────────────


def case_facts(facts: FactsIn) -> f.CaseFacts:
    """Return what was sent as the rules read it; nothing else of the request goes with it."""
    return f.CaseFacts(
        child=_child(facts.child),
        offences=tuple(_offence(offence) for offence in facts.offences),
        victims=UNKNOWN if isinstance(facts.victims, Unknown) else tuple(_victim(one) for one in facts.victims),
        history=UNKNOWN if isinstance(facts.history, Unknown) else tuple(_past(one) for one in facts.history),
        agreement=f.Agreement(facts.agreement.to_take_part, facts.agreement.to_conditions),
    )


def _child(child: ChildIn) -> f.Child:
    exploitation = child.exploitation
    return f.Child(
        born_on=child.date_of_birth,
        care=child.care_status,
        communication_need=child.communication_need,
        exploitation=f.Exploitation(exploitation.indicated, exploitation.nrm, exploitation.section45),
    )


def _offence(offence: OffenceIn) -> f.OffenceFacts:
    committed_to = offence.committed_to
    score = offence.officer_score
    return f.OffenceFacts(
        id=offence.id,
        committed_on=offence.committed_on,
        committed_to=offence.committed_on if isinstance(committed_to, Unknown) else committed_to,
        offence=None if isinstance(offence.offence, Unknown) else offence.offence,
        cjs_code=None if isinstance(offence.cjs_code, Unknown) else offence.cjs_code,
        reported_on=offence.reported_on,
        evidence=offence.evidence,
        response=_response(offence.response),
        circumstances=offence.circumstances,
        aggravating=offence.aggravating_factors,
        mitigating=offence.mitigating_factors,
        officer_score=UNKNOWN if isinstance(score, Unknown) else f.OfficerScore(score.base, score.score),
    )


def _response(response: ResponseIn) -> f.Response:
    return f.Response(
        kind=response.kind,
        on=response.on,
        to=response.to,
        appropriate_adult=response.appropriate_adult,
        legal_advice=response.legal_advice,
        understood=response.understood,
    )


def _victim(victim: VictimIn) -> f.Victim:
    return f.Victim(victim.kind, victim.consulted, victim.preference, victim.restorative, victim.supports_action)


def _past(past: PastDisposalIn) -> f.PastDisposal:
    return f.PastDisposal(past.disposal, past.given_on, past.offence, past.completion)


# ── facts that cannot all be true ────────────────────────────────────────────

_REFUSALS: Final[tuple[type[FactsError], ...]] = (
    errors.UnknownOffence,
    errors.OffenceMismatch,
    errors.InconsistentFacts,
    errors.NotAChild,
)


def check_consistency(facts: f.CaseFacts, law: Law, matrix: MatrixEdition) -> None:
    """Raise the first kind of refusal that applies, with every fault of the request; return nothing if there is none.

    The kinds in order: an offence that nobody knows, a key and a code that disagree, facts that cannot all be true, a
    person who was no child at the offence.
    """
    faults = faults_of(facts, law, matrix)
    found = tuple(FieldError(fault.pointer, fault.code, fault.message) for fault in faults)
    for refusal in _REFUSALS:
        if any(fault.code == refusal.code for fault in faults):
            raise refusal(errors=found)
