"""The pack as a page to print: a case to a sheet, no script, nothing fetched, every text escaped. Pure."""

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.panels.schemas import PackAnswer

MARKING = "OFFICIAL-SENSITIVE"
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(pack: PackAnswer) -> str:
    """Return a pack as a page that stands alone."""
    templates = Environment(
        loader=PackageLoader("app.panels", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["words"] = words
    return templates.get_template("pack.html").render(pack=pack, marking=MARKING)


def words(code: object) -> str:
    """Return a code or the name of a field as people read it: "Youth caution", "To whom"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(code))
    text = spaced.replace("_", " ").lower()
    return text[:1].upper() + text[1:]
