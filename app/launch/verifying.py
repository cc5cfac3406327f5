"""Verifying from the command line: the log in the database; exports and draws by tools that share no code with it."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.audit.proving import verify_chain
from app.audit.sealer import EVERYTHING
from app.audit.signing import KEY_FILE, key_id, signer_from
from app.audit.verifying import Check
from app.db.work import connect
from app.launch.errors import LaunchError
from app.launch.settings import live_settings, local_settings
from app.launch.urls import probe, read_url, text_of

TOOLS = Path(__file__).resolve().parents[2] / "tools"


async def verify_log(*, local: bool, told: Callable[[int, int], None]) -> Check:
    """Walk the whole chain of the database of `DATABASE_URL`; `told` hears how many links of how many are done.

    Raises:
        LaunchError: the database does not answer, or there is no key to check checkpoints by.

    """
    url = read_url(os.environ.get("DATABASE_URL", ""), "DATABASE_URL")
    settings = local_settings() if local else live_settings(url)
    try:
        own = signer_from(settings.audit_key_file or settings.data_dir / KEY_FILE, make=False).public_key
    except (OSError, ValueError, TypeError) as error:
        raise LaunchError(f"OOCD_AUDIT_KEY_FILE holds no key to check by: {type(error).__name__}") from None
    await probe(url, "DATABASE_URL")
    database = connect(text_of(url), pool_size=1, pool_timeout=settings.pool_timeout_seconds)
    try:
        async with database.work(EVERYTHING) as work:
            return await verify_chain(work, {key_id(key): key for key in (*settings.audit_former_keys, own)}, told)
    finally:
        await database.close()


def run_tool(name: str, words: Sequence[str]) -> int:
    """Run one of the verifiers that need nothing of the service; return its exit code."""
    return subprocess.run([sys.executable, TOOLS / name, *words], check=False).returncode  # noqa: S603 - our own program
