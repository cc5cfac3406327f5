"""Every place at which a request can say something, as the description has it: of queries, headers and bodies.

A new parameter and a new field of a body are in it from their first day, so that what is made from it knows them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
_KINDS = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True)
class Place:
    """One place of one route: in the `query`, a `header` or the `body`, by name or by path (`child.names[]`)."""

    method: str
    path: str
    where: str
    name: str
    schema: Document

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what it is declared by: method, path, name."""
        return self.method, self.path, self.name

    @property
    def is_open_text(self) -> bool:
        """Return whether any text goes there: no word of a list, no date."""
        return self.schema.get("type") == "string" and not self.is_date

    @property
    def is_date(self) -> bool:
        """Return whether a date or an instant goes there."""
        return self.schema.get("format") in {"date", "date-time"}

    @property
    def is_code(self) -> bool:
        """Return whether what machines write goes there, such as an id, and not what people write."""
        terms = self.schema
        fixed = "maxLength" in terms and terms["maxLength"] == terms.get("minLength")
        return self.is_open_text and (bool({"pattern", "format"} & set(terms)) or fixed)


def parameters(document: Document) -> Iterator[Place]:
    """Yield every parameter that is not of the path and takes more than words of a list."""
    for path, method, operation in _operations(document):
        for one in operation.get("parameters", ()):
            if one["in"] != "path":
                for _, schema in leaves(document, one["schema"]):
                    yield Place(method, path, one["in"], one["name"], schema)


def body_fields(document: Document) -> Iterator[Place]:
    """Yield every leaf of every JSON body that takes more than words of a list."""
    for path, method, operation in _operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        for name, schema in leaves(document, body):
            yield Place(method, path, "body", name, schema)


def media_of_bodies(document: Document) -> dict[tuple[str, str], set[str]]:
    """Return the media types of bodies, by method and path."""
    found = {
        (method, path): set(operation.get("requestBody", {}).get("content", {}))
        for path, method, operation in _operations(document)
    }
    return {route: media for route, media in found.items() if media}


def leaves(document: Document, schema: Document, at: str = "", above: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Yield name and schema of every leaf of a schema that is no word of a list and no constant; each once."""
    seen = set()
    for name, leaf in _leaves(document, schema, at, above):
        if (name, str(leaf)) not in seen:
            seen.add((name, str(leaf)))
            yield name, leaf


def filled(
    document: Document, schema: Document, say: Callable[[Document], Any], above: frozenset[str] = frozenset()
) -> Any:
    """Return a value with every field of a schema, at every depth: `say` gives each text, lists have one element."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        inner = {"type": "string"} if name in above else document["components"]["schemas"][name]
        return filled(document, inner, say, above | {name})
    choices = [one for kind in _KINDS for one in schema.get(kind, ()) if one.get("type") != "null"]
    if choices:
        return filled(document, max(choices, key=_depth), say, above)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "array":
        return [filled(document, schema.get("items", {"type": "string"}), say, above)]
    if schema.get("type") == "object" or "properties" in schema:
        extra = schema.get("additionalProperties")
        told = schema.get("properties", {}) | ({"key": extra} if isinstance(extra, dict) else {})
        return {key: filled(document, below, say, above) for key, below in told.items()}
    plain = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True}
    return plain.get(schema.get("type", ""), say(schema))


def _depth(schema: Document) -> int:
    """Return how much there is in a choice: an object before a list, a list before a text, a text before a word."""
    if "$ref" in schema or "properties" in schema:
        return 3
    return 2 if schema.get("type") == "array" else int(not {"const", "enum"} & set(schema))


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _leaves(document: Document, schema: Document, at: str, above: frozenset[str]) -> Iterator[tuple[str, Document]]:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        if name not in above:
            yield from _leaves(document, document["components"]["schemas"][name], at, above | {name})
        return
    for one in (one for kind in _KINDS for one in schema.get(kind, ())):
        yield from _leaves(document, one, at, above)
    if "items" in schema:
        yield from _leaves(document, schema["items"], f"{at}[]", above)
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from _leaves(document, inner, f"{at}{{}}", above)
    for key, below in schema.get("properties", {}).items():
        yield from _leaves(document, below, f"{at}.{key}" if at else key, above)
    if schema.get("type") in {"string", "integer", "number"} and not {"enum", "const"} & set(schema):
        yield at, schema
