"""The helper that travels with an assignment: the course's tables, and a check of your own answers.

It needs pandas only. Leave this file beside the notebook, and the folder `data` too.
"""

import hashlib
import json
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
ROUNDS = 100_000


def load(name):
    """Return a table of the course, with dates as dates and counts as whole numbers."""
    tables = json.loads((HERE / "data" / "tables.json").read_text(encoding="utf-8"))
    if name not in tables:
        raise KeyError(f"no table {name!r} here; there are: {', '.join(tables)}")
    kinds = tables[name]
    text = {column: str for column, kind in kinds.items() if kind in ("string", "date")}
    frame = pd.read_csv(HERE / "data" / f"{name}.csv", dtype=text)
    for column, kind in kinds.items():
        if kind == "date":
            frame[column] = pd.to_datetime(frame[column])
        elif kind == "integer":
            frame[column] = frame[column].astype("Int64")
    return frame


def plain(answer):
    """Return an answer in one form of words, however it was written: 3, 3.0 and a numpy 3 are the same."""
    if isinstance(answer, pd.Series | pd.Index) or hasattr(answer, "tolist"):
        answer = (
            answer.to_dict() if isinstance(answer, pd.Series) and answer.index.dtype == object else answer
        )
        answer = answer.tolist() if hasattr(answer, "tolist") else answer
    if isinstance(answer, dict):
        return "{" + ",".join(sorted(f"{plain(key)}:{plain(value)}" for key, value in answer.items())) + "}"
    if isinstance(answer, set | frozenset):
        return "{" + ",".join(sorted(plain(one) for one in answer)) + "}"
    if isinstance(answer, list | tuple):
        return "[" + ",".join(plain(one) for one in answer) + "]"
    if hasattr(answer, "strftime"):
        return answer.strftime("%Y-%m-%d")
    if isinstance(answer, str):
        return " ".join(answer.split()).casefold()
    return f"{round(float(answer), 3):g}"


def digest(item, answer, salt):
    """Return the slow one-way hash of an answer to an item."""
    words = f"{item}={plain(answer)}".encode()
    return hashlib.pbkdf2_hmac("sha256", words, bytes.fromhex(salt), ROUNDS).hex()


def selfcheck(item, answer):
    """Say whether an answer is the expected one. What is expected stands nowhere in these files; only its hash does."""
    checks = json.loads((HERE / "checks.json").read_text(encoding="utf-8"))
    if item not in checks["items"]:
        raise KeyError(f"item {item!r} has no self-check; these have: {', '.join(checks['items'])}")
    try:
        right = digest(item, answer, checks["salt"]) == checks["items"][item]
    except (TypeError, ValueError) as error:
        print(f"{item}: cannot be read ({error}). Look again at what form of answer is asked for.")
        return
    print(f"{item}: right." if right else f"{item}: not yet. Read the item again, word by word.")
