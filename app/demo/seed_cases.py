"""Which invented cases there are: how many in each area, of which children, how far each got and on which days.

Decides what is given before anybody is asked for advice; what police and YJS then hold is `seed_views`. In Islington
the ethnic groups stand to each other as in its youth justice plan of 2023-24 (Asian 6, Black 45, Mixed 20, Other 5,
White 24 of a hundred); the other mixes are invented. What was not stated is part of every mix.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum

from app.clock import LONDON
from app.demo.seed_choice import Choices, shuffled
from app.demo.seed_words import OFFENCES, ROBBERY, OffenceKind
from app.identity.demo_clients import CAMDEN, EXAMPLE_AREA, ISLINGTON
from app.law.calendar import is_working_day, working_days_after
from app.law.model import DisposalCode
from app.scrutiny.allocation import largest_remainder

NOT_STATED = "NOT_STATED"
WEEK = timedelta(weeks=1)


class Step(StrEnum):
    """What is done in a case, in this order; each is one request and one transaction."""

    REFERRAL = "REFERRAL"
    PRE_ASSESSMENT = "PRE_ASSESSMENT"
    CHARACTERISTICS = "CHARACTERISTICS"
    ADVICE = "ADVICE"
    POLICE_1 = "POLICE_1"
    YJS_1 = "YJS_1"
    POLICE_2 = "POLICE_2"
    YJS_2 = "YJS_2"
    POLICE_3 = "POLICE_3"
    YJS_3 = "YJS_3"
    DECISION = "DECISION"
    DELIVERY = "DELIVERY"
    COMPLETION = "COMPLETION"


class Agreed(IntEnum):
    """At which level police and YJS come to agree."""

    AT_ONCE = 1
    MANAGERS = 2
    SENIORS = 3
    NEVER = 4


@dataclass(frozen=True)
class AreaPlan:
    """An area of the demonstration: how many cases are decided there, of whom, and when its panel meets."""

    area: str
    prefix: str
    decided: int
    ethnic_mix: Mapping[str, int]
    girls: int
    charged: int
    first_panel: date
    panels: int
    open_panel: date


AREAS = (
    AreaPlan(
        area=ISLINGTON,
        prefix="IS",
        decided=86,
        ethnic_mix={"ASIAN": 5, "BLACK": 36, "MIXED": 16, "OTHER": 4, "WHITE": 19, NOT_STATED: 6},
        girls=21,
        charged=2,
        first_panel=date(2025, 10, 1),
        panels=55,
        open_panel=date(2026, 11, 18),
    ),
    AreaPlan(
        area=CAMDEN,
        prefix="CA",
        decided=76,
        ethnic_mix={"ASIAN": 19, "BLACK": 19, "MIXED": 10, "OTHER": 5, "WHITE": 18, NOT_STATED: 5},
        girls=18,
        charged=2,
        first_panel=date(2025, 10, 7),
        panels=54,
        open_panel=date(2026, 11, 17),
    ),
    AreaPlan(
        area=EXAMPLE_AREA,
        prefix="EX",
        decided=8,
        ethnic_mix={"ASIAN": 2, "BLACK": 2, "MIXED": 1, "WHITE": 3},
        girls=25,
        charged=0,
        first_panel=date(2026, 2, 19),
        panels=36,
        open_panel=date(2026, 11, 16),
    ),
)

OPEN_CASES: tuple[tuple[Step, Agreed], ...] = (
    (Step.REFERRAL, Agreed.AT_ONCE),
    (Step.REFERRAL, Agreed.AT_ONCE),
    (Step.CHARACTERISTICS, Agreed.AT_ONCE),
    (Step.ADVICE, Agreed.AT_ONCE),
    (Step.POLICE_1, Agreed.AT_ONCE),
    (Step.YJS_1, Agreed.AT_ONCE),
    (Step.YJS_1, Agreed.MANAGERS),
    (Step.POLICE_2, Agreed.MANAGERS),
)
"""The last step of each open case of an area, and where it would be agreed."""


@dataclass(frozen=True)
class After:
    """What becomes of a case after its decision: what is given, and whether the child keeps to it (None: under way)."""

    disposal: DisposalCode
    kept: bool | None


FOLLOWED: tuple[After, ...] = (
    After(DisposalCode.COMMUNITY_RESOLUTION, None),
    After(DisposalCode.YOUTH_CAUTION, kept=True),
    After(DisposalCode.TRIAGE, kept=False),
)
"""The cases of each area that are followed beyond their decision, decided after the months that panels draw from.

They are plain: the child admits, the evidence is enough, nothing points to exploitation.
"""

DECIDED_ANEW = After(DisposalCode.OUTCOME_22, kept=False)
"""And one of the example area, where every option is on, that comes back for decision."""


@dataclass(frozen=True)
class Case:
    """One invented case, as far as it is settled beforehand."""

    reference: str
    area: str
    steps: tuple[Step, ...]
    agreed: Agreed
    offence: OffenceKind
    age: int
    girl: bool
    ethnic_group: str
    panel: date
    support_only: bool = False
    after: After | None = None
    choices: Choices = field(compare=False, repr=False, default_factory=lambda: Choices(""))

    @property
    def level(self) -> int:
        """Return the level at which the case is decided."""
        return min(self.agreed, Agreed.SENIORS)

    @property
    def referred_on(self) -> date:
        """Return the day of the referral; one case in eight waits longer than it should."""
        waited = (24, 31) if self.choices.chance("late", 12) else (12, 20)
        return _working_day(self.panel - timedelta(days=self.choices.within("referred", *waited)))

    @property
    def offence_on(self) -> date:
        """Return the day of the offence."""
        return self.referred_on - timedelta(days=self.choices.within("offence-day", 4, 26))

    @property
    def born_on(self) -> date:
        """Return the birth date: of the age wanted at the offence, and not yet 18 when the case is decided."""
        birthday = self.offence_on - timedelta(days=self.choices.within("birthday", 3, 270))
        day = min(birthday.day, 28)
        return birthday.replace(year=birthday.year - self.age, day=day)

    def at(self, step: Step) -> datetime:
        """Return when a step is done, in London."""
        minute = self.choices.within(f"minute-{step}", 0, 59)
        day, hour = self._day_and_hour(step)
        return datetime.combine(day, time(hour, minute), LONDON)

    def _day_and_hour(self, step: Step) -> tuple[date, int]:  # noqa: PLR0911  (a table, one row a step)
        match step:
            case Step.REFERRAL:
                return self.referred_on, 9
            case Step.PRE_ASSESSMENT | Step.CHARACTERISTICS:
                assessed = _working_day(self.panel - timedelta(days=self.choices.within("assessed", 2, 8)))
                return assessed, 11 if step is Step.PRE_ASSESSMENT else 12
            case Step.ADVICE | Step.POLICE_1 | Step.YJS_1:
                return self.panel, {Step.ADVICE: 9, Step.POLICE_1: 10, Step.YJS_1: 11}[step]
            case Step.POLICE_2 | Step.YJS_2:
                return self._managers_on, 10 if step is Step.POLICE_2 else 14
            case Step.POLICE_3 | Step.YJS_3:
                return self._seniors_on, 10 if step is Step.POLICE_3 else 14
            case Step.DECISION:
                return {1: self.panel, 2: self._managers_on, 3: self._seniors_on}[self.level], 16
            case Step.DELIVERY | Step.COMPLETION:
                return working_days_after(self.panel, 2 if step is Step.DELIVERY else 9), 15

    @property
    def _managers_on(self) -> date:
        return working_days_after(self.panel, self.choices.within("managers", 1, 2))

    @property
    def _seniors_on(self) -> date:
        return working_days_after(self._managers_on, self.choices.within("seniors", 2, 5))


def all_cases(size: Mapping[str, int] | None = None) -> tuple[Case, ...]:
    """Return every case of the demonstration; with a size, as many decided ones an area as it says, and no others."""
    if size is not None:
        return tuple(case for plan in AREAS for case in _decided(plan, size.get(plan.area, 0)))
    return tuple(case for plan in AREAS for case in (*_decided(plan, plan.decided), *_open(plan), *_followed(plan)))


def _decided(plan: AreaPlan, count: int) -> Iterator[Case]:
    groups = _groups(plan, count)
    meetings = shuffled([number * plan.panels // count for number in range(count)], f"meetings-{plan.area}")
    for number in range(1, count + 1):
        reference = f"{plan.prefix}-{number:04d}"
        choices = Choices(reference)
        agreed = choices.weighted(
            "agreed", {Agreed.AT_ONCE: 82, Agreed.MANAGERS: 13, Agreed.SENIORS: 4, Agreed.NEVER: 1}
        )
        charged = number <= min(plan.charged, count // 20)
        yield _case(
            plan,
            reference,
            offence=ROBBERY if charged else choices.weighted("offence", OFFENCES),
            agreed=Agreed.AT_ONCE if charged else agreed,
            last=Step.DECISION,
            ethnic_group=groups[number - 1],
            panel=plan.first_panel + WEEK * meetings[number - 1],
        )


def _open(plan: AreaPlan) -> Iterator[Case]:
    groups = _groups(plan, len(OPEN_CASES) + 1)
    for number, (last, agreed) in enumerate((*OPEN_CASES, (Step.REFERRAL, Agreed.AT_ONCE)), start=1):
        reference = f"{plan.prefix}-{900 + number:04d}"
        waits = WEEK if last is Step.REFERRAL else timedelta(0)
        yield _case(
            plan,
            reference,
            offence=Choices(reference).weighted("offence", OFFENCES),
            agreed=agreed,
            last=last,
            ethnic_group=groups[number - 1],
            panel=plan.open_panel + waits,
            support_only=number > len(OPEN_CASES),
        )


def _followed(plan: AreaPlan) -> Iterator[Case]:
    everywhere = plan.area == EXAMPLE_AREA
    for number, after in enumerate((*FOLLOWED, *((DECIDED_ANEW,) if everywhere else ())), start=1):
        reference = f"{plan.prefix}-{950 + number:04d}"
        yield _case(
            plan,
            reference,
            offence=Choices(reference).weighted("offence", OFFENCES),
            agreed=Agreed.AT_ONCE,
            last=Step.DELIVERY if after.kept is None else Step.COMPLETION,
            ethnic_group=Choices(reference).weighted("group", plan.ethnic_mix),
            panel=plan.open_panel - 2 * WEEK,
            after=after,
        )


def _case(
    plan: AreaPlan,
    reference: str,
    *,
    offence: OffenceKind,
    agreed: Agreed,
    last: Step,
    ethnic_group: str,
    panel: date,
    support_only: bool = False,
    after: After | None = None,
) -> Case:
    choices = Choices(reference)
    return Case(
        reference=reference,
        area=plan.area,
        steps=_steps(agreed, last),
        agreed=agreed,
        offence=offence,
        age=choices.weighted("age", {10: 2, 11: 3, 12: 7, 13: 13, 14: 20, 15: 22, 16: 19, 17: 14}),
        girl=choices.chance("girl", plan.girls),
        ethnic_group=ethnic_group,
        panel=panel,
        support_only=support_only,
        after=after,
        choices=choices,
    )


def _steps(agreed: Agreed, last: Step) -> tuple[Step, ...]:
    """Return the steps of a case up to its last; the levels that it never reaches are left out."""
    order = list(Step)
    reached = min(agreed, Agreed.SENIORS)
    until_last = order[: order.index(last) + 1]
    return tuple(step for step in until_last if not step[-1].isdigit() or int(step[-1]) <= reached)


def _groups(plan: AreaPlan, count: int) -> list[str]:
    shares = largest_remainder(plan.ethnic_mix, count)
    return shuffled([group for group, share in shares.items() for _ in range(share)], f"groups-{plan.area}")


def _working_day(day: date) -> date:
    """Return the last working day until a day, itself included."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
