"""Change the rules, one small place at a time, and see whether a law case notices.

    python tools/mutate.py [--minutes 30] [--most 200]

Each mutant is one change of one place in `app/rules` (a comparison turned, a condition joined otherwise, an answer, an
effect or a number changed), in a copy of the project. The law cases and the rules' own tests are run on it; what no
test notices survives and is listed. Which places are tried is the same in every run of one state of the code: they
are taken in the order of a digest. The exit code is 1 if more than the share that is aimed at survive.
"""

import argparse
import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
AIM = 0.10
WORKERS = 2
PROPERTIES = ("tests/unit/rules/test_laws_of_the_core.py", "tests/unit/rules/test_blindness.py")
"""Too slow to be run on every mutant; and what holds for every case notices few of them."""
TESTS = ["tests/law", "tests/unit/rules", *(f"--ignore={file}" for file in PROPERTIES)]
LEFT_OUT = {"__init__.py", "facts.py", "findings.py", "blindness.py"}
"""Shapes of data, without a decision in them."""

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
CALLS = {"met": "not_met", "not_met": "met", "unknown": "met", "not_applicable": "met", "any": "all", "all": "any",
         "max": "min", "min": "max"}  # fmt: skip
WORDS = {("YesNo", "YES"): "NO", ("YesNo", "NO"): "YES", ("YesNo", "UNKNOWN"): "YES", ("Effect", "EXCLUDES"): "BLOCKS",
         ("Effect", "BLOCKS"): "EXCLUDES", ("Effect", "NEEDS_AUTHORITY"): "NONE", ("Effect", "DISCOURAGES"): "NONE",
         ("Effect", "INDICATES"): "NONE"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One place, by the number of its node in the file, and what stands there."""

    file: Path
    node: int
    line: int
    was: str

    def __str__(self) -> str:
        """Return where it is and what was changed."""
        return f"{self.file.relative_to(ROOT)}:{self.line}: {self.was}"


def change(node: ast.AST) -> Callable[[], None] | None:  # noqa: PLR0911  (a table, one line to a kind of place)
    """Return what changes a node in place, or None if it is not one that is changed."""
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in TURNED:
            return lambda: node.ops.__setitem__(0, TURNED[type(operator)]())
        case ast.BoolOp():
            return lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            return lambda: setattr(node.func, "id", CALLS[name])
        case ast.Attribute(value=ast.Name(id=kind), attr=word) if (kind, word) in WORDS:
            return lambda: setattr(node, "attr", WORDS[kind, word])
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return lambda: setattr(node, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return lambda: setattr(node, "value", number + 1)
    return None


def mutants() -> list[Mutant]:
    """Return every mutant there could be, in the order of a digest."""
    found = [mutant for file in sorted((ROOT / "app" / "rules").glob("*.py")) for mutant in _of(file)]
    return sorted(found, key=lambda one: hashlib.sha256(f"{one.file.name}|{one.node}|{one.was}".encode()).hexdigest())


def _of(file: Path) -> Iterator[Mutant]:
    if file.name in LEFT_OUT:
        return
    for number, node in enumerate(ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        if change(node) is not None:
            yield Mutant(file, number, getattr(node, "lineno", 0), ast.unparse(node)[:110])


def mutated(mutant: Mutant) -> str:
    """Return the file of a mutant with its change."""
    tree = ast.parse(mutant.file.read_text(encoding="utf-8"))
    node = next(node for number, node in enumerate(ast.walk(tree)) if number == mutant.node)
    act = change(node)
    assert act is not None
    act()
    return ast.unparse(ast.fix_missing_locations(tree))


def survives(mutant: Mutant, copy: Path) -> bool:
    """Return whether no test notices a mutant, in a copy of the project that is put right again."""
    place = copy / mutant.file.relative_to(ROOT)
    sound = place.read_text(encoding="utf-8")
    place.write_text(mutated(mutant), encoding="utf-8")
    words = [sys.executable, "-m", "pytest", *TESTS, "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(  # noqa: S603  (our own tests)
            words,
            cwd=copy,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
            timeout=300,
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        place.write_text(sound, encoding="utf-8")
    return done.returncode == 0


def _copy(folder: str, number: int) -> Path:
    copy = Path(folder) / str(number)
    for part in ("app", "tests"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def main() -> int:
    """Try mutants until the time or the number is used up; report; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--most", type=int, default=10_000)
    asked = parser.parse_args()
    every, until = mutants(), monotonic() + 60 * asked.minutes
    survivors: list[Mutant] = []
    tried = 0
    with tempfile.TemporaryDirectory(prefix="oocd-mutants-") as folder, ThreadPoolExecutor(WORKERS) as pool:
        copies = [_copy(folder, number) for number in range(WORKERS)]
        for start in range(0, min(asked.most, len(every)), WORKERS):
            if monotonic() > until:
                break
            batch = every[start : start + WORKERS]
            verdicts = list(pool.map(survives, batch, copies))
            tried += len(batch)
            for mutant in (one for one, lives in zip(batch, verdicts, strict=True) if lives):
                survivors.append(mutant)
                print(f"survived: {mutant}", flush=True)
    share = len(survivors) / tried if tried else 0.0
    print(f"{len(survivors)} of {tried} mutants survived ({share:.1%}); {len(every)} places there are")
    return int(share > AIM)


if __name__ == "__main__":
    sys.exit(main())
