"""nginx before processes of the service, set up as examples/nginx.conf has it."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.crash.estate import PATIENCE, ROOT, free_port

EXAMPLE = ROOT / "examples" / "nginx.conf"


@contextmanager
def nginx(folder: Path, targets: Sequence[str]) -> Iterator[str]:
    """Run nginx with the example's settings before these processes, and return its address."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert program, "nginx is not installed, and this test is about it"
    port = free_port()
    servers = "\n".join(f"        server {target.removeprefix('http://')} max_fails=0;" for target in targets)
    text = EXAMPLE.read_text(encoding="utf-8")
    head, _, rest = text.partition("        server 127.0.0.1:8001")
    text = head + servers + "\n" + rest.partition("        # end of the processes\n")[2]
    text = text.replace("listen 127.0.0.1:8080", f"listen 127.0.0.1:{port}")
    place = folder / "nginx.conf"
    place.write_text(text)
    words = [program, "-p", str(folder), "-c", str(place), "-e", "nginx-error.log", "-g", "daemon off;"]
    process = subprocess.Popen(words)  # noqa: S603 - what the machine has
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)
