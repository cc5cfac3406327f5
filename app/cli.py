"""The commands of the service; each is a few lines over `app.launch`, and fails with one line and a non-zero code."""

import asyncio
import json
import os
import sys
from pathlib import Path

import typer

from app.launch.errors import LaunchError
from app.launch.stopping import Stop, stop_on_signals

DESCRIPTIONS = Path(__file__).resolve().parent.parent / "openapi"

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@cli.command()
def run() -> None:
    """Run everything on this machine: database, schema, demonstration data, service.

    Set PORT, DATA_DIR, or DATABASE_URL (a role that may make roles prepares the rest; else DATABASE_OWNER_URL too).
    """
    from app.launch.local import run_local  # noqa: PLC0415 - a command loads what it needs

    run_local()


@cli.command()
def serve() -> None:
    """Serve live: DATABASE_URL of the application role, the schema migrated, tokens by OOCD_JWKS_URL."""
    from app.launch.live import run_live  # noqa: PLC0415 - a command loads what it needs

    run_live()


@cli.command()
def deliver_webhooks(
    *, local: bool = typer.Option(False, help="For a database of the local mode, whose service sends by itself.")
) -> None:
    """Send what waits for webhooks, beside the service: DATABASE_URL as for `serve`, OOCD_WEBHOOK_KEY_FILE."""
    from app.launch.delivering import deliver  # noqa: PLC0415 - a command loads what it needs

    deliver(local=local)


@cli.command()
def migrate(*, check: bool = typer.Option(False, help="Only say whether the schema is up to date.")) -> None:
    """Bring the schema up to date as the role of DATABASE_OWNER_URL."""
    from app.launch.migrate import is_current, upgrade  # noqa: PLC0415 - the server never loads alembic
    from app.launch.urls import probe, read_url  # noqa: PLC0415 - a command loads what it needs

    owner = read_url(os.environ.get("DATABASE_OWNER_URL", ""), "DATABASE_OWNER_URL")
    if check and not asyncio.run(is_current(owner)):
        raise LaunchError("The schema is not up to date: run `python -m app migrate`")
    if not check:
        asyncio.run(probe(owner, "DATABASE_OWNER_URL"))
        upgrade(owner)


@cli.command()
def demo_data() -> None:
    """Load the demonstration's invented cases into the database of DATABASE_URL, unless they are there."""
    from app.launch.playing import load_demonstration  # noqa: PLC0415 - a command loads what it needs

    load_demonstration()


@cli.command()
def demo() -> None:
    """Play one story, from a police system to a scrutiny sample, against the local mode at BASE_URL."""
    from app.launch.playing import play_story  # noqa: PLC0415 - a command loads what it needs

    play_story(os.environ.get("BASE_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")


@cli.command()
def openapi(
    *, check: bool = typer.Option(False, help="Only say whether the committed document is up to date.")
) -> None:
    """Write openapi/openapi.json and openapi/asyncapi.json from the code."""
    from app.launch.service import describe, describe_events  # noqa: PLC0415 - a command loads what it needs

    for name, described in (("openapi.json", describe()), ("asyncapi.json", describe_events())):
        place, document = DESCRIPTIONS / name, json.dumps(described, indent=2, ensure_ascii=False) + "\n"
        if not check:
            DESCRIPTIONS.mkdir(exist_ok=True)
            place.write_text(document, encoding="utf-8")
        elif not place.exists() or place.read_text(encoding="utf-8") != document:
            raise LaunchError(f"openapi/{name} is not what the code says: run `make openapi`")


def main() -> None:
    """Run one command; a person's wish to stop is a success, a fault that we know is one line."""
    try:
        with stop_on_signals():
            cli(standalone_mode=True)
    except Stop:
        sys.exit(0)
    except LaunchError as error:
        sys.stderr.write(f"Error: {' '.join(str(error).split())}\n")
        sys.exit(1)
