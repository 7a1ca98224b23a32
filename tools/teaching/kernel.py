"""Start a student's kernel: in a copy of the working folder, as a user that owns nothing, within limits.

Run by Jupyter as the command of a kernel: python kernel.py SETTINGS CONNECTION. It imports nothing of the project.
"""

import ctypes
import json
import os
import resource
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Take the limits and become the kernel."""
    settings, connection = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    box = Path(settings["box"])
    # The notebook stays behind: once it is restored it holds the hidden tests.
    shutil.copytree(
        Path.cwd(),
        box / "work",
        ignore=shutil.ignore_patterns("*.ipynb", "timestamp.txt"),
        dirs_exist_ok=True,
    )
    shutil.copyfile(connection, box / "connection.json")
    user, mega = settings["user"], 2**20
    if user is not None:
        for path in (box, *box.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(0o700 if path.is_dir() else 0o600)
    os.chdir(box / "work")
    processes = settings["processes"] + (0 if user is not None else _running())
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, settings["memory"] * mega),
        (resource.RLIMIT_FSIZE, settings["file"] * mega),
        (resource.RLIMIT_CPU, settings["whole"]),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_NPROC, processes),
    ):
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # no new privileges, whatever is started from here
    os.umask(0o077)
    os.environ.update(HOME=str(box), IPYTHONDIR=str(box / "ipython"), TMPDIR=str(box))
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_PATH"):
        os.environ[name] = str(box / "jupyter")
    os.execv(
        sys.executable,
        [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            str(box / "connection.json"),
            "--HistoryManager.enabled=False",
        ],
    )


def _running() -> int:
    """Return how many threads this user has now, which the limit of the system counts too."""
    count, me = 0, os.getuid()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if path.stat().st_uid == me:
                count += len(list((path / "task").iterdir()))
        except OSError:
            continue
    return count


if __name__ == "__main__":
    main()
