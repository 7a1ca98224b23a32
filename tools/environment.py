"""Make `.venv` from the lock. Runs with the machine's own Python and its standard library only.

python3 tools/environment.py            what the course needs
python3 tools/environment.py --teaching what an instructor needs to release and grade, too
python3 tools/environment.py --checks   all that, and what `make test` needs
"""

# This file must be readable by an old Python too, so that it can say so.
import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def new_enough():
    """Return the path of a Python that is new enough: this one, or a newer one on the path; None if there is none."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in (13, 12, 11):
        found = shutil.which("python3.{}".format(minor))  # noqa: UP032
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def venv_python():
    """Return the path of the environment's Python."""
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return VENV / folder / "python"


def run(command, help_text):
    """Run a command in the repository; on failure say what to do and stop."""
    if subprocess.call([str(word) for word in command], cwd=str(ROOT), stdin=subprocess.DEVNULL) != 0:
        sys.exit("\nmake: {}".format(help_text))  # noqa: UP032


def make(python):
    """Make the environment if it is not there or does not run."""
    if venv_python().exists() and silently([str(venv_python()), "-m", "pip", "--version"]):
        return
    print("Making the environment in .venv", flush=True)
    shutil.rmtree(str(VENV), ignore_errors=True)
    run(
        [python, "-m", "venv", VENV],
        "the environment could not be made. On Debian and Ubuntu: apt-get install python3-venv; then try again.",
    )


def pinned(name):
    """Return a package with its locked version, as pip takes it."""
    for line in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(name + "=="):
            return line.split()[0]
    return name


def silently(command):
    """Run a command without a word and return whether it went well."""
    return (
        subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        == 0
    )


def install(files):
    """Install locked requirements, by uv where it can be had (eight times faster), else by pip."""
    python = str(venv_python())
    wanted = [word for name in files for word in ("-r", name)]
    uv = [python, "-m", "uv"]
    if not silently([*uv, "--version"]):
        silently([python, "-m", "pip", "install", pinned("uv")])
    quiet = [] if sys.stderr.isatty() else ["-q"]
    # Compiled as pip does it: where Python may not keep what it compiles, every kernel would compile anew.
    command = [*uv, "pip", "install", "--compile-bytecode", "--python", python, *quiet, *wanted]
    if subprocess.call(command, cwd=str(ROOT), stdin=subprocess.DEVNULL) == 0:
        return
    print("Installing with pip, which takes a minute", flush=True)
    run(
        [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *wanted],
        "the packages could not be installed (see above). Is there a network? "
        "Then remove the folder .venv and try again.",
    )


def hush():
    """Let kernels of the environment not warn that they listen on this machine unencrypted; what is set there stays."""
    path = VENV / "etc" / "ipython" / "ipython_kernel_config.py"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("c.IPKernelApp.log_level = 40  # errors only\n", encoding="utf-8")


def main():
    """Make the environment and leave a stamp that make can compare with the lock."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--teaching", action="store_true", help="install what releasing and grading need, too"
    )
    parser.add_argument("--checks", action="store_true", help="install what the checks need, too")
    wanted = parser.parse_args()
    python = new_enough()
    if python is None:
        sys.exit(
            "make: this is Python {}.{}; the course needs Python 3.11 or newer.\n"
            "Install one (python.org, or your system's packages) and name it: make book PYTHON=python3.12".format(
                *sys.version_info[:2]
            )
        )
    start = time.time()
    make(python)
    print("Installing the locked packages", flush=True)
    more = (
        "requirements-dev.txt" if wanted.checks else "requirements-teaching.txt" if wanted.teaching else None
    )
    install(["requirements.txt"] + ([more] if more else []))
    hush()
    (VENV / ".course").touch()
    if wanted.teaching or wanted.checks:
        (VENV / ".teaching").touch()
    if wanted.checks:
        (VENV / ".checks").touch()
    print("Environment ready after {:.0f} s".format(time.time() - start), flush=True)  # noqa: UP032


if __name__ == "__main__":
    main()
