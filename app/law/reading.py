"""Reading the law folder: files into typed values, with a line for everything that is not well formed.

Decides which files there are and what each must hold. How files must agree with each other is `app.law.checks`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.law import yamlfile
from app.law.base import ModeOfTrial
from app.law.model import (
    CjsCode,
    DisposalRecord,
    Factor,
    Host,
    MatrixEdition,
    Offence,
    OpenPoint,
    Parameter,
    Protocol,
    ReferenceList,
    Rule,
    Source,
)
from app.law.protocol_faults import forbidden_key
from app.law.tables import CJS_HEADER, OFFENCES_HEADER, Table, read_table

M = TypeVar("M", bound=BaseModel)
_MODES = {"SO": ModeOfTrial.SUMMARY_ONLY, "EW": ModeOfTrial.EITHER_WAY, "IO": ModeOfTrial.INDICTABLE_ONLY}
_OFFENCES = "data/offences.csv"
_CJS = "data/cjs_offence_codes.csv"


@dataclass(frozen=True)
class LawFiles:
    """What stands in a law folder, typed, with the plain data that it came from and the defects found on the way."""

    plain: Mapping[str, Any]
    tables: Mapping[str, tuple[tuple[str, ...], ...]]
    sources: tuple[Source, ...]
    hosts: tuple[Host, ...]
    open_points: tuple[OpenPoint, ...]
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    catalogue: tuple[DisposalRecord, ...]
    editions: tuple[MatrixEdition, ...]
    factors: tuple[Factor, ...]
    protocols: tuple[Protocol, ...]
    references: tuple[ReferenceList, ...]
    offences: Mapping[str, Offence]
    cjs_rows: Mapping[str, tuple[str, ...]]
    defects: tuple[str, ...]


def read_folder(folder: Path) -> LawFiles:
    """Everything in a law folder. Never raises for bad content: what is wrong stands in `defects`."""
    reader = _Reader(folder)
    offences = reader.table(_OFFENCES, OFFENCES_HEADER)
    codes = reader.table(_CJS, CJS_HEADER)
    factors = reader.many("gravity/factors.yaml", "factors", Factor)
    return LawFiles(
        sources=reader.many("sources.yaml", "sources", Source),
        hosts=reader.many("hosts.yaml", "hosts", Host),
        open_points=reader.many("open_points.yaml", "open_points", OpenPoint),
        rules=tuple(rule for path in reader.paths("rules") for rule in reader.many(path, "rules", Rule)),
        parameters=reader.each("parameters", Parameter),
        catalogue=reader.many("disposals.yaml", "disposals", DisposalRecord),
        editions=_editions(reader, offences, factors),
        factors=factors,
        protocols=_protocols(reader),
        references=reader.each("reference", ReferenceList),
        offences=_offences(offences),
        cjs_rows={row[0]: row for row in codes.rows},
        plain=reader.plain,
        tables={_OFFENCES: offences.rows, _CJS: codes.rows},
        defects=tuple(reader.defects),
    )


class _Reader:
    """Reads files of one folder and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.plain: dict[str, Any] = {}
        self.defects: list[str] = []

    def paths(self, subfolder: str) -> Iterator[str]:
        """Yield the YAML files of a subfolder, in order of name."""
        for path in sorted((self._folder / subfolder).glob("*.yaml")):
            yield f"{subfolder}/{path.name}"

    def mapping(self, path: str) -> dict[str, Any] | None:
        """Return the mapping that a file holds, or None with a defect."""
        try:
            content = yamlfile.read((self._folder / path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._refuse(path, "the file is missing")
        except (yamlfile.NotReadable, UnicodeDecodeError) as error:
            self._refuse(path, f"not readable: {error}")
        else:
            if isinstance(content, dict):
                self.plain[path] = content
                return content
            self._refuse(path, "the file holds no mapping")
        return None

    def one(self, path: str, shape: type[M], content: dict[str, Any] | None = None) -> M | None:
        """Return a file's content as one value, or None with defects."""
        content = self.mapping(path) if content is None else content
        return None if content is None else self._typed(path, shape, content)

    def many(self, path: str, key: str, shape: type[M]) -> tuple[M, ...]:
        """Return the list of values that a file holds under its one key."""
        content = self.mapping(path)
        if content is None:
            return ()
        if set(content) != {key} or not isinstance(content[key], list):
            self._refuse(path, f"the file must hold one list, `{key}`")
            return ()
        made = (self._typed(f"{path}: {_name(item, n)}", shape, item) for n, item in enumerate(content[key]))
        return tuple(value for value in made if value is not None)

    def each(self, subfolder: str, shape: type[M]) -> tuple[M, ...]:
        """One value from each file of a subfolder, which is named after the value's `id` or `name`."""
        made = []
        for path in self.paths(subfolder):
            value = self.one(path, shape)
            if value is not None:
                made.append(value)
                self._named_after(path, value)
        return tuple(made)

    def table(self, path: str, header: tuple[str, ...]) -> Table:
        """Return a CSV table with exactly that header."""
        table = read_table(self._folder / path, header)
        self.defects.extend(f"{path}: {defect}" for defect in table.defects)
        return table

    def _named_after(self, path: str, value: BaseModel) -> None:
        """Return a defect when a file's name is not the identifier inside it."""
        name = getattr(value, "id", None) or getattr(value, "name", None)
        if Path(path).stem != name:
            self._refuse(path, f"the file holds `{name}` and must be named after it")

    def _typed(self, where: str, shape: type[M], content: object) -> M | None:
        """Content as a value of a shape, or None with a line for each thing that does not fit."""
        try:
            return shape.model_validate(content)
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_input=False):
                self._refuse(where, _sentence(problem["loc"], problem["type"], problem["msg"], shape))
        return None

    def _refuse(self, where: str, why: str) -> None:
        self.defects.append(f"{where}: {why}")


def _name(item: object, position: int) -> str:
    """Return what to call an item of a list: its identifier, else its place."""
    named = item.get("id") or item.get("code") or item.get("host") if isinstance(item, dict) else None
    return str(named or f"item {position + 1}")


def _sentence(loc: tuple[int | str, ...], kind: str, message: str, shape: type[BaseModel]) -> str:
    """One of Pydantic's problems in our words."""
    place = ".".join(str(part) for part in loc)
    if kind == "extra_forbidden":
        fault = forbidden_key(place) if shape is Protocol else None
        return f"unknown key `{place}`" + (f": {fault.message} ({fault.rule})" if fault else "")
    if kind == "missing":
        return f"`{place}` is missing"
    return f"`{place}`: {message.removeprefix('Value error, ')}" if place else message


def _editions(reader: _Reader, offences: Table, factors: tuple[Factor, ...]) -> tuple[MatrixEdition, ...]:
    """Return the matrix editions, the illustrative one with the scores of the offence table, each with its factors."""
    scores = {row[0]: int(row[9]) for row in offences.rows if row[9].isdigit()}
    made = []
    for path in reader.paths("gravity"):
        if path == "gravity/factors.yaml" or (content := reader.mapping(path)) is None:
            continue
        mine = tuple(factor for factor in factors if content.get("id") in factor.editions)
        base = scores if content.get("base_from") == "offences.csv" else {}
        if edition := reader.one(path, MatrixEdition, {**content, "base": base, "factors": mine}):
            made.append(edition)
    return tuple(sorted(made, key=lambda edition: edition.in_force_from))


def _protocols(reader: _Reader) -> tuple[Protocol, ...]:
    """Return the shipped protocols: each file says only in what it differs from `defaults.yaml`."""
    defaults = reader.mapping("protocols/defaults.yaml") or {}
    made = []
    for path in reader.paths("protocols"):
        if path == "protocols/defaults.yaml" or (content := reader.mapping(path)) is None:
            continue
        if protocol := reader.one(path, Protocol, {**defaults, **content}):
            made.append(protocol)
    return tuple(made)


def _offences(table: Table) -> dict[str, Offence]:
    """Return the offences of the table by key; a row that is not well formed has been refused already."""
    return {row[0]: _offence(row) for row in table.rows}


def _offence(row: tuple[str, ...]) -> Offence:
    """Return an offence from a row of `offences.csv`."""
    field = dict(zip(OFFENCES_HEADER, row, strict=True))
    return Offence.model_validate(
        {
            "key": field["offence_key"],
            "title": field["title"],
            "statute": field["statute"],
            "section": None if field["section"] in {"", "-"} else field["section"],
            "mode_of_trial": _MODES[field["mode_of_trial"]],
            "category": field["category"],
            "cjs_codes": field["cjs_codes"].split(),
            "ho_classes": field["ho_class"].split(),
            "recordable": {"yes": True, "no": False}.get(field["recordable"]),
            "code_source": field["code_source"] or None,
            "adult_max_14_plus": field["adult_max_14_plus"] == "yes",
            "prosecution_consent": field["prosecution_consent"] or None,
            "soa_sch3": field["soa_sch3"],
            "msa_sch4": field["msa_sch4"] == "yes",
            "flags_certainty": field["flags_certainty"],
        }
    )


def cjs_code(row: tuple[str, ...]) -> CjsCode:
    """Return a CJS offence code from a row of `cjs_offence_codes.csv`."""
    code, title, ho_class, mode, motoring, recordable, notifiable, offence_key = row
    return CjsCode(
        code=code,
        title=title,
        ho_class=ho_class,
        mode_of_trial=_MODES[mode],
        motoring=motoring == "yes",
        recordable=recordable == "yes",
        notifiable=notifiable == "yes",
        offence_key=offence_key or None,
    )
