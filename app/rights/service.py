"""Answering what is held about a child. That it was given is a disclosure in the log, case by case."""

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.identity.call import Call
from app.identity.caller import Agency
from app.rights.extract import Days, Document, Rows, case_held
from app.rights.repository import RightsRepository
from app.rights.schemas import Content, Processing, Subject, SubjectAccess

_PROCESSING = Processing(
    purposes=(
        "To decide, by police and youth justice service together, how an offence is dealt with out of court, if it is.",
        "To support the child, to give what was decided, and to see whether children are treated alike.",
    ),
    legal_basis="Law enforcement (Data Protection Act 2018, Part 3). Each controller names its own basis in full.",
    recipients=tuple(agency.value for agency in Agency),
    storage_period="Set by the police force and the youth justice service, each for its own record.",
    rights=("Rectification", "Erasure or restriction", "Complaint to the Information Commissioner", "Representations"),
    automated_decisions="None: a named person decides. The advice that people saw is listed with each case.",
)


class RightsService:
    """Requests of data subjects, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._repository = RightsRepository(call)

    async def held(self, child_id: str, days: Days) -> SubjectAccess | None:
        """Return what is held about a child from the days asked about; None if there is nothing the caller may see."""
        found = [await self._repository.rows_of(one) for one in await self._repository.cases_of(child_id)]
        given = [(rows, held) for rows in found if (held := case_held(rows, days)) is not None]
        if not given:
            return None
        await log.append(self._call, *(_record(rows, held[0]) for rows, held in given))
        places = (f"/cases/{index}{place}" for index, (_, (_, inside)) in enumerate(given) for place in inside)
        about = next(rows for rows in found if rows.child.child_id == child_id)
        return SubjectAccess(
            content=Content(
                subject=_subject(about),
                processing=_PROCESSING,
                cases=tuple(held for _, (held, _) in given),
                look_at_before_giving=tuple(places),
            )
        )


def _subject(rows: Rows) -> Subject:
    names = ("child_id", "given_names", "family_name", "date_of_birth", "identifiers")
    return Subject.model_validate({name: getattr(rows.child, name) for name in names})


def _record(rows: Rows, held: Document) -> AuditRecord:
    fields = tuple(sorted(name for name, value in held.items() if isinstance(value, list) and value))
    case = rows.case
    act = "subject-access.given"
    return AuditRecord(AuditEvent.DISCLOSURE, act, case.case_id, case.area, fields, subject_id=rows.child.child_id)
