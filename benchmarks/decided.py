"""Lead invented cases to their decisions through the service, into a database that is there.

`python -m benchmarks.decided AREA COUNT`, as a process of its own, since the service writes its log as it goes.
"""

import asyncio
import os
import subprocess
import sys

from app.demo.data import load
from app.launch.migrate import ROOT
from app.launch.urls import text_of
from app.law.book import LawBook
from app.settings import Mode, Settings
from benchmarks.world import AREA, ISSUER, World


def lead(world: World, count: int) -> None:
    """Lead so many cases of one area to their decisions."""
    own = {"DATABASE_URL": text_of(world.urls.app), "DATA_DIR": str(world.data_dir), "OOCD_ISSUER": ISSUER}
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.decided", AREA, str(count)],
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main(area: str, count: str) -> None:
    """Load as many decided cases of the demonstration."""
    settings = Settings(mode=Mode.LOCAL, issuer=os.environ["OOCD_ISSUER"])
    asyncio.run(load(settings, LawBook.load(), decided={area: int(count)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
