"""What a worker does not do and does not hold, because no start and no request needs it."""

import subprocess
import sys
from pathlib import Path

from starlette.routing import Mount, Route

from app.http.signpost import walk
from app.law.book import LawBook
from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
START = """
import gc, sys
from app.launch.lean import lean
with lean():
    import app.launch.live, app.launch.local, app.launch.service
"""


def told_after_start(question: str) -> str:
    """Return what a Python that has loaded the service as a launch does answers to a question."""
    code = f"{START}print({question})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return done.stdout.strip()


def test_start_loads_nothing_for_terminals_pages_or_migrations() -> None:
    """A worker paints on no terminal, prints no page before one is asked for, and migrates nothing."""
    assert told_after_start('{"rich", "jinja2", "alembic"} & {*filter(sys.modules.get, sys.modules)}') == "set()"


def test_rich_can_be_had_again_after_the_start() -> None:
    """Only what is loaded in a start does without."""
    assert told_after_start('__import__("rich").__name__') == "rich"


def test_collector_leaves_out_what_a_start_made() -> None:
    """It looks through requests, and is on."""
    assert told_after_start("gc.isenabled(), gc.get_freeze_count() > 100_000") == "True True"


def test_every_route_is_made_once(law_book: LawBook, settings: Settings) -> None:
    """It stands in the application as its router made it: none waits for the first request to be made again."""
    app = create_app(settings, law_book=law_book)

    assert [route for route in walk(app.routes) if not isinstance(route, Route | Mount)] == []
