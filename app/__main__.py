"""`python -m app`: the commands of the service."""

import gc

# What a process makes while it starts, the law and the schemas, stays; looking through it for garbage again and again
# is a tenth of a start. Afterwards a request makes few cycles, so that it may be looked for less often too.
gc.set_threshold(50_000)

from app.cli import main  # noqa: E402 - the line above is for what is imported here

if __name__ == "__main__":
    main()
