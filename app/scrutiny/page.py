"""The pack as a page to read and to print: a case to a sheet, no script, nothing fetched, every text escaped. Pure.

Decides how things are said to a panel: codes by the labels of the reference, figures of the frame beside each case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.scrutiny.anonymity import WITHHELD
from app.scrutiny.figures import ETHNICITY
from app.scrutiny.frame_schemas import FigureRow
from app.scrutiny.item_schemas import CharacteristicOfItem, ItemAnswer, OpinionOfItem
from app.scrutiny.pack_schemas import PackAnswer
from app.scrutiny.words import Dimension
from app.templates import templates_of

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LISTS = ("disposals", "characteristics", "departure-reasons", "engagement-levels", "agencies", "strata")
_SAYS = {
    "YJS": "youth justice service",
    "POLICE": "police",
    "CPS": "Crown Prosecution Service",
    "WITHHELD": "withheld",
    "UNKNOWN": "not known",
    "TWO_BANDS": "a wider age band",
    "THREE_GROUPS": "a wider group",
    "EXCLUDED": "No: ruled out by law",
    "POLICY_BLOCK": "No: ruled out by policy",
    "OPEN": "Not yet: a fact missing",
    "NEEDS_AUTHORITY": "With authority",
    "AVAILABLE": "Yes",
    "INDICATED": "Suggested",
    "NEUTRAL": "",
    "DISCOURAGED": "Advised against",
    "EHCP": "education, health and care plan",
    "NOT_ASKED": "not asked",
    "COULD_NOT_ASK": "could not be asked",
    "DECLINED": "would not say",
    "NOT_APPLICABLE": "does not apply",
    "ageBand": "age",
    "offenceGroup": "kind of offence",
    "area": "area",
    "quarter": "quarter of the year",
    "sex": "sex",
    "NEITHER_PERSON_NOR_PROPERTY": "Not against a person or property",
    "ethnicGroup": "ethnic group",
    "officerDefinedEthnicity": "the ethnicity that an officer noted",
    "PANEL_FOUND_LESS_THAN_APPROPRIATE": "cases that a panel did not find appropriate",
    "ALL": "all cases",
    "CARED_FOR": "Cared for by the local authority",
    "NOT_CARED_FOR": "Not cared for by the local authority",
    "LOW": "low engagement",
}


_ABBREVIATED = {name: _SAYS[name] for name in ("YJS", "POLICE", "CPS", "WITHHELD", "UNKNOWN")} | {
    "SEND": "Special educational needs and disability"
}


def plain(code: str) -> str:
    """Return a code as people write it, without any list: `YOUTH_CAUTION` is `Youth caution`."""
    return _ABBREVIATED.get(code) or code.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Labels:
    """How codes are said: `lists` are the labels of each reference list, `areas` the names of areas."""

    lists: Mapping[str, Mapping[str, str]]
    areas: Mapping[str, str]

    def say(self, code: object) -> str:
        """Return a code as people say it: as a label of the reference has it, the name of an area, or its words."""
        text = str(code)
        if text in _SAYS:
            return _SAYS[text]
        labels = (self.lists.get(name, {}).get(text) for name in _LISTS)
        return next(filter(None, (*labels, self.areas.get(text))), text.replace("_", " ").capitalize())

    def of(self, code: str, name: str) -> str:
        """Return a code as one reference list has it: for a word that another list has too, with another meaning."""
        return self.lists.get(name, {}).get(code) or self.say(code)

    def short(self, code: str) -> str:
        """Return a code as people say it, without what explains it after a colon."""
        return self.say(code).split(":")[0]


@dataclass(frozen=True)
class Beside:
    """One line of the frame's figures beside a case: a disposal, and how often it was decided."""

    disposal: str
    is_this: bool
    counts: tuple[int | None, ...]


def as_html(pack: PackAnswer, labels: Labels) -> str:
    """Return a pack as a page that stands alone."""
    made = templates_of("app.scrutiny")
    made.filters |= {"say": labels.say, "short": labels.short, "of": labels.of, "count": _count, "told": told}
    return made.get_template("pack.html").render(
        pack=pack,
        beside=beside,
        ethnicities=ethnicities(pack, labels),
        columns=columns,
        held=held,
        dissent=dissent,
        groups=_groups,
        policy=CONTENT_SECURITY_POLICY,
    )


def columns(pack: PackAnswer, item: ItemAnswer) -> list[tuple[str, Mapping[str, int | None], int | None]]:
    """Return what a case is laid beside: the whole frame, its gravity score, its ethnic group if that is told."""
    if pack.figures is None:
        return []
    found: list[tuple[str, Mapping[str, int | None], int | None]] = [
        ("All cases", pack.figures.disposals, pack.figures.cases)
    ]
    score = item.gravity.score
    for heading, by, value in (
        (f"Gravity {score}", Dimension.GRAVITY, str(score)),
        ("Same ethnic group", Dimension.ETHNIC_GROUP, _ethnic_group(item)),
    ):
        row = _row(pack, by, value)
        found += [] if row is None else [(heading, row.disposals, row.of)]
    return found


def beside(pack: PackAnswer, item: ItemAnswer) -> Iterator[Beside]:
    """Yield the lines of figures beside a case; a disposal that nobody had is left out."""
    laid = [disposals for _, disposals, _ in columns(pack, item)]
    for disposal in laid[0] if laid else ():
        counts = tuple(one[disposal] for one in laid)
        if any(count != 0 for count in counts):
            yield Beside(disposal, disposal == item.decision.disposal, counts)


def ethnicities(pack: PackAnswer, labels: Labels) -> list[tuple[str, int | None]]:
    """Return how many children of the frame said each code of ethnicity, by the labels of the lists.

    What is withheld is one line at the end; nothing, where nothing is told.
    """
    if pack.figures is None:
        return []
    rows = next((table.rows for table in pack.figures.tables if table.by == ETHNICITY), [])
    told: list[tuple[str, int | None]] = [(_said(row.value, labels), row.of) for row in rows if row.of is not None]
    return [*told, ("Other answers", None)] if told and len(told) < len(rows) else told


def _said(value: str, labels: Labels) -> str:
    """Return a code with its list (`SDE_18_1 B1`) as the list has it."""
    listed, _, code = value.partition(" ")
    return labels.of(code, f"ethnicity-{listed.lower().replace('_', '-')}") if code else labels.say(value)


def held(item: ItemAnswer) -> list[tuple[int, list[OpinionOfItem | None]]]:
    """Return what the police and the youth justice service held, level by level."""
    at = {(one.level, one.agency): one for one in item.opinions}
    return [(level, [at.get((level, "POLICE")), at.get((level, "YJS"))]) for level in sorted({key[0] for key in at})]


def dissent(item: ItemAnswer) -> list[tuple[str, str]]:
    """Return which agency held what else when it was decided, each once however often it said so."""
    return list(dict.fromkeys((one.agency, one.disposal) for one in item.decision.dissent))


def _row(pack: PackAnswer, by: Dimension, value: str | None) -> FigureRow | None:
    assert pack.figures is not None
    rows = next(table.rows for table in pack.figures.tables if table.by == by)
    return next((row for row in rows if row.value == value), None)


def _ethnic_group(item: ItemAnswer) -> str | None:
    found = (one.value for one in item.characteristics if one.characteristic == "ETHNICITY")
    return next((value for value in found if value != WITHHELD), None)


def told(one: CharacteristicOfItem) -> str:
    """Return what is told of a characteristic: the value if it was stated, else how it is missing."""
    return one.value if one.status == "STATED" and one.value is not None else one.status


def _groups(stratum: str) -> list[str]:
    return stratum.split("|")


def _count(count: int | None) -> str:
    return "withheld" if count is None else str(count)
