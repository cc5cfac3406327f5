"""Reading YAML strictly: no duplicate keys, no dates or yes/no guessed, so that NO stays a word and 8 a number.

Decides how text becomes plain data. Does not know what the data mean.
"""

import re
from typing import Any

import yaml

_INT = re.compile(r"^(?:0|-?[1-9][0-9]*)$")
_BOOL = re.compile(r"^(?:true|false)$")
_NULL = re.compile(r"^(?:null|)$")


class _Loader(yaml.CSafeLoader):
    """A YAML loader that guesses only whole numbers, true, false and null."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own form

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping whose keys are different from each other."""
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, "a key is a word", key_node.start_mark)
            if key in made:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} stands twice", key_node.start_mark)
            made[key] = self.construct_object(value_node, deep=deep)
        return made


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:int", _INT, "-0123456789"),
    ("tag:yaml.org,2002:bool", _BOOL, "tf"),
    ("tag:yaml.org,2002:null", _NULL, ["n", ""]),
):
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))


class NotReadable(Exception):
    """The text is not the plain YAML that law files are written in; says where and why, in one line."""


def _refuse_aliases(text: str) -> None:
    """Raise for text that stands in one place for another's: it can grow without end, or hold itself."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = "" if event.start_mark is None else f"line {event.start_mark.line + 1}: "
            raise NotReadable(f"{line}an alias stands for another text")


def read(text: str) -> Any:  # noqa: ANN401 - YAML text may hold anything
    """Plain data (dicts, lists, strings, whole numbers, true, false, null) from YAML text, or NotReadable."""
    try:
        if "*" in text:
            _refuse_aliases(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - the loader is a safe one, made stricter
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotReadable(f"{where}{error.problem}") from error
    except yaml.YAMLError as error:
        raise NotReadable(" ".join(str(error).split())) from error
