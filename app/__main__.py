"""`python -m app`: the commands of the service."""

import gc

# What a command loads, it keeps; and what it does makes few cycles. Both may be looked through for garbage seldom.
gc.set_threshold(50_000)

from app.cli import main  # noqa: E402 - the line above is for what is imported here

if __name__ == "__main__":
    main()
