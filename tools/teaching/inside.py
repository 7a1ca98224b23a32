"""Grade one submission with nbgrader, in a throw-away course: python inside.py ASSIGNMENT SECONDS-A-CELL.

Runs behind the walls of `sandbox`. The submission is that of the student "student"; the outcome is `result.json`.
It imports nothing of the project.
"""

import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Let nbgrader grade, and write down what its gradebook says."""
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    name, seconds = sys.argv[1], int(sys.argv[2])
    folder = Path.cwd()
    with contextlib.suppress(OSError):  # without a network of its own there is nothing to bring up
        subprocess.run(["ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    database = f"sqlite:///{folder / 'gradebook.db'}"
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.db_url = database
    config.Execute.timeout = seconds
    config.Execute.interrupt_on_timeout = True
    config.Execute.iopub_timeout = 30
    config.LimitOutput.max_lines = 200
    config.LimitOutput.max_traceback = 60
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    done = NbGraderAPI(config=config).autograde(name, "student", force=True, create=True)
    result = {
        "success": bool(done["success"]),
        "log": str(done.get("log") or done.get("error") or "")[-20_000:],
    }
    if result["success"]:
        with Gradebook(database) as book:
            sheet = book.find_submission_notebook(name, name, "student")
            comments = {one.name: one.auto_comment for one in sheet.comments}
            result["cells"] = {
                one.name: {
                    "points": one.auto_score,
                    "most": one.max_score,
                    "blank": comments.get(one.name) == "No response.",
                }
                for one in sheet.grades
            }
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
