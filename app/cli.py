"""The commands of the service; each is a few lines over `app.launch`, and fails with one line and a non-zero code."""

import asyncio
import json
import os
import sys
from datetime import date
from pathlib import Path

import typer

from app.launch.errors import LaunchError
from app.launch.lean import lean
from app.launch.stopping import Stop, stop_on_signals

DESCRIPTIONS = Path(__file__).resolve().parent.parent / "openapi"

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

law, matrix, audit, sample = (typer.Typer(no_args_is_help=True) for _ in range(4))
cli.add_typer(law, name="law", help="The law files.")
cli.add_typer(matrix, name="matrix", help="Gravity matrices.")
cli.add_typer(audit, name="audit", help="The log of who did what.")
cli.add_typer(sample, name="sample", help="Scrutiny samples.")


@cli.command()
def run() -> None:
    """Run everything on this machine: database, schema, demonstration data, service.

    Set PORT, DATA_DIR, or DATABASE_URL (a role that may make roles prepares the rest; else DATABASE_OWNER_URL too).
    """
    with lean():
        from app.launch.local import run_local  # noqa: PLC0415 - a command loads what it needs

    run_local()


@cli.command()
def serve() -> None:
    """Serve live: DATABASE_URL of the application role, the schema migrated, tokens by OOCD_JWKS_URL."""
    with lean():
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
def erase(
    *,
    case: str = typer.Option(help="The id of the case."),
    rule: str = typer.Option(help="What it is erased by: the retention schedule, or the Act. It names nobody."),
    by: str = typer.Option(help="Who of the controller says so."),
) -> None:
    """Erase a case for good, as the role of DATABASE_OWNER_URL; a tombstone and an entry of the log are left."""
    from app.clock import SystemClock  # noqa: PLC0415 - a command loads what it needs
    from app.launch.erasing import erase as erase_case  # noqa: PLC0415 - a command loads what it needs
    from app.launch.urls import read_url  # noqa: PLC0415 - a command loads what it needs

    owner = read_url(os.environ.get("DATABASE_OWNER_URL", ""), "DATABASE_OWNER_URL")
    print(json.dumps(asyncio.run(erase_case(owner, case, rule=rule, by=by, clock=SystemClock()))))


@cli.command()
def erase_again(kept: Path) -> None:
    """Erase once more what `erase` has printed into a file: after a backup was restored, before the service starts."""
    from app.clock import SystemClock  # noqa: PLC0415 - a command loads what it needs
    from app.launch.erasing import erase_again as again  # noqa: PLC0415 - a command loads what it needs
    from app.launch.urls import read_url  # noqa: PLC0415 - a command loads what it needs

    owner = read_url(os.environ.get("DATABASE_OWNER_URL", ""), "DATABASE_OWNER_URL")

    async def go() -> None:
        async for case, was_there in again(owner, kept, SystemClock()):
            print(f"{case} {'erased' if was_there else 'not there'}", flush=True)

    asyncio.run(go())


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


@law.command("check")
def law_check() -> None:
    """Load the law files with every check there is, and say what they hold."""
    from app.launch.service import law_book  # noqa: PLC0415 - a command loads what it needs

    book = law_book()
    print(f"{len(book.rules)} rules, {len(book.sources)} sources, {len(book.offences)} offences")
    print(book.digest)


@matrix.command("import")
def matrix_import(
    table: Path,
    *,
    edition: str = typer.Option(help="The id of the edition to be."),
    title: str = typer.Option(help="Its title."),
    in_force_from: str = typer.Option(help="Its first day, YYYY-MM-DD."),
    check: bool = typer.Option(False, help="Only say what is wrong with the table."),
) -> None:
    """Draft a licensed gravity matrix from CSV at BASE_URL, with the token in OOCD_TOKEN; the other agency approves."""
    from app.launch.importing import check_table, send_table  # noqa: PLC0415 - a command loads what it needs

    try:
        first = date.fromisoformat(in_force_from)
    except ValueError:
        raise LaunchError("--in-force-from is a day, written YYYY-MM-DD") from None
    if faults := check_table(table, edition, title, first):
        print("\n".join(faults))
        raise LaunchError(f"The table has {len(faults)} faults")
    if check:
        print("Nothing is wrong with the table")
        return
    token, base_url = os.environ.get("OOCD_TOKEN"), os.environ.get("BASE_URL")
    if not token or not base_url:
        raise LaunchError("BASE_URL must name the service, and OOCD_TOKEN hold a token for it")
    print(send_table(table, edition, title, first, base_url=base_url, token=token))


@audit.command("verify")
def audit_verify(
    export: list[Path] = typer.Argument(None, help="Exports to check offline; without any, the database is checked."),  # noqa: B008
    *,
    witness: list[Path] = typer.Option([], help="Checkpoints that somebody else has kept, for an export."),  # noqa: B008
    local: bool = typer.Option(False, help="The database is one of the local mode."),
) -> None:
    """Verify the log in the database of DATABASE_URL, or exports of it without any database."""
    from app.launch.verifying import run_tool, verify_log  # noqa: PLC0415 - a command loads what it needs

    if export:
        words = [*map(str, export), *(["--witness", *map(str, witness)] if witness else [])]
        raise typer.Exit(run_tool("verify_audit.py", words))
    with typer.progressbar(length=1, label="Links", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        check = asyncio.run(verify_log(local=local, told=told))
    print("\n".join([*(f"{fault.code} at {fault.seq}" for fault in check.faults), f"{check.size} entries"]))
    if check.faults:
        raise LaunchError("The log is NOT whole")
    print("The log is whole")


@sample.command("verify")
def sample_verify(
    verification: Path,
    *,
    frame: Path | None = typer.Option(None, help="What was published at the freeze."),  # noqa: B008
    checkpoint: Path | None = typer.Option(None, help="A checkpoint of the log, kept by a witness."),  # noqa: B008
) -> None:
    """Recompute the draw of a scrutiny sample from what was published."""
    from app.launch.verifying import run_tool  # noqa: PLC0415 - a command loads what it needs

    words = [str(verification), *(["--frame", str(frame)] if frame else [])]
    words += ["--checkpoint", str(checkpoint)] if checkpoint else []
    raise typer.Exit(run_tool("verify_sample.py", words))


@cli.command()
def doctor(*, local: bool = typer.Option(False, help="Look over a local mode.")) -> None:
    """Look over an installation: settings, law, keys, database, role, schema. Nothing is changed."""
    from app.launch.doctor import examine  # noqa: PLC0415 - a command loads what it needs

    async def look() -> int:
        faults = 0
        async for one in examine(local=local):
            print(f"{'ok   ' if one.well else 'FAULT'} {one.what}: {one.says}", flush=True)
            faults += not one.well
        return faults

    if faults := asyncio.run(look()):
        raise LaunchError(f"{faults} things are not well")


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
            cli(standalone_mode=True, prog_name="oocd")
    except Stop:
        sys.exit(0)
    except LaunchError as error:
        sys.stderr.write(f"Error: {' '.join(str(error).split())}\n")
        sys.exit(1)
