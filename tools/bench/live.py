"""What Binder offers: what is installed, how soon a chapter is ready, what it takes of memory."""

from __future__ import annotations

import psutil

from tools import binder, lab
from tools.bench.report import CHAPTERS, quietly, say
from tools.bench.visit import chromium


def megabytes(process: int) -> float:
    """Return the resident memory of a process and of all that it started, in megabytes."""
    server = psutil.Process(process)
    return sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / 1e6


def measure() -> None:
    """Measure a fresh environment from Binder's lock, and in its JupyterLab "run all" of each chapter."""
    with binder.image() as made:
        whole, compiled = made.megabytes()
        say("Binder: installed", f"{whole:.0f} MB", "<= 600 MB", whole <= 600)
        say("Binder: of it compiled code of Python", f"{compiled:.0f} MB")
        for name, size in made.largest(5).items():
            say(f"Binder: {name}", f"{size:.0f} MB")
        imports = [str(made.python), "-c", "from csto import alt"]
        quietly(imports)
        seconds = min(quietly(imports) for _ in range(3))
        say("Binder: imports of a chapter", f"{seconds:.1f} s", "<= 2 s", seconds <= 2)
        with binder.session(made) as running, chromium() as started:
            say("Binder: memory of the server, no kernel", f"{megabytes(running.process):.0f} MB")
            for chapter in CHAPTERS:
                page = started.new_page()
                path = f"lab/tree/chapters/{chapter.name}"
                seconds = lab.run_all(page, running.address, running.token, path)
                say(f"{chapter.stem}: run all in JupyterLab", f"{seconds:.1f} s", "<= 6 s", seconds <= 6)
                memory = megabytes(running.process)
                say(
                    f"{chapter.stem}: memory of server and kernel",
                    f"{memory:.0f} MB",
                    "<= 600 MB",
                    memory <= 600,
                )
                lab.shut_down(page)
                page.close()
