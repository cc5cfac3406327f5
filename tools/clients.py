"""Make the example clients from the OpenAPI document, check their types, and run both against a service of their own.

    python tools/clients.py            makes, checks and runs both
    python tools/clients.py --install  makes .venv-clients alone

What is generated is not committed: it follows from openapi/openapi.json, which is, so that there is nothing to drift.
The service runs on a free port of this machine with a database that goes away; police and youth justice service decide
the case that each example refers.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.api.acting import MANAGER, OFFICER, PRACTITIONER, Actor, decision, opinion  # noqa: E402 - after the path

EXAMPLES = ROOT / "examples"
PYTHON, TYPESCRIPT = EXAMPLES / "police-python", EXAMPLES / "police-typescript"
CLIENTS = ROOT / ".venv-clients"
LOCK = ROOT / "requirements-clients.txt"
PATIENCE = 300  # seconds


class Failed(Exception):
    """A step did not succeed; what it said stands above."""


def main() -> int:
    """Do everything; the exit code says whether all of it succeeded."""
    try:
        install()
        if "--install" in sys.argv[1:]:
            return 0
        build_python()
        build_typescript()
        with service() as base_url:
            run_both(base_url)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print("Both example clients were made, checked and run.")
    return 0


def run(*words: str | Path, cwd: Path = ROOT, **settings: str) -> None:
    """Run a step where it can be watched; raise `Failed` unless it succeeds."""
    print(f"+ {' '.join(Path(str(word)).name if '/' in str(word) else str(word) for word in words)}", flush=True)
    if subprocess.run(words, cwd=cwd, env=os.environ | settings, check=False).returncode:  # noqa: S603 - our own steps
        raise Failed(f"This did not succeed: {words[0]}")


def install() -> None:
    """Make the environment of the Python example from its hashed lock, unless it is there."""
    stamp = CLIENTS / ".ready"
    if not stamp.exists() or stamp.read_text() != LOCK.read_text():
        run(sys.executable, "-m", "venv", "--clear", CLIENTS)
        pip = [CLIENTS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run(*pip, "--require-hashes", "-r", LOCK)
        stamp.write_text(LOCK.read_text())


def build_python() -> None:
    """Generate the Python client, and check the example's types strictly against it."""
    generated = PYTHON / "oocd_client"
    shutil.rmtree(generated, ignore_errors=True)
    described = ROOT / "openapi" / "openapi.json"
    words = ["generate", "--path", described, "--output-path", generated, "--meta", "none"]
    path = f"{CLIENTS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    run(CLIENTS / "bin" / "openapi-python-client", *words, cwd=PYTHON, PATH=path)
    run(CLIENTS / "bin" / "mypy", "--strict", "--follow-imports=silent", "main.py", "receiver.py", cwd=PYTHON)


def build_typescript() -> None:
    """Install what the TypeScript example needs from its lock, generate its types, and compile it strictly."""
    npm = shutil.which("npm")
    if npm is None:
        raise Failed("npm is not installed; the TypeScript example needs Node.js 20 or newer")
    run(npm, "ci", "--no-audit", "--no-fund", "--loglevel", "error", cwd=TYPESCRIPT)
    for step in ("generate", "build"):
        run(npm, "run", "--silent", step, cwd=TYPESCRIPT)


@contextmanager
def service() -> Iterator[str]:
    """Run the service in local mode on a free port, with a database that goes away."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="oocd-clients-") as folder:
        settings = {"PORT": str(port), "DATA_DIR": folder, "OOCD_DEMO_DATA": "no", "OOCD_WEBHOOK_LOOPBACK": "true"}
        output = Path(folder) / "service.txt"
        with output.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", "run"], cwd=ROOT, env=os.environ | settings, stdout=file, stderr=file
            )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, output)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_until_ready(base_url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until the service is ready; raise `Failed` with what it said if it ends before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{base_url}/health/readiness", trust_env=False).status_code == 200:  # noqa: PLR2004
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise Failed(f"The service did not start:\n{output.read_text()}")


def run_both(base_url: str) -> None:
    """Run one example after the other while the others at the table decide what it refers."""
    known = {"BASE_URL": base_url, "CLIENT_ID": "demo-police", "CLIENT_SECRET": "demo"}
    node = shutil.which("node") or "node"
    for name, words, folder in (
        ("Python", [str(CLIENTS / "bin" / "python"), "main.py"], PYTHON),
        ("TypeScript", [node, "dist/main.js"], TYPESCRIPT),
    ):
        print(f"── {name}", flush=True)
        example = subprocess.Popen(words, cwd=folder, env=os.environ | known)  # noqa: S603 - our own programs
        asyncio.run(decide_while(base_url, example))
        if example.returncode:
            raise Failed(f"The {name} example ended with {example.returncode}")


async def decide_while(base_url: str, example: subprocess.Popen[bytes]) -> None:
    """Bring every case that has come to its decision of record, until the example ends."""
    done: set[str] = set()
    deadline = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(base_url=base_url, timeout=60, trust_env=False) as http:
        people = {name: Actor(http, await token(http, name)) for name in (OFFICER, PRACTITIONER, MANAGER)}
        while example.poll() is None:
            if time.monotonic() > deadline:
                example.kill()
            listed = await people[OFFICER].send("GET", "/v1/cases?status=RECEIVED")
            for case_id in [one["caseId"] for one in listed.json()["items"] if one["caseId"] not in done]:
                done.add(case_id)
                await decide(people, case_id)
            await asyncio.sleep(0.3)


async def token(http: httpx.AsyncClient, client_id: str) -> str:
    """Get a demo client's token."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "demo"}
    return str((await http.post("/oauth2/token", data=form)).json()["access_token"])


async def decide(people: dict[str, Actor], case_id: str) -> None:
    """Pre-assess a child, take advice, hear both agencies, and record what they agree on."""
    from app.demo.story import a_pre_assessment  # noqa: PLC0415 - after the path

    officer, practitioner, case = people[OFFICER], people[PRACTITIONER], f"/v1/cases/{case_id}"
    await practitioner.send("PUT", f"{case}/pre-assessment", a_pre_assessment(), purpose="PRE_ASSESSMENT")
    advice = (await officer.send("POST", f"{case}/advice", {})).json()
    for person in (officer, practitioner):
        said = opinion(advice, "COMMUNITY_RESOLUTION")
        await person.send("POST", f"{case}/opinions", said, headers={"If-Match": await person.etag(case)})
    made = decision(advice, "COMMUNITY_RESOLUTION")
    answer = await officer.send("POST", f"{case}/decision", made, headers={"If-Match": await officer.etag(case)})
    if answer.status_code != 201:  # noqa: PLR2004
        raise Failed(f"The case could not be decided: {answer.text}")


if __name__ == "__main__":
    sys.exit(main())
