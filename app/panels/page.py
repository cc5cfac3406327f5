"""The pack as a page to print: a case to a sheet, no script, nothing fetched, every text escaped. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from app.panels.schemas import MeetingPack
from app.templates import templates_of

MARKING = "OFFICIAL-SENSITIVE"
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(pack: MeetingPack, areas: Mapping[str, str]) -> str:
    """Return a pack as a page that stands alone; `areas` are the names of areas."""
    templates = templates_of("app.panels")
    templates.filters |= {"words": words, "people": people, "place": place, "day": day}
    templates.filters |= {"standing": standing, "fit": fit}
    area = areas.get(pack.meeting.area, pack.meeting.area)
    return templates.get_template("pack.html").render(pack=pack, area=area, marking=MARKING)


_STANDINGS = {
    "AVAILABLE": "Yes",
    "NEEDS_AUTHORITY": "With authority",
    "POLICY_BLOCK": "No: ruled out by policy",
    "EXCLUDED": "No: ruled out by law",
    "OPEN": "Not yet: a fact is missing",
}
_FITS = {"INDICATED": "Suggested", "NEUTRAL": "", "DISCOURAGED": "Advised against"}


def standing(code: object) -> str:
    """Return whether a disposal is open, as people say it."""
    return _STANDINGS.get(str(code)) or words(code)


def fit(code: object) -> str:
    """Return what the advice says of a disposal, as people say it; nothing where it says nothing."""
    return _FITS.get(str(code), words(code))


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


def day(value: object) -> str:
    """Return a day as people write it, "4 October 2026"; what is no day is said in words."""
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return words(value)
    return f"{found.day} {found:%B %Y}"


def words(code: object) -> str:
    """Return a code or the name of a field as people read it: "Youth caution", "To whom"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(code))
    text = spaced.replace("_", " ").lower()
    return text[:1].upper() + text[1:]
