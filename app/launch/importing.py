"""Bringing a licensed matrix in from the command line: checked here first, then drafted at the service by its rules.

The command has no right of its own: it sends the table with the token that it is given, and a person of the other
agency approves what becomes a draft.
"""

from datetime import date
from pathlib import Path

import httpx
from uuid_utils import uuid7

from app.launch.errors import LaunchError
from app.law.book import LawBook
from app.law.matrix_import import MatrixHead, read_matrix

SECONDS = 60.0


def check_table(place: Path, edition: str, title: str, in_force_from: date) -> list[str]:
    """Return every problem of a table, each with its line."""
    book = LawBook.load()
    scale = book.editions[-1]
    head = MatrixHead(edition, title, scale.scale_min, scale.scale_max, scale.max_movement, in_force_from)
    report = read_matrix(_text(place), head, offences=book.offences)
    return [f"line {one.line}: {one.message}" if one.line else one.message for one in report.problems]


def send_table(place: Path, edition: str, title: str, in_force_from: date, *, base_url: str, token: str) -> str:
    """Draft an edition at the service; return where it is.

    Raises:
        LaunchError: the service does not take it, or does not answer.

    """
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv", "Idempotency-Key": str(uuid7())}
    said = {"id": edition, "title": title, "inForceFrom": in_force_from.isoformat()}
    try:
        answer = httpx.post(
            f"{base_url.rstrip('/')}/v1/law/matrix-editions",
            params=said,
            content=_text(place).encode(),
            headers=headers,
            timeout=SECONDS,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise LaunchError(f"No service answers at {base_url} ({type(error).__name__})") from None
    if not answer.is_success:
        problem = answer.json()
        faults = "; ".join(one["message"] for one in problem.get("errors", ()))
        raise LaunchError(f"The service refuses it ({answer.status_code} {problem.get('code')}): {faults}")
    return str(answer.headers["Location"])


def _text(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise LaunchError(f"The table cannot be read: {type(error).__name__}") from None
