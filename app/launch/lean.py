"""Starting without what no start needs: looking for garbage where there is none, and painting on terminals."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_PAINTS = "rich"


@contextmanager
def lean() -> Iterator[None]:
    """Import the service and put it together in this block, with Python's collector off and `rich` not to be had.

    What is made meanwhile, the modules, the schemas and the law, stays as long as the process. Looking it through again
    and again is a tenth of a start, and would cost every request: the collector leaves it out for good.

    structlog and httpx take `rich` if they find it: sixty milliseconds and five megabytes for coloured tracebacks,
    which show what variables held, and for a command that the service has not.
    """
    hidden = _PAINTS not in sys.modules
    if hidden:
        sys.modules[_PAINTS] = None  # type: ignore[assignment] # how Python itself is told that there is no such module
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        if hidden:
            del sys.modules[_PAINTS]
