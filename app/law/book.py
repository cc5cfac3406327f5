"""The law book: everything in this folder, read once, checked as a whole, and opened at the dates of a case.

Decides which law is in force on a date. Does not decide a case, and reads files only in `LawBook.load`.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from app.law.areas import AreaChanges
from app.law.checks import defects_of
from app.law.digest import digest_of
from app.law.model import (
    CjsCode,
    Disposal,
    DisposalRecord,
    Factor,
    Host,
    MatrixEdition,
    MatrixStatus,
    Offence,
    OpenPoint,
    Parameter,
    Protocol,
    ReferenceList,
    Rule,
    Source,
    Value,
)
from app.law.reading import LawFiles, cjs_code, read_folder
from app.law.references import derived_references

HERE = Path(__file__).parent
_DAYS_REMEMBERED = 100
EARLIEST = date(2013, 4, 8)
"""The day on which youth cautions replaced reprimands and warnings; no earlier law is in this book."""


class NoLawInForce(Exception):
    """The book holds no law for the date asked about."""


class LawBroken(Exception):
    """The law files are not fit to be used. `defects` has one clear line for each thing that is wrong."""

    def __init__(self, defects: tuple[str, ...]) -> None:
        super().__init__("\n".join(defects))
        self.defects = defects


@dataclass(frozen=True)
class Law:
    """The law as it stands at the dates of one offence, one decision and one delivery."""

    book: "LawBook"
    decision: date
    offence_date: date
    delivery: date
    disposals: tuple[Disposal, ...]

    @property
    def as_at(self) -> date:
        """The date of the decision, by which the catalogue and guidance are chosen."""
        return self.decision

    @property
    def digest(self) -> str:
        """The digest of the book that this law was opened from."""
        return self.book.digest

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with that id, in force or not; KeyError for an id that the law does not have."""
        return self.book.rules[rule_id]

    @cached_property
    def epoch(self) -> tuple[int, ...]:
        """In which stretch of the law its dates lie: whatever is opened in one epoch has the same rules in force."""
        turns = self.book.turns
        return tuple(bisect_right(turns[governs_at], self._date_for(governs_at)) for governs_at in turns)

    def in_force(self, rule_id: str) -> bool:
        """Whether the rule is in force at the date that it names itself."""
        return self._in_force[rule_id]

    @cached_property
    def _in_force(self) -> Mapping[str, bool]:
        """Every rule, and whether it is in force: worked out once for an epoch."""
        known: dict[tuple[int, ...], Mapping[str, bool]] = self.book.notes.setdefault("rules by epoch", {})
        if self.epoch not in known:
            rules = self.book.rules.values()
            known[self.epoch] = {rule.id: rule.in_force_on(self._date_for(rule.governs_at)) for rule in rules}
        return known[self.epoch]

    def value(self, parameter_id: str) -> Value:
        """Return the parameter's value at the date that it names itself; `Value.in_force` is false in a gap."""
        parameter = self.book.parameters[parameter_id]
        day = self._date_for(parameter.governs_at)
        for value in parameter.values:
            if value.covers(day):
                return value
        raise NoLawInForce(f"{parameter_id} has no value on {day.isoformat()}")

    def disposal(self, code: str) -> Disposal:
        """Return the disposal with that code as it stands at the decision."""
        return next(disposal for disposal in self.disposals if disposal.code == code)

    def offence(self, key: str) -> Offence:
        """Return the offence with that key; KeyError for a key that the list does not have."""
        return self.book.offences[key]

    def cjs(self, code: str) -> CjsCode | None:
        """Return the CJS offence code, or None when the list does not have it."""
        return self.book.cjs(code)

    def _date_for(self, governs_at: str) -> date:
        """Return the date of the case by which a rule or parameter says it is chosen."""
        if governs_at == "offence":
            return self.offence_date
        return self.delivery if governs_at == "delivery" else self.decision


@dataclass(frozen=True)
class LawBook:
    """All the law there is here, in time. Open it with `at`."""

    digest: str
    sources: Mapping[str, Source]
    hosts: Mapping[str, Host]
    rules: Mapping[str, Rule]
    parameters: Mapping[str, Parameter]
    catalogue: tuple[DisposalRecord, ...]
    editions: tuple[MatrixEdition, ...]
    factors: Mapping[str, Factor]
    offences: Mapping[str, Offence]
    protocols: tuple[Protocol, ...]
    references: Mapping[str, ReferenceList]
    open_points: Mapping[str, OpenPoint]
    withheld: tuple[MatrixEdition, ...] = field(default=(), kw_only=True)
    _cjs_rows: Mapping[str, tuple[str, ...]] = field(repr=False)
    areas: AreaChanges = field(default_factory=AreaChanges)

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What readers have worked out from this book alone, each under a name of its own; another book has none."""
        return {}

    @cached_property
    def turns(self) -> Mapping[str, tuple[date, ...]]:
        """The days on which a rule begins or has ended, in order, by the date of a case that chooses the rule."""
        days: dict[str, set[date]] = {}
        for rule in self.rules.values():
            ended = () if rule.in_force_until is None else (rule.in_force_until + timedelta(days=1),)
            days.setdefault(rule.governs_at, set()).update((rule.in_force_from, *ended))
        return {governs_at: tuple(sorted(found)) for governs_at, found in days.items()}

    @classmethod
    def load(cls, path: Path | None = None) -> "LawBook":
        """Return the book in the folder `path` (the shipped one by default); LawBroken with every defect in it."""
        files = read_folder(path or HERE)
        if defects := (*files.defects, *defects_of(files, EARLIEST)):
            raise LawBroken(defects)
        return cls._bind(files)

    @classmethod
    def _bind(cls, files: LawFiles) -> "LawBook":
        """Return a book from files in which nothing is wrong."""
        return cls(
            digest=digest_of(files.plain, files.tables),
            sources={source.id: source for source in files.sources},
            hosts={host.host: host for host in files.hosts},
            rules={rule.id: rule for rule in files.rules},
            parameters={parameter.id: parameter for parameter in files.parameters},
            catalogue=tuple(sorted(files.catalogue, key=lambda disposal: disposal.rank)),
            editions=files.editions,
            factors={factor.id: factor for factor in files.factors},
            offences=files.offences,
            protocols=files.protocols,
            references={one.name: one for one in (*files.references, *derived_references(files))},
            open_points={point.id: point for point in files.open_points},
            _cjs_rows=files.cjs_rows,
        )

    def at(self, decision: date, *, offence: date | None = None, delivery: date | None = None) -> Law:
        """Return the law for a decision, an offence and a delivery, each on its date (the decision's by default).

        NoLawInForce for a decision before the day on which youth cautions began.
        """
        if decision < EARLIEST:
            raise NoLawInForce(f"no law in this book is in force on {decision.isoformat()}")
        return Law(self, decision, offence or decision, delivery or decision, self._disposals_on(decision))

    def _disposals_on(self, day: date) -> tuple[Disposal, ...]:
        """Return the catalogue as it stands on a day; that of a few days, mostly today, is remembered."""
        known: dict[date, tuple[Disposal, ...]] = self.notes.setdefault("disposals by day", {})
        found = known.get(day)
        if found is None:
            if len(known) >= _DAYS_REMEMBERED:
                known.clear()  # in whichever thread it was that came to one day too many
            found = known[day] = tuple(_on(record, day) for record in self.catalogue)
        return found

    def cjs(self, code: str) -> CjsCode | None:
        """Return the CJS offence code, or None when the list does not have it."""
        known: dict[str, CjsCode] = self.notes.setdefault("CJS codes", {})
        if code not in known and code in self._cjs_rows:
            known[code] = cjs_code(self._cjs_rows[code])
        return known.get(code)

    def with_policy(self, protocols: Sequence[Protocol], editions: Sequence[MatrixEdition]) -> "LawBook":
        """Return the book with protocols that areas have approved and matrix editions that forces have licensed.

        The digest stays that of the law: policy is not law, and an advice names its protocol version and edition.
        """
        mine = tuple(self._without_illustration(edition) if self.withheld else edition for edition in editions)
        ordered = sorted((*self.editions, *mine), key=lambda edition: edition.in_force_from)
        return replace(self, protocols=(*self.protocols, *protocols), editions=tuple(ordered))

    def without_illustrations(self) -> "LawBook":
        """Return the book without scores that are nobody's own, for a service that decides about real children.

        Where no edition is licensed the officer's score is used, on the scale of the edition whose scores are left out.
        `withheld` keeps what was left out, so that the same scores are known again under another name, and no policy
        that joins the book later brings them in.
        """
        return replace(
            self,
            editions=tuple(self._without_illustration(edition) for edition in self.editions),
            withheld=(*self.withheld, *self.illustrations),
        )

    @property
    def illustrations(self) -> tuple[MatrixEdition, ...]:
        """Return the editions that say of themselves that they illustrate, those that are withheld too."""
        stated = (edition for edition in self.editions if edition.status is MatrixStatus.ILLUSTRATIVE)
        return (*self.withheld, *stated)

    def is_illustrative(self, edition: MatrixEdition) -> bool:
        """Whether an edition's scores are nobody's own: it says so, or it has the very scores of one that does."""
        return edition.status is MatrixStatus.ILLUSTRATIVE or any(
            edition.base == one.base for one in self.illustrations
        )

    def _without_illustration(self, edition: MatrixEdition) -> MatrixEdition:
        return _unscored(edition) if self.is_illustrative(edition) else edition

    def with_areas(self, areas: AreaChanges) -> "LawBook":
        """Return the book with the changes of areas that a deployment knows of; the digest stays that of the law."""
        return replace(self, areas=areas)

    def area_names(self, on: date) -> dict[str, str]:
        """Return the names of the areas whose protocols are in force on a day, by their codes."""
        return {one.area: one.name for one in self.protocols if one.covers(on)}

    def protocol(self, area: str, on: date) -> Protocol | None:
        """Return the protocol of an area in force on a date, the latest version where several are, or None.

        Of an area that was merged into another by then it is the other's.
        """
        present = self.areas.present(area, on)
        mine = [one for one in self.protocols if one.area == present and one.covers(on)]
        return max(mine, key=lambda one: one.version, default=None)

    def matrix_on(self, on: date) -> MatrixEdition:
        """Return the gravity matrix in force on a date: a licensed edition before a bundled one, the latest begun."""
        found = [edition for edition in self.editions if edition.covers(on)]
        if not found:
            raise NoLawInForce(f"no gravity matrix is in force on {on.isoformat()}")
        return max(found, key=lambda edition: (edition.status is MatrixStatus.LICENSED, edition.in_force_from))

    def reference(self, name: str) -> ReferenceList | None:
        """Return the enumeration with that name, or None."""
        return self.references.get(name)


def _on(record: DisposalRecord, day: date) -> Disposal:
    """Return a disposal as it stands on a day."""
    codes = tuple(code for code in record.outcome_codes if code.covers(day)) if record.window.covers(day) else ()
    return Disposal(
        code=record.code,
        rank=record.rank,
        label=record.label,
        family=record.family,
        statutory=record.statutory,
        says=record.says,
        is_open=record.window.covers(day),
        window=record.window,
        window_rule=record.window_rule,
        outcome_code=next((code.code for code in codes if code.when == "DEFAULT"), None),
        outcome_codes=codes,
        recorded=record.recorded,
        consequences=record.consequences,
        certainty=record.certainty,
    )


def _unscored(edition: MatrixEdition) -> MatrixEdition:
    """Return an edition without its scores."""
    unscored = {
        "id": f"unscored-{edition.in_force_from.isoformat()}",
        "title": "No edition licensed",
        "says": "No scores are held for this time: the officer's score is used.",
        "status": MatrixStatus.NOT_BUNDLED,
        "base_from": "none",
        "base": {},
    }
    return edition.model_copy(update=unscored)
