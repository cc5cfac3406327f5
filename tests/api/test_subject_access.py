"""What is held about a child, for the child who asks: all of it, and nothing that is somebody else's."""

import pytest

from app.rights.extract import ABOUT_ANOTHER, BY_ANOTHER
from tests.api.acting import EXAMPLE_AREA, MANAGER, OFFICER, PRACTITIONER, Document, Stage, opinion
from tests.api.delivering import decided

pytestmark = pytest.mark.anyio
PATH = "/subject-access-request"
SAR = "demo-sar"
STAFF = {OFFICER, PRACTITIONER, MANAGER, "demo-police"}


async def _child(stage: Stage, case_id: str) -> str:
    case = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")
    return str(case.json()["child"]["childId"])


async def _asked(stage: Stage, query: str) -> Document:
    answer = await stage.actor(SAR).send("GET", f"{PATH}?{query}", purpose="SUBJECT_RIGHTS")
    assert answer.status_code == 200, answer.text
    content: Document = answer.json()["content"]
    return content


async def test_child_is_given_what_is_held_from_referral_to_decision(stage: Stage) -> None:
    """Each part of the case is there, under the case that it is of."""
    case_id = await decided(stage, "COMMUNITY_RESOLUTION")

    content = await _asked(stage, f"prn={await _child(stage, case_id)}")

    (case,) = content["cases"]
    parts = ("received", "facts", "preAssessments", "advice", "opinions", "decisions", "timeline")
    assert case["caseId"] == case_id
    assert [name for name in parts if not case[name]] == []


async def test_words_of_victim_and_parent_are_marked_and_withheld(stage: Stage) -> None:
    """The child reads the child's own words; a mark stands where another's were."""
    case_id = await decided(stage, "COMMUNITY_RESOLUTION")

    content = await _asked(stage, f"crn={await _child(stage, case_id)}")

    said = content["cases"][0]["preAssessments"][0]["preAssessment"]
    assert said["childVoice"].startswith("I did it")
    assert (said["victimVoice"], said["parentCarerVoice"]) == (BY_ANOTHER, BY_ANOTHER)
    assert said["riskToOthers"]["toWhom"] == ABOUT_ANOTHER
    assert content["cases"][0]["facts"][0]["facts"]["victims"] == ABOUT_ANOTHER


async def test_no_word_of_victim_or_parent_and_no_name_of_staff_is_anywhere(stage: Stage) -> None:
    """Whatever the place, the answer does not hold it."""
    case_id = await decided(stage, "COMMUNITY_RESOLUTION")
    child = await _child(stage, case_id)

    answer = await stage.actor(SAR).send("GET", f"{PATH}?prn={child}", purpose="SUBJECT_RIGHTS")

    others = {"The shop would be content", "We did not know", "Small loss to a shop", "Shops nearby"}
    assert [word for word in others | STAFF if f"{word}" in answer.text] == []


async def test_sealed_opinion_is_not_given(stage: Stage) -> None:
    """What an agency must not see before it has spoken cannot be had by asking for the child."""
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    officer, path = stage.actor(OFFICER), f"/v1/cases/{case_id}"
    match = {"If-Match": await officer.etag(path)}
    said = await officer.send("POST", f"{path}/opinions", opinion(advice, "COMMUNITY_RESOLUTION"), headers=match)
    assert said.status_code == 201

    content = await _asked(stage, f"prn={await _child(stage, case_id)}")

    assert content["cases"][0]["opinions"] == []


async def test_places_to_read_before_giving_are_in_the_answer(stage: Stage) -> None:
    """Each place named is one of staff's own words."""
    case_id = await decided(stage, "COMMUNITY_RESOLUTION")

    content = await _asked(stage, f"prn={await _child(stage, case_id)}")

    for place in content["lookAtBeforeGiving"]:
        value = content
        for step in place.strip("/").split("/"):
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert value
    assert "/cases/0/decisions/0/rationale" in content["lookAtBeforeGiving"]


async def test_linked_case_is_given_and_a_possible_match_is_not(stage: Stage) -> None:
    """What a person has said is one child's is given together; what only looks alike may be another child's."""
    first, second, alike = [await stage.referred() for _ in range(3)]
    body = {"caseId": first, "rationale": "Same school and same mother; I know both."}
    linked = await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{second}/links", body)
    assert linked.status_code == 201

    content = await _asked(stage, f"prn={await _child(stage, second)}")

    assert [case["caseId"] for case in content["cases"]] == [first, second]
    assert alike not in str(content)


async def test_nothing_of_other_days_is_given(stage: Stage) -> None:
    """Nothing was recorded before the case came, so nothing is answered for those days."""
    case_id = await stage.referred()
    child = await _child(stage, case_id)

    answer = await stage.actor(SAR).send("GET", f"{PATH}?prn={child}&toDate=2026-11-20", purpose="SUBJECT_RIGHTS")

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("prn=A1234AA", 209),
        ("prn=019ac000-0000-7000-8000-000000000000", 204),
        ("", 422),
        ("prn=a&crn=b", 422),
        ("child=a", 400),
    ],
)
async def test_form_of_the_request_is_that_of_the_shared_service(stage: Stage, query: str, status: int) -> None:
    """An identifier of another service is told apart from a child of whom nothing is held."""
    answer = await stage.actor(SAR).send("GET", f"{PATH}?{query}", purpose="SUBJECT_RIGHTS")

    assert answer.status_code == status


async def test_child_of_another_area_is_as_one_of_whom_nothing_is_held(stage: Stage) -> None:
    """Areas are walls here too."""
    child = await _child(stage, await stage.referred())
    elsewhere = stage.changed(SAR, areas=("E09000009",))

    foreign = await elsewhere.send("GET", f"{PATH}?prn={child}", purpose="SUBJECT_RIGHTS")

    assert (foreign.status_code, foreign.content) == (204, b"")


async def test_disclosure_is_logged_with_the_child_as_its_subject(stage: Stage) -> None:
    """Who was given what of whom can be answered afterwards."""
    case_id = await stage.referred(EXAMPLE_AREA)
    child = await _child(stage, case_id)
    await _asked(stage, f"prn={child}")

    log = await stage.actor("demo-auditor").send("GET", "/v1/audit?act=subject-access.given", purpose="AUDIT")

    (entry,) = log.json()["items"]
    assert (entry["event"], entry["caseId"], entry["subjectId"]) == ("DISCLOSURE", case_id, child)


async def test_template_uses_the_names_of_the_content(stage: Stage) -> None:
    """What the template lays out is what the answer holds."""
    case_id = await decided(stage, "COMMUNITY_RESOLUTION")
    content = await _asked(stage, f"prn={await _child(stage, case_id)}")

    template = await stage.actor(SAR).send("GET", f"{PATH}/template", purpose=None, headers={"Accept": "text/plain"})

    sections = {part.split("}}")[0] for part in template.text.split("{{#")[1:]}
    named = set(content) | set(content["processing"]) | set(content["cases"][0]) | {"preAssessment"}
    assert sections <= named
