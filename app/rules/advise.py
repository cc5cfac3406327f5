"""The one public function of the rules: facts, law, local protocol and matrix in; advice out.

Decides nothing about a child: it says how each of the ten disposals stands, why, and what else bears on the case. The
same facts, law, protocol and matrix always give the same advice. The day of the advice is `law.as_at`: no clock is
read.
"""

from app.law.book import Law
from app.law.model import DisposalCode, MatrixEdition, Protocol
from app.rules.asked_later import DECISION, DELIVERY
from app.rules.blindness import PROTECTIVE_READS
from app.rules.case import Case, case_of
from app.rules.clocks import clocks_of
from app.rules.consequences import first_time_entrant, on_pnc, outcome_code
from app.rules.duties import duties_of
from app.rules.evaluate import Evaluated, evaluate, is_excluded
from app.rules.facts import CaseFacts
from app.rules.findings import Advice, Fit, Later, Option, ScoreSource, Standing, Warn
from app.rules.open_questions import open_questions
from app.rules.warnings import warnings_of

ENGINE_VERSION = "1.0.0"
"""The version of the rules; it changes with every change that could alter an advice."""

_REOPENS = Later("YC-02", "A later admission or acceptance that is reliable, advised and validly taken.")
_NOT_EXCLUDED = frozenset(Standing) - {Standing.EXCLUDED}
_POSSIBLE = frozenset({Standing.AVAILABLE, Standing.NEEDS_AUTHORITY})


def advise(facts: CaseFacts, law: Law, protocol: Protocol, matrix: MatrixEdition) -> Advice:
    """Advise on a case.

    `facts` name offences that `law` knows; `law` is the book opened at the day of the advice; `protocol` is the area's
    and `matrix` the gravity matrix of that day. Total: no facts within the request schema raise.
    """
    case = case_of(facts, law, protocol, matrix)
    evaluated = evaluate(case)
    options = tuple(_option(case, one) for one in evaluated)
    questions = () if case.under_ten else open_questions(case, evaluated)
    scored = case.gravity.score is not None or case.under_ten
    return Advice(
        as_at=law.as_at,
        provisional=not scored or any(question.changes_standing for question in questions),
        gravity=case.gravity,
        options=options,
        least_restrictive_indicated=_first_indicated(options, _POSSIBLE),
        least_restrictive_still_possible=_first_indicated(options, _POSSIBLE | {Standing.OPEN}),
        score_status=_score_status(case),
        open_questions=questions,
        duties=duties_of(case, options),
        warnings=warnings_of(
            case, frozenset(one.disposal for one in options if one.standing in _NOT_EXCLUDED).__contains__
        ),
        clocks=() if case.under_ten else clocks_of(case),
        protocol_area=protocol.area,
        protocol_name=protocol.name,
        protocol_version=protocol.version,
        law_digest=law.digest,
        engine_version=ENGINE_VERSION,
        protective_reads=PROTECTIVE_READS,
    )


def warnings_alone(case: Case) -> tuple[Warn, ...]:
    """The warnings of the advice on a case: only those disposals are looked at on which a warning turns."""
    return warnings_of(case, lambda code: not is_excluded(case, case.law.disposal(code)))


def _option(case: Case, evaluated: Evaluated) -> Option:
    disposal = evaluated.disposal
    matters = case.seen_for(disposal)
    lead = case.matters[0].lead.index
    return Option(
        disposal=disposal.code,
        rank=disposal.rank,
        local_name=case.protocol.local_name(disposal.code),
        outcome_code=outcome_code(disposal, matters, lead),
        standing=evaluated.standing,
        authority=evaluated.authority,
        fit=evaluated.fit,
        findings=evaluated.findings,
        at_decision=DECISION.asked(matters),
        at_delivery=DELIVERY.asked(matters),
        reopens_if=_reopens_if(evaluated),
        by_offence=evaluated.standings,
        consequences=disposal.consequences,
        on_pnc=on_pnc(disposal, matters),
        first_time_entrant=first_time_entrant(disposal, case.facts),
    )


def _reopens_if(evaluated: Evaluated) -> Later | None:
    """What would reopen an excluded disposal: only where the child's word is all that closes it."""
    closed_by = evaluated.closed_by
    return _REOPENS if closed_by and all(finding.reopens for finding in closed_by) else None


def _first_indicated(options: tuple[Option, ...], standings: frozenset[Standing]) -> DisposalCode | None:
    """The least restrictive option that is indicated and stands in one of these ways."""
    return next(
        (option.disposal for option in options if option.fit is Fit.INDICATED and option.standing in standings), None
    )


def _score_status(case: Case) -> str:
    """Whose score the case goes by: the officer's, or that of the matrix with its status."""
    lead = case.matters[0].lead
    return ScoreSource.OFFICER if lead.source is ScoreSource.OFFICER else case.matrix.status
