"""The types that query parameters are read into: text, so each says itself how it is read."""

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

_DECIMAL = re.compile(r"[1-9][0-9]{0,3}")
DEFAULT_LIMIT, MAX_LIMIT = 50, 200


def _decimal(value: Any) -> Any:  # noqa: ANN401  (text, or the default)
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise PydanticCustomError("limit", "A limit is a whole number from 1 to 200.")
    return value


def number(value: Any) -> Any:  # noqa: ANN401  (text, or the default)
    """Read a whole number written in ASCII digits."""
    if isinstance(value, str):
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", value):
            raise PydanticCustomError("number", "This is a whole number, written in digits.")
        return int(value)
    return value


def canonical_id(text: str) -> str | None:
    """Return an id in the one spelling that ids have, or None for anything else."""
    try:
        canonical = str(UUID(text))
    except ValueError:
        return None
    return canonical if canonical == text else None


def _id(value: Any) -> str:  # noqa: ANN401  (text)
    canonical = canonical_id(value) if isinstance(value, str) else None
    if canonical is None:
        raise PydanticCustomError("id", "This is not an id of this service.")
    return canonical


Id = Annotated[str, Field(json_schema_extra={"format": "uuid"}), BeforeValidator(_id)]


class Query(BaseModel):
    """Base of every set of query parameters: camelCase, nothing unknown."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True)


Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_decimal)]


class ListQuery(Query):
    """The parameters of every list."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[str, Field(max_length=300)] | None = None
