"""Ctrl-C and SIGTERM as one exception, so that everything that was started is taken down by its own `with` block."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop(BaseException):
    """Somebody asked the process to end. Not an error: the exit code is 0, and no handler of errors catches it."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise `Stop` at the first signal; later ones are ignored, for taking down is not to be interrupted."""
    before = [(name, signal.signal(name, _stop)) for name in SIGNALS]
    try:
        yield
    finally:
        for name, handler in before:
            signal.signal(name, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for name in SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    raise Stop
