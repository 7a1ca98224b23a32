"""A process with limits: what it may use, what it may see, and how all of it ends.

Which of the limits a system can hold is tried out, not assumed; `held` says it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGA = 2**20
_MARK = "COURSE_SANDBOX"
_FIRST_UID = 200_000
_LOOK = 0.3


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Seconds for a cell and for everything, megabytes of memory, processes and threads, megabytes of one written file.
    """

    cell: int = 60
    whole: int = 600
    memory: int = 2048
    processes: int = 96
    file: int = 64


@dataclass(frozen=True)
class Outcome:
    """How a process ended: its exit code, why it was stopped if it was, its seconds, what it said."""

    code: int
    stopped: str
    seconds: float
    said: str


@functools.cache
def _walls() -> tuple[str, ...]:
    """Return the command that starts a process with walls round it, the strongest that this system allows."""
    if not shutil.which("unshare"):
        return ()
    inner = ("--pid", "--fork", "--kill-child", "--mount-proc", "--ipc")
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    for walls in ((*inner, "--net"), inner, ("--net",)):
        command = ("unshare", *user, *walls)
        done = subprocess.run([*command, "true"], capture_output=True, check=False)
        if done.returncode == 0:
            return command
    return ()


@functools.cache
def _other_user() -> bool:
    """Return whether another user of this system could run this Python with its packages."""
    if os.geteuid() != 0:
        return False

    done = subprocess.run(
        [*_walls(), sys.executable, str(Path(__file__).with_name("inside.py")), "--probe", str(_FIRST_UID)],
        cwd="/",
        env=_environment(Path("/")),
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@functools.cache
def _counts_processes() -> bool:
    """Return whether the system itself refuses a process too many. Some, such as gVisor, take the limit and ignore it."""
    if not _other_user():
        return False

    def drop() -> None:
        resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        os.setgroups([])
        os.setgid(_FIRST_UID)
        os.setuid(_FIRST_UID)

    try:
        done = subprocess.run(
            ["/bin/sh", "-c", "sleep 0.1 & wait $!"],
            preexec_fn=drop,
            cwd="/",
            env=_environment(Path("/")),
            capture_output=True,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return done.returncode != 0


def held() -> dict[str, str]:
    """Return, limit by limit, "holds" or why it does not hold on this system."""
    walls = _walls()
    yes = "holds"
    return {
        "time": yes,
        "memory of a process": yes,
        "size of a file": yes,
        "processes": yes
        if _counts_processes()
        else f"not by the system: they are counted every {_LOOK:g} s, and too many end the submission",
        "end of every process": yes
        if "--pid" in walls
        else "only processes that can be found by their mark are ended",
        "no network": yes if "--net" in walls else "does not hold: this system allows no network of its own",
        "another user": yes
        if _other_user()
        else "does not hold: students' code can read what you can read, and could change its own grade",
        "disk as a whole": "does not hold: only the size of each file is limited",
    }


def _environment(home: Path) -> dict[str, str]:
    """Return an environment with nothing of the instructor's in it."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "JUPYTER_PATH": str(home / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "jupyter-data"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter-config"),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(home / "ipython"),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "COURSE_OUTSIDE": str(Path("/proc/self/ns/mnt").readlink())
        if Path("/proc/self/ns/mnt").exists()
        else "",
    }


def user_for(slot: int) -> int | None:
    """Return the number of a user that owns nothing, another one for each slot, or none if that does not work here."""
    return _FIRST_UID + 1 + (os.getpid() * 8 + slot) % 1_000_000 if _other_user() else None


@contextlib.contextmanager
def room() -> Iterator[Path]:
    """Give a folder that is gone afterwards; others may pass through it, and see only what lies open in it."""
    folder = Path(tempfile.mkdtemp(prefix="grading-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str], home: Path, limits: Limits, user: int | None) -> Outcome:
    """Run a command behind the walls and within the limits, and end everything that it started.

    Parameters
    ----------
    command
        What to run. It keeps the instructor's user; what it starts for students is to take `user`.
    home
        Its home, working directory and only place for settings.
    limits
        Seconds of the whole; a memory of twice that of a kernel, since it holds notebook and output.
    user
        Whose left-over processes and files are removed afterwards.
    """
    mark = home.name + home.parent.name
    log = home / "log.txt"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _lower(resource.RLIMIT_AS, 2 * limits.memory * MEGA)
        _lower(resource.RLIMIT_FSIZE, 4 * limits.file * MEGA)

    start = time.monotonic()
    stopped = ""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*_walls(), *command],
            cwd=home,
            env={**_environment(home), _MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=limit,
        )
        try:
            while process.poll() is None and not stopped:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK)
                stopped = _too_much(process.pid, mark, user, limits, time.monotonic() - start)
        finally:
            _end(process, mark, user)
    said = log.read_bytes()[-20_000:].decode("utf-8", "replace")
    return Outcome(process.returncode, stopped, time.monotonic() - start, said)


def _too_much(first: int, mark: str, user: int | None, limits: Limits, seconds: float) -> str:
    """Return why a submission has to be stopped, or nothing."""
    if seconds > limits.whole:
        return f"stopped after {limits.whole} seconds"
    theirs = _running(first, mark, user)
    if len(theirs) > limits.processes:
        return f"stopped, since it started more than {limits.processes} processes"
    memory = 0
    for one in theirs:
        with contextlib.suppress(psutil.Error):
            memory += one.memory_info().rss
    if memory > 2 * limits.memory * MEGA:
        return f"stopped, since its processes took more than {2 * limits.memory} MB together"
    return ""


def _running(first: int, mark: str, user: int | None) -> list[psutil.Process]:
    """Return the processes of a submission whose first process is known.

    Behind walls none can leave the first one's family, which is quickly looked up; else each of the system is looked at.
    """
    if "--pid" in _walls():
        with contextlib.suppress(psutil.Error):
            return psutil.Process(first).children(recursive=True)
    return [one for one in psutil.process_iter() if _ours(one, mark, user)]


def _lower(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _end(process: subprocess.Popen[bytes], mark: str, user: int | None) -> None:
    """End a process, its group, and what it left behind in groups of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for _ in range(20):
        left = [one for one in psutil.process_iter() if _ours(one, mark, user)]
        if not left:
            break
        for one in left:
            with contextlib.suppress(psutil.Error):
                one.kill()
        time.sleep(0.05)
    if user is not None:
        for place in {tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"}:
            with contextlib.suppress(OSError):
                for path in Path(place).iterdir():
                    with contextlib.suppress(OSError):
                        if path.lstat().st_uid == user:
                            if path.is_dir() and not path.is_symlink():
                                shutil.rmtree(path, ignore_errors=True)
                            else:
                                path.unlink()


def _ours(one: psutil.Process, mark: str, user: int | None) -> bool:
    try:
        if one.status() == psutil.STATUS_ZOMBIE:
            return False
        return (user is not None and one.uids().real == user) or one.environ().get(_MARK) == mark
    except (psutil.Error, OSError):
        return False
