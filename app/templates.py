"""Templates of pages to print: every text escaped, and a name that nothing stands for is an error."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def templates_of(package: str) -> "Environment":
    """Return the templates of a package, for the caller to add filters to: the files of its folder `templates`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - most workers never print a page

    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
