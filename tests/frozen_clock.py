"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """Tells one instant: noon of 21 November 2026 to begin with."""

    def __init__(self, instant: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self._instant = instant

    def now(self) -> datetime:
        """Return the instant."""
        return self._instant

    def move(self, *, to: datetime | None = None, **by: float) -> None:
        """Go to an instant, or on by so many `days`, `hours`, `minutes`, `seconds`."""
        self._instant = to or self._instant + timedelta(**by)
