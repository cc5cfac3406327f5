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
    templates.filters |= {"words": words, "people": people, "place": place}
    return templates.get_template("pack.html").render(pack=pack, marking=MARKING)


_PEOPLE = {
    "YJS": "youth justice service",
    "YJS_AND_POLICE": "youth justice service and police",
    "YJS_MANAGER": "a manager of the youth justice service",
    "PARENT_CARER": "parent or carer",
    "JOINT": "both agencies",
    "CPS": "CPS",
}


def people(code: object) -> str:
    """Return who is meant, by the names that people have: "Youth justice service", "Parent or carer"."""
    name = _PEOPLE.get(str(code), str(code).replace("_", " ").lower())
    return name[:1].upper() + name[1:]


def place(pointer: object) -> str:
    """Return a part of a document as people read it: "Risk to others: to whom"."""
    first, *inner = [words(name) for name in str(pointer).strip("/").split("/")]
    return ": ".join([first, *(name[:1].lower() + name[1:] for name in inner)])


def words(code: object) -> str:
    """Return a code or the name of a field as people read it: "Youth caution", "To whom"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(code))
    text = spaced.replace("_", " ").lower()
    return text[:1].upper() + text[1:]
