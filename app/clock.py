"""The only place that asks what time it is.

Everything else is given a day or an instant. Days of the law are counted in Europe/London.
"""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Tells the present instant, in UTC."""

    def now(self) -> datetime:
        """Return the present instant with its UTC offset."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251  (here, and nowhere else)


def today(clock: Clock) -> date:
    """Return the day that it is in London, which is the day that the law counts."""
    return london_day(clock.now())


def london_day(instant: datetime) -> date:
    """Return the day in London on which an instant falls."""
    return instant.astimezone(LONDON).date()
