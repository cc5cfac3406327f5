"""The warnings that a referral is answered with are those of the advice on its facts, whichever way they are found."""

from datetime import date
from itertools import islice

from app.advice.evaluate import basis_on
from app.advice.schemas import AdviceRequest
from app.rules.advise import advise, warnings_alone
from app.rules.case import case_of
from app.rules.evaluate import is_excluded
from app.rules.findings import Standing
from tests.law.cases import book, law_cases, request_of


def test_warnings_alone_are_those_of_the_advice_on_law_cases() -> None:
    """And a disposal is excluded by itself where the advice excludes it."""
    for one in islice(law_cases(), 0, None, 4):
        asked = AdviceRequest.model_validate(request_of(one.changes))
        basis = basis_on(book(), asked.area, max(asked.as_at, date(2013, 4, 8)))
        known = asked.to_facts()
        case = case_of(known, basis.law, basis.protocol, basis.matrix)

        advice = advise(known, basis.law, basis.protocol, basis.matrix)

        excluded = {option.disposal for option in advice.options if option.standing is Standing.EXCLUDED}
        assert warnings_alone(case) == advice.warnings, one.name
        assert {disposal.code for disposal in basis.law.disposals if is_excluded(case, disposal)} == excluded, one.name
