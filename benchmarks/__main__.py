"""Run benchmarks and print their table: `python -m benchmarks [NAME …]`; `--quick`, `--tiny`: less of it."""

import signal
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks.measuring import FULL, QUICK, TINY, Result, Sizes
from benchmarks.world import World, a_world

NAMES = ("referral", "advice", "batch", "reading", "frame", "table", "figures", "starting")
_HEAD = ("", "ours", "floor", "ratio", "spread", "limit", "aim", "met")
Run = Callable[[World, Sizes], Iterator[Result]]


def main(words: list[str]) -> int:
    """Run what is named, or everything. A limit that is missed is told, and no failure; an unknown name is one."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is taken down
    sizes = TINY if "--tiny" in words else QUICK if "--quick" in words else FULL
    names = [word for word in words if not word.startswith("--")] or list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        print(f"{', '.join(unknown)}: there are {', '.join(NAMES)}", file=sys.stderr)
        return 1
    print(_line(_HEAD))
    print(_line(["---"] * len(_HEAD)), flush=True)
    for name in names:
        run: Run = import_module(f"benchmarks.{name}").run
        with a_world() as world:
            for result in run(world, sizes):
                print(_line(cells_of(result)), flush=True)
    return 0


def cells_of(result: Result) -> list[str]:
    """Return what the table says of a result."""
    bound = "≥" if result.at_least else "≤"
    met = {None: "", True: "yes", False: "no"}[result.met]
    return [
        result.name,
        f"{result.mine:.4g} {result.unit}",
        f"{result.floor:.4g} {result.unit}",
        f"{result.ratio:.2f}",
        f"{result.low:.2f} to {result.high:.2f}",
        "" if result.limit is None else f"{bound} {result.limit:g}",
        "" if result.aim is None else f"{bound} {result.aim:g}",
        met,
    ]


def _line(cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
