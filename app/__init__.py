"""Decision support for out-of-court disposals of children in England and Wales."""

__version__ = "0.1.0"
