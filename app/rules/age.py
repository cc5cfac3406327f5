"""Age: ten or over at the offence, under 18 on the day of the advice.

Decides the two ages only. What an age brings besides is in `app.rules.warnings` and `app.rules.duties`.
"""

from datetime import date

from app.law.dates import age_on, birthday
from app.law.model import DisposalCode as D
from app.rules.facts import YesNo
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_met, requirement, unknown

RESPONSIBILITY = "age_of_criminal_responsibility"
ADULT = "adult_age"


def under_age_at_offence(matter: Matter) -> YesNo:
    """Whether the child was under the age of criminal responsibility; UNKNOWN where the days span the birthday."""
    born, offence = matter.facts.child.born_on, matter.offence
    responsible = matter.number(RESPONSIBILITY)
    if age_on(born, offence.committed_to) < responsible:
        return YesNo.YES
    return YesNo.NO if age_on(born, offence.committed_on) >= responsible else YesNo.UNKNOWN


def adult_today(matter: Matter) -> bool:
    """Whether the person is an adult on the day of the advice."""
    return matter.age >= matter.number(ADULT)


def adult_on(matter: Matter) -> date:
    """The day on which the child comes of age."""
    return birthday(matter.facts.child.born_on, matter.number(ADULT))


@requirement("ten_or_over_at_offence", Effect.EXCLUDES, {code: "AGE-01" for code in D if code != D.NO_FURTHER_ACTION})
def ten_or_over_at_offence(matter: Matter) -> Ruling:
    """A child under ten at the offence cannot be guilty of it, so nothing can be given for it."""
    saw = ("/child/dateOfBirth", "/committedOn", "/committedTo")
    match under_age_at_offence(matter):
        case YesNo.YES:
            return not_met("The child was under ten at the offence and cannot be guilty of any.", *saw)
        case YesNo.NO:
            return met("The child was ten or over at the offence.", *saw)
        case _:
            return unknown("The days of the offence span the child's tenth birthday.", *saw)


@requirement(
    "under_18_today",
    Effect.EXCLUDES,
    dict.fromkeys((D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION), "AGE-04"),
)
def under_18_today(matter: Matter) -> Ruling:
    """A disposal made for children is given to nobody who is 18 on the day, whatever the age at the offence."""
    saw = ("/child/dateOfBirth", "/asAt")
    if adult_today(matter):
        return not_met("The person is 18 or over on the day: the adult menu applies.", *saw)
    return met("The child is under 18 on the day.", *saw)


@requirement(
    "no_adult_restriction",
    Effect.NONE,
    dict.fromkeys((D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION), "AGE-06"),
    dated=True,
)
def no_adult_restriction(matter: Matter) -> Ruling:
    """The restrictions of the Criminal Justice and Courts Act 2015 s.17 are confined to adults."""
    if adult_today(matter):
        return not_met("The person is an adult: section 17 restricts an adult caution.", "/child/dateOfBirth")
    return met("Section 17 of the 2015 Act restricts cautions of adults only.", "/child/dateOfBirth")
