"""The catalogue of bad input, over real HTTP: each request is answered with a 4xx and a problem document.

Nothing is kept, nothing that was sent is repeated, and never is a 5xx the answer. The numbers are those of the
catalogue in the security notes; several kinds of one row are told apart by a letter.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from app.demo.story import a_referral
from app.launch.protocol import BoundedHttp
from tests.api.acting import ISLINGTON, OFFICER, POLICE, TODAY, Stage, opinion
from tests.api.raw import exchange

pytestmark = pytest.mark.anyio
Document = dict[str, Any]
ARABIC = "2010-05-01".translate({48 + n: 0x660 + n for n in range(10)})
CANARY = "Zebedee-Canary"


def referral(**changes: Any) -> Document:
    """Return a referral of a child named as a canary, with changes at places such as `child__givenNames`."""
    body = copy.deepcopy(a_referral(ISLINGTON, TODAY))
    body["child"]["familyName"] = CANARY
    for path, value in changes.items():
        target: Any = body
        *steps, last = path.split("__")
        for step in steps:
            target = target[int(step) if step.isdigit() else step]
        target[int(last) if last.isdigit() else last] = value
    return body


def as_sent(**changes: Any) -> bytes:
    """Return the same as it is sent."""
    return json.dumps(referral(**changes), ensure_ascii=False).encode()


def _with(old: str, new: str, **changes: Any) -> bytes:
    """Return a referral whose JSON has one text put in place of another."""
    text = json.dumps(referral(**changes), ensure_ascii=False)
    assert old in text
    return text.replace(old, new, 1).encode("utf-8", "surrogatepass")


def _renamed() -> bytes:
    body = referral()
    body["child"]["GivenNames"] = body["child"].pop("givenNames")
    return json.dumps(body).encode()


def _without_area() -> bytes:
    body = referral()
    del body["area"]
    return json.dumps(body).encode()


NAME = '"familyName": "Zebedee-Canary"'
BODIES: dict[str, tuple[Callable[[], bytes], int, str | None]] = {
    "1 empty": (lambda: b"", 400, "body-missing"),
    "2 half an object": (lambda: b"{bad", 400, "json-invalid"),
    "5 a list": (lambda: b"[]", 422, "object"),
    "6 null": (lambda: b"null", 422, "object"),
    "14 not UTF-8": (lambda: b'{"area": "\xe9"}', 400, "encoding"),
    "16 NUL in a name": (lambda: _with(NAME, '"familyName": "a\\u0000b"'), 422, "forbidden-character"),
    "17 NUL in a key": (lambda: _with('"familyName"', '"family\\u0000Name"'), 422, "forbidden-character"),
    "18 a lone surrogate": (lambda: _with(NAME, '"familyName": "\\ud800"'), 422, "forbidden-character"),
    "21 a raw control character": (lambda: _with(NAME, '"familyName": "a\x01b"'), 400, "json-invalid"),
    "22 line breaks in a name": (lambda: as_sent(child__familyName="a\r\nb"), 422, "forbidden-character"),
    "22b a line break at its end": (lambda: as_sent(child__familyName="ab\n"), 422, "forbidden-character"),
    "22c a line separator": (lambda: as_sent(child__familyName="a\u2028b"), 422, "forbidden-character"),
    "24 turned direction": (lambda: as_sent(child__familyName="a\u202eb"), 422, "forbidden-character"),
    "24b zero width": (lambda: as_sent(child__familyName="a\u200bb"), 422, "forbidden-character"),
    "26 spaces": (lambda: as_sent(child__familyName="   "), 422, "blank"),
    "27 nothing": (lambda: as_sent(child__familyName=""), 422, "blank"),
    "28 a Cyrillic letter in a reference": (lambda: as_sent(source__reference="\u0430bc"), 422, "pattern"),
    "30 marks upon marks": (lambda: as_sent(child__familyName="a" + "\u0301" * 40), 422, "forbidden-character"),
    "32 a reference of 41": (lambda: as_sent(source__reference="r" * 41), 422, "too-long"),
    "33 NaN": (lambda: _with(NAME, '"familyName": NaN'), 400, "number-refused"),
    "35 beyond a double": (lambda: _with(NAME, '"familyName": 1e400'), 400, "number-refused"),
    "36 NaN for a whole number": (lambda: _with('"score": 2', '"score": NaN'), 400, "number-refused"),
    "38 five thousand digits": (lambda: _with('"score": 2', '"score": ' + "9" * 5000), 400, "number-refused"),
    "39 a number as text": (lambda: _with('"score": 2', '"score": "2"'), 422, "type"),
    "41 2.0 for 2": (lambda: _with('"score": 2', '"score": 2.0'), 422, "type"),
    "42 2.5": (lambda: _with('"score": 2', '"score": 2.5'), 422, "type"),
    "44 a score of 6": (lambda: _with('"score": 2', '"score": 6'), 422, "range"),
    "44b a score of 0": (lambda: _with('"score": 2', '"score": 0'), 422, "range"),
    "44c a score of -1": (lambda: _with('"score": 2', '"score": -1'), 422, "range"),
    "45 yes for YES": (lambda: as_sent(offences__0__response__understood="yes"), 422, "word"),
    "47 1 for YES": (lambda: as_sent(offences__0__response__understood=1), 422, "word"),
    "48 null for a fact": (lambda: as_sent(offences__0__response__understood=None), 422, None),
    "49 a birth of 0": (lambda: as_sent(child__dateOfBirth=0), 422, "date-format"),
    "52 30 February": (lambda: as_sent(child__dateOfBirth="2010-02-30"), 422, "date-impossible"),
    "53 day first": (lambda: as_sent(child__dateOfBirth="01/05/2010"), 422, "date-format"),
    "53b Arabic digits": (lambda: as_sent(child__dateOfBirth=ARABIC), 422, "date-format"),
    "55 born in year 1": (lambda: as_sent(child__dateOfBirth="0001-01-01"), 422, "date-implausible"),
    "57 born in the future": (lambda: as_sent(child__dateOfBirth="2030-01-01"), 422, None),
    "58 nine at the offence": (lambda: as_sent(child__dateOfBirth="2017-06-01"), 422, "under-age-of-responsibility"),
    "59 eighteen at the offence": (lambda: as_sent(child__dateOfBirth="2000-01-01"), 422, "not-a-child"),
    "62 an instant as a number": (lambda: as_sent(referredAt=1763200000), 422, "instant-format"),
    "64 a leap second": (lambda: as_sent(referredAt="2016-12-31T23:59:60Z"), 422, "instant-impossible"),
    "65 an offset of 25 hours": (lambda: as_sent(referredAt="2026-11-16T10:15:00+25:00"), 422, "instant-impossible"),
    "66 the end of time": (lambda: as_sent(referredAt="9999-12-31T23:59:59-12:00"), 422, None),
    "68 an offence to come": (lambda: as_sent(offences__0__committedOn="2027-01-01"), 422, None),
    "70 an unknown field": (lambda: as_sent(status="DECIDED"), 422, "unknown-field"),
    "71 an unknown field below": (lambda: as_sent(child__status="x"), 422, "unknown-field"),
    "73 a key twice": (lambda: _with('"route"', '"route": "COURT", "route"'), 400, "duplicate-key"),
    "74 another case": (_renamed, 422, None),
    "75 a field is missing": (_without_area, 422, "missing"),
    "76 no offences": (lambda: as_sent(offences=[]), 422, "too-few"),
    "77 offences as an object": (lambda: as_sent(offences={}), 422, "list"),
    "78 too many offences": (lambda: as_sent(offences=[1] * 10_000), 422, None),
    "130 an unknown offence": (lambda: as_sent(offences__0__cjsCode="ZZ99999"), 422, None),
    "131 an area that is none": (lambda: as_sent(area="X99999999"), 422, "pattern"),
    "132 an ethnicity that is none": (lambda: as_sent(child__characteristics__0__value="ZZ"), 422, None),
    "132b a scheme that is none": (lambda: as_sent(child__characteristics__0__scheme="HOME_MADE"), 422, "word"),
    "a body nested too deeply": (lambda: b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too-deep"),
    "a string that never ends": (lambda: b'{"a":"' + b'\\"' * 500_000, 400, "json-invalid"),
    "a hundred thousand unknown fields": (
        lambda: json.dumps({f"f{n}": 1 for n in range(50_000)}).encode(), 422, None),
}  # fmt: skip


async def post(stage: Stage, content: bytes, **headers: str) -> httpx.Response:
    """Send a body as a referral, as it is."""
    sent = {
        "Authorization": f"Bearer {stage.actor(POLICE).token}",
        "X-Purpose": "REFERRAL",
        "Idempotency-Key": str(uuid7()),
        "Content-Type": "application/json",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return await stage.http.post("/v1/referrals", content=content, headers=sent)


async def _count_cases(stage: Stage) -> int:
    return len((await stage.actor(OFFICER).send("GET", "/v1/cases?limit=200")).json()["items"])


def _require_problem(answer: httpx.Response, status: int, code: str | None) -> None:
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{problem['code']}"
    assert set(problem) >= {"type", "title", "status", "detail", "instance", "code", "traceId", "errors"}
    assert code is None or problem["code"] == code
    assert CANARY not in answer.text
    assert len(answer.content) < 32_000


def _fault(row: str, answer: httpx.Response, status: int, code: str | None) -> dict[str, str]:
    try:
        _require_problem(answer, status, code)
    except AssertionError as wrong:
        return {row: str(wrong).splitlines()[0]}
    return {}


async def test_bad_bodies_are_refused_and_leave_nothing(stage: Stage) -> None:
    """Each row of the table gets its status and its code, repeats nothing, and no case is there afterwards."""
    failed = {}
    for row, (body, status, code) in BODIES.items():
        answer = await post(stage, body())
        failed |= _fault(row, answer, status, code)

    assert failed == {}
    assert await _count_cases(stage) == 0


async def test_every_code_that_is_answered_has_its_page(stage: Stage) -> None:
    """The `type` of a problem document leads somewhere."""
    codes = {code for _, _, code in BODIES.values() if code is not None}

    pages = {code: (await stage.http.get(f"/problems/{code}")).status_code for code in codes}

    assert set(pages.values()) == {200}


MEDIA = {
    "9 plain text": ({"Content_Type": "text/plain"}, 415),
    "10 XML": ({"Content_Type": "application/xml"}, 415),
    "12 UTF-16": ({"Content_Type": "application/json; charset=utf-16"}, 415),
    "15 compressed": ({"Content_Encoding": "gzip"}, 415),
    "112 XML is wanted": ({"Accept": "application/xml"}, 406),
    "113 an expectation": ({"Expect": "banana"}, 417),
    "115 a key of 256": ({"Idempotency_Key": "k" * 256}, 400),
    "115b a key with a space": ({"Idempotency_Key": "a b"}, 400),
    "115c no key in it": ({"Idempotency_Key": '""'}, 400),
    "106 headers of 100 kB": ({"X_Long": "x" * 60_000}, 431),
}


async def test_bad_headers_are_refused(stage: Stage) -> None:
    """Each row gets its status, though the body is sound."""
    failed = {}
    for row, (headers, status) in MEDIA.items():
        answer = await post(stage, as_sent(), **headers)
        failed |= _fault(row, answer, status, None)

    assert failed == {}


SOUND = {
    "13 a byte order mark": lambda: b"\xef\xbb\xbf" + as_sent(),
    "84 SQL in a name": lambda: as_sent(child__familyName="Robert'); DROP TABLE cases;--"),
    "85 a formula in a name": lambda: as_sent(child__familyName="=cmd|' /C calc'!A0"),
    "86 HTML in a rationale": lambda: as_sent(offences__0__officerScore__rationale="<script>alert(1)</script> & more"),
    "101 a method override": as_sent,
}


SPOKEN = {
    "129 a blank rationale": ({"rationale": " " * 40}, "blank"),
    "129b a rationale of one character": ({"rationale": "x"}, "too-short"),
    "129c no rationale": ({"rationale": None}, None),
}


async def test_bad_opinions_are_refused(stage: Stage) -> None:
    """Each row is refused, and nothing was said."""
    case_id = await stage.referred()
    officer, path = stage.actor(OFFICER), f"/v1/cases/{case_id}/opinions"
    sound = opinion(await stage.advised(case_id), "YOUTH_CAUTION")
    headers = {"If-Match": await officer.etag(f"/v1/cases/{case_id}")}
    failed = {}
    for row, (changes, code) in SPOKEN.items():
        answer = await officer.send("POST", path, sound | changes, headers=headers)
        failed |= _fault(row, answer, 422, code)

    assert failed == {}


async def test_odd_and_sound_bodies_are_taken_literally(stage: Stage) -> None:
    """What looks like code is text; it is kept as it was sent, and answered as JSON that no browser sniffs."""
    for row, body in SOUND.items():
        answer = await post(stage, body(), X_HTTP_Method_Override="DELETE")

        assert answer.status_code == 201, row
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        read = await stage.actor(OFFICER).send("GET", f"/v1/cases/{answer.json()['caseId']}")
        sent = json.loads(body().removeprefix(b"\xef\xbb\xbf"))
        assert read.json()["child"]["familyName"] == sent["child"]["familyName"]


PATHS = {
    "87 no id": ("/v1/cases/sam", 404),
    "87b an id that is too long": ("/v1/law/matrix-editions/" + "x" * 101, 404),
    "87c nothing for an id": ("/v1/events?after=", 422),
    "88 no hyphens": ("/v1/cases/019abc00000070008000000000000000", 404),
    "88b braces": ("/v1/cases/{019abc00-0000-7000-8000-000000000000}", 404),
    "90 upwards": ("/v1/cases/..%2f..%2fhealth", 404),
    "90b an escaped slash": ("/v1%2fcases", 404),
    "90c a line break at the end": ("/v1/cases%0a", 404),
    "91 NUL in the query": ("/v1/cases?area=%00", 400),
    "94 a limit of 0": ("/v1/cases?limit=0", 422),
    "94b of -1": ("/v1/cases?limit=-1", 422),
    "94c of 201": ("/v1/cases?limit=201", 422),
    "94d of 1e2": ("/v1/cases?limit=1e2", 422),
    "94e in Arabic digits": ("/v1/cases?limit=%D9%A1", 422),
    "96 a parameter mistyped": ("/v1/cases?are=E09000019", 400),
    "96b a parameter twice": ("/v1/cases?area=E09000019&area=E09000007", 400),
    "96c a bad escape": ("/v1/cases?area=%zz", 400),
    "96d not UTF-8": ("/v1/cases?area=%ff", 400),
    "96e a forged cursor": ("/v1/cases?cursor=bogus", 400),
    "96f a status that is none": ("/v1/cases?status=OPEN", 422),
    "102 a trailing slash": ("/v1/cases/", 404),
    "103 a double slash": ("/v1//cases", 404),
    "108 a long target": ("/v1/cases?area=" + "x" * 9_000, 414),
}


async def test_bad_paths_and_queries_are_refused(stage: Stage) -> None:
    """Each row gets its status, and no redirect is ever built from what was sent."""
    failed = {}
    for row, (path, status) in PATHS.items():
        answer = await stage.actor(OFFICER).send("GET", path)
        failed |= _fault(row, answer, status, None)
        assert "location" not in answer.headers

    assert failed == {}


async def test_trailing_slash_of_a_post_is_not_redirected(stage: Stage) -> None:
    """Row 102: no 307 to a Host that the sender chose."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals/", {}, headers={"Host": "evil.example"})

    _require_problem(answer, 404, None)
    assert "location" not in answer.headers


async def test_methods_that_a_path_does_not_take_are_named(stage: Stage) -> None:
    """Row 99: 405, with every method that the path does take."""
    for method in ("DELETE", "TRACE", "PATCH", "HEAD", "OPTIONS"):
        answer = await stage.actor(OFFICER).send(method, f"/v1/cases/{uuid7()}/opinions")

        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, POST"


async def test_path_that_is_written_out_is_no_name(stage: Stage) -> None:
    """Row 99: a path of its own takes its own methods, though it looks like the id of something else."""
    answer = await stage.actor(POLICE).send("OPTIONS", "/v1/referrals/batch")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


async def test_body_of_a_get_is_ignored(stage: Stage) -> None:
    """Row 98."""
    answer = await stage.actor(OFFICER).send("GET", "/v1/cases", {"limit": 1})

    assert answer.status_code == 200


def _head(method: str = "POST", path: str = "/v1/advice", *headers: str, host: str = "Host: localhost") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", *filter(None, (host,)), *headers, "", "")).encode("latin-1")


RAW = {
    "100 a method in lower case": (_head("get", "/health"), 400),
    "104 no Host": (_head("GET", "/health", host=""), 400),
    "104b two Hosts": (_head("GET", "/health", "Host: evil.example"), 400),
    "104c HTTP/0.9": (b"GET /health\r\n\r\n", 400),
    "104d a Host that is no address": (_head("GET", "/nowhere", host="Host: [::1"), 404),
    "109 two lengths": (_head("POST", "/v1/advice", "Content-Length: 5", "Content-Length: 6") + b"abcdef", 400),
    "109b a length and chunks": (
        _head("POST", "/v1/advice", "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n", 400),
    "110 a chunk that is no number": (_head("POST", "/oauth2/token", "Transfer-Encoding: chunked") + b"zz\r\n", 400),
    "106b headers without end": (_head("GET", "/health", "X: " + "x" * 100_000), 431),
    "108b a target of 70 kB": (_head("GET", "/" + "x" * 70_000), 414),
    "83 chunks without end": (
        _head("POST", "/oauth2/token", "Transfer-Encoding: chunked") + (b"10000\r\n" + b"x" * 65_536 + b"\r\n") * 17,
        413,
    ),
    "82 a length of 20 MB": (_head("POST", "/oauth2/token", "Content-Length: 20000000"), 413),
}  # fmt: skip


async def test_bad_messages_are_refused(stage: Stage) -> None:
    """What is no request of HTTP gets a problem document too, and the service goes on."""
    answered = {}
    for row, (message, _) in RAW.items():
        status, headers, body = await exchange(str(stage.http.base_url), message)
        answered[row] = (status, headers["content-type"], json.loads(body)["status"])

    assert answered == {row: (status, "application/problem+json", status) for row, (_, status) in RAW.items()}
    assert (await stage.http.get("/health/ping")).status_code == 200


async def test_body_without_a_media_type_is_refused(stage: Stage) -> None:
    """Row 8: a body whose kind nobody named is not guessed at."""
    token, body = stage.actor(POLICE).token, as_sent()
    head = _head(
        "POST", "/v1/referrals", f"Authorization: Bearer {token}", "X-Purpose: REFERRAL", "Idempotency-Key: k1",
        f"Content-Length: {len(body)}",
    )  # fmt: skip

    status, _, _ = await exchange(str(stage.http.base_url), head + body)

    assert status == 415


async def test_short_body_is_not_waited_for_without_end(app: Any, stage: Stage) -> None:
    """Row 111: what does not arrive in time is answered 408, and the connection is closed."""
    app.state.settings = app.state.settings.model_copy(update={"body_timeout_seconds": 0.2})
    token = stage.actor(POLICE).token
    head = _head(
        "POST", "/v1/referrals", f"Authorization: Bearer {token}", "X-Purpose: REFERRAL", "Idempotency-Key: k1",
        "Content-Type: application/json", "Content-Length: 50",
    )  # fmt: skip

    status, headers, _ = await exchange(str(stage.http.base_url), head + b"{")

    assert (status, headers["connection"]) == (408, "close")


@pytest.mark.parametrize("sent", [b"", b"GET /health HTTP/1.1\r\nHost: loc"], ids=["nothing", "half a head"])
async def test_slow_head_is_not_waited_for_without_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """A connection whose head does not come to its end is closed."""
    monkeypatch.setattr(BoundedHttp, "patience", 0.2)

    status, _, _ = await exchange(str(stage.http.base_url), sent)

    assert status == 0
