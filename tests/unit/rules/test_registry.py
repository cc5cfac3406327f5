"""The list of requirements: nothing forgotten, nothing twice, every rule in the book."""

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest

import app.rules
from app.law.book import LawBook
from app.law.model import DisposalCode
from app.rules.asked_later import AT_DECISION, AT_DELIVERY
from app.rules.registry import ALL
from app.rules.requirement import Requirement

RULES = sorted({rule for one in ALL for code in DisposalCode if one.applies_to(code) for rule in one.rule_ids(code)})


@cache
def book() -> LawBook:
    """Return the shipped law book."""
    return LawBook.load()


def test_every_requirement_that_is_written_is_asked() -> None:
    """A requirement that no list names would be law that nobody applies."""
    modules = [importlib.import_module(f"app.rules.{found.name}") for found in pkgutil.iter_modules(app.rules.__path__)]
    written = {id(one) for module in modules for one in vars(module).values() if isinstance(one, Requirement)}

    assert written == {id(one) for one in ALL}


def test_requirement_ids_are_unique() -> None:
    """No two requirements of a disposal have the same id."""
    ids = [one.id_for(code) for one in ALL for code in DisposalCode if one.applies_to(code)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_that_is_asked_is_in_the_book(rule: str) -> None:
    """Layer, certainty and citations come from the book, so the rule must be there."""
    assert book().rules[rule].id == rule


def test_every_later_item_names_a_rule_of_the_book() -> None:
    """What is asked at the decision or at delivery rests on a rule too."""
    assert {item.rule for item in (*AT_DECISION, *AT_DELIVERY)} <= set(book().rules)


def test_every_requirement_says_its_provision_in_a_sentence() -> None:
    """The docstring of a requirement is read by lawyers."""
    assert all(one.says.endswith(".") and "\n" not in one.says for one in ALL)


def test_every_rule_named_in_the_code_is_in_the_book() -> None:
    """A duty, warning or clock under an id that the book does not have would have no source."""
    sources = "".join(path.read_text() for path in Path(app.rules.__path__[0]).glob("*.py"))

    assert set(re.findall(r'"([A-Z][A-Z0-9]{1,2}-\d{2})"', sources)) <= set(book().rules)
