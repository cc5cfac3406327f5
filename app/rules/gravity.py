"""The gravity score of an offence with its working, and the score that a case goes by.

Decides base, movement and clamping on the matrix in force. The officer's score, where there is one, is the one used;
the matrix's own stays beside it. What a score points to is `app.rules.fit`. Scores are never added up.
"""

from collections.abc import Iterable

from app.law.book import Law
from app.law.model import MatrixEdition
from app.rules.citing import cited
from app.rules.facts import OffenceFacts, Unknown
from app.rules.findings import FactorUsed, Gravity, OffenceScore, ScoreSource
from app.rules.offence import OffenceInLaw


def score_of(index: int, offence: OffenceFacts, in_law: OffenceInLaw, matrix: MatrixEdition, law: Law) -> OffenceScore:
    """The score of one offence: the officer's if given, else the base moved by the factors and clamped, else None."""
    officer = None if isinstance(offence.officer_score, Unknown) else offence.officer_score
    base = matrix.base.get(in_law.key) if in_law.key else None
    ups, downs = _known(offence.aggravating), _known(offence.mitigating)
    movement = _limited(len(ups) - len(downs), matrix)
    moved = None if base is None else matrix.clamp(base + movement)
    used = moved if officer is None else officer.score
    lowest, highest = (used, used) if officer else _bounds(base, offence, matrix)
    return OffenceScore(
        id=offence.id,
        index=index,
        offence=in_law.key,
        mode_of_trial=in_law.mode_of_trial,
        base=base if base is not None else (officer.base if officer else None),
        movement=movement if base is not None else (officer.score - officer.base if officer else None),
        score=used,
        source=ScoreSource.OFFICER if officer else ScoreSource.MATRIX,
        factors=_used((*ups, *downs), matrix, law),
        matrix_base=base,
        matrix_score=moved,
        officer_base=officer.base if officer else None,
        officer_score=officer.score if officer else None,
        lowest=lowest,
        highest=highest,
    )


def _known(listed: tuple[str, ...] | Unknown) -> tuple[str, ...]:
    """The factors that are listed, each once and in a fixed order; none where nobody listed any."""
    return () if isinstance(listed, Unknown) else tuple(sorted(set(listed)))


def _limited(movement: int, matrix: MatrixEdition) -> int:
    """The total movement, not a movement for each factor."""
    return max(-matrix.max_movement, min(matrix.max_movement, movement))


def _bounds(base: int | None, offence: OffenceFacts, matrix: MatrixEdition) -> tuple[int | None, int | None]:
    """The least and the greatest that the score can be while factors are not known."""
    if base is None:
        return None, None
    step = matrix.max_movement
    ups, downs = len(_known(offence.aggravating)), len(_known(offence.mitigating))
    least = -step if isinstance(offence.mitigating, Unknown) else _limited(ups - downs, matrix)
    most = step if isinstance(offence.aggravating, Unknown) else _limited(ups - downs, matrix)
    return matrix.clamp(base + least), matrix.clamp(base + most)


def _used(factors: Iterable[str], matrix: MatrixEdition, law: Law) -> tuple[FactorUsed, ...]:
    """The factors of this edition among those listed, with their citations."""
    found = (matrix.factor(factor) for factor in factors)
    return tuple(FactorUsed(factor.id, factor.direction, cited(factor.citations, law)) for factor in found if factor)


def lead_of(scores: Iterable[OffenceScore]) -> OffenceScore:
    """The offence that the case goes by: the highest score; among equals the lowest id, whatever the order sent."""
    return min(scores, key=lambda score: (score.score is None, -(score.score or 0), score.id))


def gravity_of(scores: tuple[OffenceScore, ...], lead: OffenceScore, matrix: MatrixEdition) -> Gravity:
    """The score of the case, with every offence's working beside it."""
    return Gravity(score=lead.score, lead=lead.id, edition=matrix.id, status=matrix.status, offences=scores)
