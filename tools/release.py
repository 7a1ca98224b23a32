"""Make a release: version, changelog, citation, site, archives, checksums, notes.

python -m tools.release 0.2.0              write the version everywhere, build, and put all files into _build/release/0.2.0
python -m tools.release                    the same for the version that stands there already, as on its tag
python -m tools.release 0.2.0 --dry-run    say what would be done, and do nothing
python -m tools.release 0.2.0 --tag        commit and tag at the end; it never pushes

It refuses where something is not committed, where the version is not greater than the last, and where the changelog has
nothing to say. What git has to be told afterwards is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
from calendar import month_name
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from book import addresses, archive
from tools import build, edition, packages
from tools.build import ROOT

_NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_OPEN = "## [Unreleased]\n"
_EDITION = re.compile(r"\bedition of [A-Z][a-z]+ \d{4}")


@dataclass(frozen=True)
class Place:
    """A place where the version or the day of the edition stands: a file, what stands there, and what it becomes."""

    file: str
    pattern: str
    form: str


def places(version: str, day: date) -> list[Place]:
    """Return every place that a release writes, but for the changelog."""
    said = f"edition of {month_name[day.month]} {day.year}"
    return [
        Place("pyproject.toml", r'(?m)^version = ".*"$', f'version = "{version}"'),
        Place("CITATION.cff", r"(?m)^version: .*$", f"version: {version}"),
        Place("CITATION.cff", r"(?m)^date-released: .*$", f"date-released: {day}"),
        Place("data/datapackage.json", r'(?m)^( +)"version": "[^"]*"', rf'\g<1>"version": "{version}"'),
        *(Place(name, _EDITION.pattern, said) for name in ("README.md", "_config.yml", "index.md")),
    ]


def number(text: str) -> tuple[int, ...]:
    """Return a version as numbers that can be compared.

    Raises
    ------
    ValueError
        If it is no version of the form 1.2.3.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"VERSION: {text!r} is not allowed; allowed: three numbers such as 1.2.3")
    return tuple(map(int, text.split(".")))


def section(changelog: str, version: str) -> str:
    """Return what a changelog says of a version, without its heading; empty if it has none.

    Parameters
    ----------
    changelog
        The text of the changelog.
    version
        A version, or ``Unreleased``.
    """
    found = re.search(
        rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog, re.DOTALL | re.MULTILINE
    )
    return found[1].strip() if found else ""


def closed(changelog: str, version: str, day: date) -> str:
    """Return the changelog with what was unreleased under a version and its day."""
    return changelog.replace(_OPEN, f"{_OPEN}\n## [{version}] - {day}\n", 1)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def faults(root: Path, version: str) -> list[str]:
    """Return why a version cannot be released from a repository, a line a reason.

    Raises
    ------
    ValueError
        If it is no version at all.
    """
    last = edition.version(root)
    said = []
    if number(version) <= number(last):
        said.append(
            f"VERSION: {version} is not greater than {last}, the version that stands in pyproject.toml"
        )
    if f"v{version}" in _git(root, "tag", "--list").splitlines():
        said.append(f"VERSION: the tag v{version} is there already")
    if "- " not in section((root / "CHANGELOG.md").read_text(encoding="utf-8"), "Unreleased"):
        said.append("CHANGELOG.md: nothing stands under [Unreleased]; say what changes for readers")
    return said


def dirt(root: Path) -> list[str]:
    """Return a line if something in a repository is not committed."""
    changed = _git(root, "status", "--porcelain").splitlines()
    return (
        [f"not committed: {', '.join(line.split(maxsplit=1)[1] for line in changed[:5])}"] if changed else []
    )


def write(root: Path, version: str, day: date) -> list[str]:
    """Write version and day wherever they stand, and return the files that changed.

    Raises
    ------
    ValueError
        If a place does not have what it should exactly once; nothing is written then.
    """
    texts: dict[str, str] = {}
    for place in places(version, day):
        text = texts.get(place.file) or (root / place.file).read_text(encoding="utf-8")
        if place.file.endswith(".json"):
            # The first is the package's own; tables may have versions too.
            new, count = re.subn(place.pattern, place.form, text, count=1)
        else:
            new, count = re.subn(place.pattern, place.form, text)
        if count != 1:
            raise ValueError(f"{place.file}: {place.pattern!r} stands there {count} times; allowed: once")
        texts[place.file] = new
    if json.loads(texts["data/datapackage.json"])["version"] != version:
        raise ValueError("data/datapackage.json: the first version in the file is not that of the package")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    texts["CHANGELOG.md"] = closed(changelog, version, day)
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    return sorted(texts)


# --- what is made ------------------------------------------------------------------------------------------------------


def publish(site: Path, listed: Path) -> list[str]:
    """Add what is new in a site to the list of published addresses, and return all of the site's.

    Raises
    ------
    SystemExit
        If an address that was published leads nowhere.
    """
    known = addresses.read(listed.read_text(encoding="utf-8"))
    if lost := addresses.lost(site, known):
        raise SystemExit(
            f"{listed.name}: published once and gone now: {', '.join(lost)}. Write behind each where it is now."
        )
    now = addresses.every(site, edition.PLACES)
    new = sorted(set(now) - {one.published for one in known})
    if new:
        text = listed.read_text(encoding="utf-8").rstrip("\n")
        listed.write_text("\n".join([text, *new]) + "\n", encoding="utf-8")
    return now


def pack(folder: Path) -> list[Path]:
    """Build the book from nothing and put all files of the release into a folder; return them."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(edition.epoch()))
    build.build(clean=True)
    site = build.SITE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    forms = [form for form in edition.FORMS if form.exists()]
    for form in edition.FORMS:
        if form not in forms:
            print(f"left out, because tools/{form.key}.py is not there: {form.file(edition.version())}")
    made = [form.make(site, folder) for form in forms]
    edition.offer(site, made)
    data = archive.name(archive.read(ROOT / "data"))
    shutil.copyfile(site / archive.FOLDER / data, folder / data)
    files = {
        "addresses.txt": "\n".join(publish(site, edition.ADDRESSES)) + "\n",
        "bill-of-materials.json": json.dumps(packages.bill(), indent=1) + "\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    kept = sorted(folder.iterdir())
    (folder / edition.SUMS).write_text(edition.sums(kept), encoding="utf-8")
    (folder / "notes.md").write_text(notes(kept), encoding="utf-8")
    return sorted(folder.iterdir())


def notes(files: list[Path]) -> str:
    """Return the notes of the release: what changed, and its files with sizes and checksums."""
    version = edition.version()
    said = section((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    rows = [f"| `{path.name}` | {edition.size(path)} | `{edition.checksum(path)}` |" for path in files]
    table = "\n".join(["| file | size | SHA-256 |", "|---|---|---|", *rows])
    return f"# Promise and Practice {version}, {edition.day()}\n\n{said}\n\n## Files\n\n{table}\n"


def orders(version: str) -> list[list[str]]:
    """Return what git has to be told to commit, tag and publish a release."""
    return [
        ["commit", "--all", "-m", f"Release {version}"],
        ["tag", "-a", f"v{version}", "-m", f"Promise and Practice {version}"],
        ["push", "origin", "HEAD", f"v{version}"],
    ]


def check_tag(version: str) -> list[str]:
    """Return a line if a workflow runs on a tag that is not the version's."""
    tag = os.environ.get("GITHUB_REF_NAME", "") if os.environ.get("GITHUB_REF_TYPE") == "tag" else ""
    return (
        [f"the tag {tag} is not v{version}, the version of pyproject.toml"]
        if tag not in ("", f"v{version}")
        else []
    )


def main() -> None:
    """Make the release, or say why not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("version", nargs="?", help="the new version; without it, the one that stands there")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--tag", action="store_true", help="commit and tag when all is made")
    wanted = parser.parse_args()
    version = wanted.version or edition.version()
    try:
        wrong = dirt(ROOT) + (faults(ROOT, version) if wanted.version else check_tag(version))
    except ValueError as fault:
        raise SystemExit(str(fault)) from fault
    folder = ROOT / "_build" / "release" / version
    if wanted.dry_run:
        today = datetime.now(UTC).date()
        print(
            f"Release {version}"
            + (f" of {today}" if wanted.version else f" of {edition.day()}, as it stands")
        )
        if wanted.version:
            print(
                *(
                    f"  writes {name}"
                    for name in sorted({one.file for one in places(version, today)} | {"CHANGELOG.md"})
                ),
                sep="\n",
            )
        print(
            "  builds the book from nothing",
            *(f"  makes {form.file(version)}" for form in edition.FORMS if form.exists()),
            sep="\n",
        )
        print(
            f"  puts them, the data, the bill of materials, addresses, notes and {edition.SUMS} into {folder.relative_to(ROOT)}"
        )
    if wrong:
        raise SystemExit("No release: " + "\n            ".join(wrong))
    if wanted.dry_run:
        return
    if wanted.version:
        print("written:", *write(ROOT, version, datetime.now(UTC).date()))
    made = pack(folder)
    print(
        f"\nIn {folder.relative_to(ROOT)}:",
        *(f"  {path.name}  {edition.size(path)}" for path in made),
        sep="\n",
    )
    todo = orders(version)
    if wanted.tag and wanted.version:
        for words in todo[:2]:
            _git(ROOT, *words)
        todo = todo[2:]
    if wanted.version:
        print("\nLook at the files, then:", *(f"  git {_shown(words)}" for words in todo), sep="\n")


def _shown(words: list[str]) -> str:
    return " ".join(f'"{word}"' if " " in word else word for word in words)


if __name__ == "__main__":
    main()
