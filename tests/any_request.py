"""Requests for advice of every kind that the schema allows, made by Hypothesis.

`any_request` makes facts that may contradict each other; `sound_request` only facts that can all be true.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from app.rules import facts as f

OFFENCES = (
    "theft_shop",
    "common_assault",
    "poa_s4",
    "robbery",
    "bladed_article",
    "threaten_blade",
    "harassment_s2",
    "begging",
    "no_insurance",
    "abh_s47",
    "sexual_assault",
    "wasting_police_time",
    "aggravated_trespass",
)
CODES = ("TH68010", "AA06006", "AB63002")
UPS = ("A7_GROUP", "A6_PREMEDITATED", "A5_RINGLEADER")
DOWNS = ("M7_PROVOCATION", "M11_MINOR_ROLE")
AREAS = ("E99999901", "E09000019", "E09000009", "E09000007")
ABSENT = "absent"
"""Stands in a generated request for a key that is not sent."""


def word(kind: type[Any]) -> st.SearchStrategy[str]:
    """Any word of an enumeration, or no key."""
    return st.sampled_from([*(one.value for one in kind), ABSENT])


def listed(*members: str) -> st.SearchStrategy[Any]:
    """Any closed list of these, or no key, or the word UNKNOWN."""
    return st.one_of(
        st.lists(st.sampled_from(members), unique=True, max_size=4), st.sampled_from([ABSENT, f.UNKNOWN.value])
    )


def sent(value: Any) -> Any:
    """The value with every absent key left out."""
    if isinstance(value, dict):
        return {key: sent(inner) for key, inner in value.items() if inner != ABSENT}
    return [sent(one) for one in value] if isinstance(value, list) else value


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object of these fields."""
    return st.fixed_dictionaries(fields)


def days(first: date, last: date) -> st.SearchStrategy[str]:
    """Any day between two, as it is sent."""
    return st.dates(first, last).map(date.isoformat)


EXPLOITATION = objects(indicated=word(f.YesNo), nrm=word(f.Nrm), section45=word(f.Section45))
AGREEMENT = st.one_of(st.just(ABSENT), objects(toTakePart=word(f.YesNo), toConditions=word(f.YesNo)))
VICTIM = objects(
    kind=word(f.VictimKind),
    consulted=word(f.Consulted),
    preference=word(f.Preference),
    restorative=word(f.Restorative),
    supportsAction=word(f.YesNo),
)
SCORE = st.one_of(st.just(ABSENT), objects(base=st.integers(1, 5), score=st.integers(1, 5)))
ANY_DAY = days(date(1900, 1, 1), date(2100, 12, 31))


def response(on: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Any response of a child, or none."""
    known = objects(
        kind=word(f.ResponseKind),
        on=st.one_of(on, st.sampled_from([ABSENT, "UNKNOWN"])),
        to=word(f.ResponseTo),
        appropriateAdult=word(f.AppropriateAdult),
        legalAdvice=word(f.LegalAdvice),
        understood=word(f.YesNo),
    )
    return st.one_of(known, known, st.just(ABSENT))


def offence(
    committed: st.SearchStrategy[str], until: st.SearchStrategy[str], on: st.SearchStrategy[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """Any offence committed on one of these days, reported and answered on others."""
    named = st.one_of(
        st.fixed_dictionaries({"offence": st.sampled_from(OFFENCES)}),
        st.fixed_dictionaries({"cjsCode": st.sampled_from(CODES)}),
    )
    rest = objects(
        committedOn=committed,
        committedTo=st.one_of(st.just(ABSENT), until),
        reportedOn=st.one_of(until, st.sampled_from([ABSENT, "UNKNOWN"])),
        evidence=word(f.Evidence),
        response=response(on),
        circumstances=listed(*(one.value for one in f.Circumstance)),
        aggravatingFactors=listed(*UPS),
        mitigatingFactors=listed(*DOWNS),
        officerScore=SCORE,
    )
    return st.tuples(named, rest).map(lambda parts: {**parts[0], **parts[1]})


def history(given: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Any history, or none known."""
    past = objects(
        disposal=st.sampled_from([one.value for one in f.PastKind]),
        givenOn=st.one_of(given, st.just(ABSENT)),
        completion=word(f.Completion),
    )
    return st.one_of(st.lists(past, max_size=3), st.sampled_from([ABSENT, "UNKNOWN"]))


@st.composite
def any_request(draw: st.DrawFn) -> dict[str, Any]:
    """Any request that the schema allows on a day for which there is law; its facts need not agree."""
    offences = draw(st.lists(offence(ANY_DAY, ANY_DAY, ANY_DAY), min_size=1, max_size=3))
    return _request(draw, draw(days(date(2013, 4, 8), date(2100, 12, 31))), draw(ANY_DAY), offences, ANY_DAY)


@st.composite
def sound_request(draw: st.DrawFn, *, most: int = 2) -> dict[str, Any]:
    """A request whose facts can all be true, about a child of 9 to 17 at the offence."""
    as_at = draw(st.dates(date(2013, 4, 8), date(2028, 12, 31)))
    committed = as_at - timedelta(days=draw(st.integers(0, 800)))
    born = committed - timedelta(days=draw(st.integers(9 * 366, 17 * 365)))
    between = days(committed, as_at)
    made = offence(st.just(committed.isoformat()), between, between)
    offences = draw(st.lists(made, min_size=1, max_size=most))
    for one in offences:
        one["officerScore"] = _on_scale(one["officerScore"], as_at)
    tenth = born + timedelta(days=11 * 366)
    request = _request(draw, as_at.isoformat(), born.isoformat(), offences, days(tenth, max(tenth, as_at)))
    exploitation = request["child"]["exploitation"]
    if exploitation.get("indicated") == "NO" and exploitation.get("section45") in {"LIKELY", "ARGUABLE"}:
        exploitation["section45"] = "UNLIKELY"
    return request


def _on_scale(score: Any, as_at: date) -> Any:
    top = 5 if as_at >= date(2023, 9, 1) else 4
    return score if score == ABSENT else {name: min(value, top) for name, value in score.items()}


def _request(
    draw: st.DrawFn, as_at: str, born: str, offences: list[dict[str, Any]], given: st.SearchStrategy[str]
) -> dict[str, Any]:
    found: dict[str, Any] = sent(
        {
            "asAt": as_at,
            "area": draw(st.sampled_from(AREAS)),
            "child": {
                "dateOfBirth": born,
                "careStatus": draw(word(f.CareStatus)),
                "communicationNeed": draw(word(f.CommunicationNeed)),
                "exploitation": draw(EXPLOITATION),
            },
            "offences": [{"id": f"offence-{number}", **one} for number, one in enumerate(offences)],
            "victims": draw(st.one_of(st.lists(VICTIM, max_size=2), st.just(ABSENT))),
            "history": draw(history(given)),
            "agreement": draw(AGREEMENT),
        }
    )
    return found
