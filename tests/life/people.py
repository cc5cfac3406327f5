"""The people of the model, and the demo clients that they are."""

from typing import Any

from app.identity.caller import Agency
from tests.api.acting import MANAGER, OFFICER, POLICE_SENIOR, PRACTITIONER, SUPERVISOR, YJS_SENIOR
from tests.life.model import Person

GRADES = {OFFICER: 1, SUPERVISOR: 2, POLICE_SENIOR: 3, PRACTITIONER: 1, MANAGER: 2, YJS_SENIOR: 3}
OF_POLICE = (OFFICER, SUPERVISOR, POLICE_SENIOR)

PEOPLE = (
    *(Person(name, "POLICE" if name in OF_POLICE else "YJS", grade) for name, grade in GRADES.items()),
    Person("another-officer", "POLICE", 1),
    Person("another-practitioner", "YJS", 1),
    Person("seconded-senior", "POLICE", 3),
    Person("seconded-senior", "YJS", 3),
)
"""Everybody, among them one human being with a token of each agency."""

_LIKE = {
    "another-officer": OFFICER,
    "another-practitioner": PRACTITIONER,
}


def claims(who: Person) -> tuple[str, dict[str, Any]]:
    """Return the demo client that a person's token is made from, and what is changed in it."""
    if who.name in GRADES:
        return who.name, {}
    if who.name in _LIKE:
        return _LIKE[who.name], {"client_id": who.name}
    original = POLICE_SENIOR if who.agency == "POLICE" else YJS_SENIOR
    return original, {"client_id": who.name, "agency": Agency(who.agency)}
