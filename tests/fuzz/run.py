"""Fuzz one target, guided by coverage.

    python -m tests.fuzz.run TARGET [words for libFuzzer ...]

Folders among the words are corpora: it starts from all, and writes what reaches something new into the first. A crash
ends it, and leaves the bytes that made it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["app"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Run the target that is named until the time or the number of runs is up."""
    program, name, *words = sys.argv
    atheris.Setup([program, *words], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
