"""Assignments of a class: drawn from the cohort's key, released, collected, graded and given back."""

import os
import sys
from pathlib import Path

# nbgrader calls alembic by its bare name, which is found only in an environment that has been activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
