"""The law itself, read-only: what the service rests on, with its sources, dates and certainty."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from fastapi import Query as QueryParameters
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from app.errors import NoLawInForceError, NotFound
from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import page, read_cursor
from app.http.query import ListQuery, Query
from app.http.schema import Day
from app.law.book import Law, LawBook, NoLawInForce
from app.law.model import DisposalCode
from app.rules.registry import ALL

router = guarded_router()
_TAGS: list[Any] = ["The law"]
Key = Annotated[str, Path(alias="id", max_length=100)]
Name = Annotated[str, Path(max_length=100)]
Document = dict[str, Any]


class AsAtQuery(Query):
    """The day on which the law is read; today in London by default."""

    as_at: Day | None = None


class LawListQuery(ListQuery):
    """A page of the law as it stands on a day."""

    as_at: Day | None = None


def law_on(book: LawBook, day: date) -> Law:
    """Return the law as it stands on a day; raise if none is held for it."""
    try:
        return book.at(day)
    except NoLawInForce:
        raise NoLawInForceError from None


def _shown(item: BaseModel) -> Document:
    """Return a part of the law as JSON says it: names in camelCase, keys that are data as they are."""
    return {to_camel(name): _plain(getattr(item, name)) for name in type(item).model_fields}


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever the law holds)
    if isinstance(value, BaseModel):
        return _shown(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(member) for member in value]
    return value.isoformat() if isinstance(value, date) else value


def _listed(items: Iterable[tuple[str, Document]], wanted: ListQuery) -> Document:
    after = read_cursor(wanted.cursor)
    rows = sorted((row for row in items if after is None or row[0] > after), key=lambda row: row[0])
    shown, cursor = page(rows[: wanted.limit + 1], wanted.limit, lambda row: row[0])
    return {"items": [document for _, document in shown], "nextCursor": cursor}


def _one(items: Mapping[str, BaseModel], key: str) -> Document:
    if key not in items:
        raise NotFound
    return _shown(items[key])


def _collection(book: LawBook, name: str) -> Mapping[str, BaseModel]:
    return {
        "sources": book.sources,
        "parameters": book.parameters,
        "offences": book.offences,
        "factors": book.factors,
    }[name]


def _add(name: str) -> None:
    """Serve one collection of the law: its list, and each of its members."""

    @router.get(f"/v1/law/{name}", summary=f"List the {name} of the law", tags=_TAGS, operation_id=f"list_law_{name}")
    @guarded(purpose=False)
    async def list_members(call: CurrentCall, wanted: Annotated[LawListQuery, QueryParameters()]) -> Document:
        law_on(call.law_book, wanted.as_at or call.today)
        return _listed(((key, _shown(item)) for key, item in _collection(call.law_book, name).items()), wanted)

    @router.get(f"/v1/law/{name}/{{id}}", summary=f"Read one of the {name}", tags=_TAGS, operation_id=f"get_law_{name}")
    @guarded(purpose=False)
    async def get_member(call: CurrentCall, key: Key, wanted: Annotated[AsAtQuery, QueryParameters()]) -> Document:
        law = law_on(call.law_book, wanted.as_at or call.today)
        document = _one(_collection(call.law_book, name), key)
        if name == "parameters":
            document["inForce"] = _shown(law.value(key))
        return document


for _name in ("sources", "parameters", "offences", "factors"):
    _add(_name)


def _asked() -> dict[str, Document]:
    """Return every requirement of the rules by its id, with the rules that ask it, newest first."""
    return {
        asked.id_for(disposal): {
            "id": asked.id_for(disposal),
            "disposal": disposal.value,
            "effect": asked.effect.value,
            "says": asked.says,
            "rules": list(asked.rule_ids(disposal)),
        }
        for asked in ALL
        for disposal in DisposalCode
        if asked.applies_to(disposal)
    }


_ASKED = _asked()


def _rule(law: Law, key: str) -> Document:
    """Return a rule, whether it is in force, and the requirements by which it is asked of a case, if it is."""
    asked = [one for one in _ASKED.values() if key in one["rules"]]
    return _shown(law.rule(key)) | {"inForce": law.in_force(key), "requirements": asked}


@router.get("/v1/law/requirements", summary="List the rules, with the requirements that ask them", tags=_TAGS)
@guarded(purpose=False)
async def list_law_requirements(call: CurrentCall, wanted: Annotated[LawListQuery, QueryParameters()]) -> Document:
    """List every rule of the law, in force on the day or not, each with the requirements that implement it."""
    law = law_on(call.law_book, wanted.as_at or call.today)
    return _listed(((key, _rule(law, key)) for key in call.law_book.rules), wanted)


@router.get("/v1/law/requirements/{id}", summary="Read a rule or a requirement", tags=_TAGS)
@guarded(purpose=False)
async def get_law_requirement(call: CurrentCall, key: Key, wanted: Annotated[AsAtQuery, QueryParameters()]) -> Document:
    """Read a rule by its id (`YC-01`) with its requirements, or a requirement as findings name it with its rules."""
    law = law_on(call.law_book, wanted.as_at or call.today)
    if key in _ASKED:
        return _ASKED[key] | {"rules": [_rule_alone(law, rule) for rule in _ASKED[key]["rules"]]}
    if key not in call.law_book.rules:
        raise NotFound
    return _rule(law, key)


def _rule_alone(law: Law, key: str) -> Document:
    return _shown(law.rule(key)) | {"inForce": law.in_force(key)}


@router.get("/v1/law/disposals", summary="List the disposals, least restrictive first", tags=_TAGS)
@guarded(purpose=False)
async def list_law_disposals(call: CurrentCall, wanted: Annotated[LawListQuery, QueryParameters()]) -> Document:
    """List the ten disposals as they stand on a day, with their outcome codes and consequences."""
    law = law_on(call.law_book, wanted.as_at or call.today)
    return _listed(((f"{disposal.rank:02d}", _shown(disposal)) for disposal in law.disposals), wanted)


@router.get("/v1/law/disposals/{id}", summary="Read one of the disposals", tags=_TAGS)
@guarded(purpose=False)
async def get_law_disposal(
    call: CurrentCall,
    key: Key,
    wanted: Annotated[AsAtQuery, QueryParameters()],
) -> Document:
    """Read a disposal as it stands on a day."""
    law = law_on(call.law_book, wanted.as_at or call.today)
    return _one({disposal.code.value: disposal for disposal in law.disposals}, key)


@router.get("/v1/reference", summary="List the enumerations", tags=_TAGS)
@guarded(purpose=False)
async def list_references(call: CurrentCall, wanted: Annotated[ListQuery, QueryParameters()]) -> Document:
    """List every enumeration by its name, with what it is about."""
    found = call.law_book.references.values()
    told = ((one.name, {"name": one.name, "label": one.label, "description": one.description}) for one in found)
    return _listed(told, wanted)


@router.get("/v1/reference/{name}", summary="Read one of the enumerations", tags=_TAGS)
@guarded(purpose=False)
async def get_reference(call: CurrentCall, name: Name) -> Document:
    """Read the words of an enumeration, each with its label, description and dates."""
    found = call.law_book.reference(name)
    if found is None:
        raise NotFound
    return _shown(found)
