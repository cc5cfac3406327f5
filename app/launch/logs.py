"""How the log is written: live, one JSON object to a line, with its time in UTC; local, for people to read.

What stands in an entry is chosen where it is made: the template of a route, a status, the id of a trace. Nothing that
was sent is ever in one; and what a line holds cannot end it, for JSON writes control characters as escapes.
"""

import sys
from typing import TextIO

import structlog

from app.settings import Mode


def configure(mode: Mode, stream: TextIO = sys.stdout) -> None:
    """Write the log of this process to a stream."""
    if mode is Mode.LOCAL:
        return
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
