"""Say of the packages that the course rests on what they are, under which licence, and which faults are known.

python -m tools.packages licences          every locked package has a licence that the course can live with
python -m tools.packages bill FILE         write the bill of materials (CycloneDX, JSON)
python -m tools.packages faults            known vulnerabilities, asked of the package index; needs a network
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import vl_convert

from tools.build import ROOT

#: Words of licences that ask for no more than attribution, or for changes of the package itself to be shared (MPL).
FREE = re.compile(
    r"MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|Zlib|CC0|Unlicense|Public Domain"
)
#: Packages that state several licences or none in their metadata, and what was read in their own files.
READ_BY_HAND = {
    "axe-playwright-python": "MIT by its licence file; the script inside it, axe-core, is MPL-2.0",
    "docutils": "public domain, BSD and PSF; its one GPL file is an Emacs mode that nothing here uses",
    "text-unidecode": "at one's choice Artistic License or GPL; taken under the Artistic License",
    "text2qti": "BSD-3-Clause by its licence file",
}
#: Name of a project in its own banner to its name at npm, where they differ.
NPM = {"DataTables": "datatables.net"}


def locked(kind: str = "") -> dict[str, set[str]]:
    """Return the versions in one lock by package: ``""`` (course), ``"-teaching"`` or ``"-dev"``.

    A package has two where an older Python needs an older one.
    """
    text = (ROOT / f"requirements{kind}.txt").read_text(encoding="utf-8")
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", text, re.MULTILINE):
        versions.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return versions


def licences() -> dict[str, str]:
    """Return the licence of every installed package that one of the locks names, as its metadata say it."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json", "--with-system"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wanted = {**locked(), **locked("-teaching"), **locked("-dev")}
    stated = {row["Name"].lower().replace("_", "-"): row["License"] for row in json.loads(answer)}
    return {name: stated[name] for name in sorted(wanted) if name in stated}


def unfree(stated: dict[str, str]) -> list[str]:
    """Return the packages whose every stated licence is not among the free ones and that nobody has read by hand.

    Parameters
    ----------
    stated
        Licence by package; several are parted by semicolons, ``AND`` or ``OR``.
    """
    wrong = []
    for name, licence in stated.items():
        parts = re.split(r";\s*|\s+AND\s+|\s+OR\s+", licence)
        if name not in READ_BY_HAND and not all(FREE.search(part) for part in parts):
            wrong.append(f"{name}: {licence}")
    return wrong


def _script(name: str, version: str, **more: Any) -> dict[str, Any]:
    address = f"pkg:npm/{name.replace('@', '%40', 1)}@{version}"
    return {"bom-ref": address, "type": "library", "name": name, "version": version, "purl": address, **more}


def vendored() -> list[dict[str, Any]]:
    """Return the scripts of other projects that lie in this repository, with the version that each states itself.

    Raises
    ------
    ValueError
        If a script does not begin with its name and version.
    """
    found = []
    for path in sorted((ROOT / "book" / "_static" / "vendor").glob("*/*.js")):
        content = path.read_bytes()
        banner = re.match(r"/\*! ([\w.-]+) v?(\d+\.\d+\.\d+)\b", content[:200].decode("utf-8", "replace"))
        if banner is None:
            raise ValueError(f"{path.name} does not say in its first line which version of what it is")
        digest = {"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}
        licence = (path.parent / "LICENSE.txt").read_text(encoding="utf-8")
        more = [{"license": {"id": "MIT"}}] if re.match(r"\s*(The )?MIT License", licence) else []
        found.append(_script(NPM.get(banner[1], banner[1]), banner[2], hashes=[digest], licenses=more))
    return found


def modules() -> list[dict[str, Any]]:
    """Return the modules of JavaScript that the installed vl-convert carries, as its program names them.

    Raises
    ------
    ValueError
        If it names none, or not the Vega that it says it carries: the reading is wrong then.
    """
    (program,) = Path(vl_convert.__file__).parent.glob("vl_convert*.so")
    pattern = rb"/npm/((?:@[\w.-]+/)?[\w.-]+)@(\d+\.\d+\.\d+)/\+esm"
    found = {(name.decode(), version.decode()) for name, version in re.findall(pattern, program.read_bytes())}
    if ("vega", vl_convert.get_vega_version()) not in found:
        raise ValueError("vl-convert does not name the Vega that it carries where it is looked for")
    return [_script(name, version) for name, version in sorted(found)]


def bill() -> dict[str, Any]:
    """Return the bill of materials of what the book is built with: the packages of requirements.txt as installed.

    It names the scripts of other projects too: files in this repository, and the modules inside vl-convert that draw
    charts here and on the page. Its time is that of
    SOURCE_DATE_EPOCH, or else of the commit, so the same commit gives the same bill.
    """
    when = ["git", "log", "-1", "--format=%ct"]
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or (
        subprocess.run(when, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "bill.json"
        command = [sys.executable, "-m", "cyclonedx_py", "environment", sys.executable]
        command += [
            "--pyproject",
            "pyproject.toml",
            "--output-reproducible",
            "--of",
            "JSON",
            "-o",
            str(target),
        ]
        subprocess.run(
            command,
            cwd=ROOT,
            check=True,
            capture_output=True,
            env={**os.environ, **({"SOURCE_DATE_EPOCH": epoch} if epoch else {})},
        )
        whole = json.loads(target.read_text(encoding="utf-8"))
    course = locked()
    parts = [part for part in whole["components"] if part["name"].lower().replace("_", "-") in course]
    for part in parts:
        if part["name"] == "vl-convert-python":
            part["components"] = modules()
    parts += vendored()
    kept = {part["bom-ref"] for part in parts} | {"root-component"}
    edges = [
        {**edge, "dependsOn": [ref for ref in edge.get("dependsOn", []) if ref in kept]}
        for edge in whole["dependencies"]
        if edge["ref"] in kept
    ]
    return {**whole, "components": parts, "dependencies": edges}


def faults() -> int:
    """Ask the package index for known vulnerabilities of all locked packages, print them, and return 1 if there are any.

    A package of which the index says nothing counts as a failure: silence is no answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        every = {**locked("-dev"), **locked("-teaching"), **locked()}
        lines = [f"{name}=={version}" for name, versions in every.items() for version in versions]
        pins.write_text("\n".join(sorted(lines)), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "-r",
            str(pins),
            "--no-deps",
            "--disable-pip",
            "--strict",
        ]
        return subprocess.run([*command, "--progress-spinner", "off"], cwd=ROOT).returncode


def main() -> None:
    """Do one of the three and exit 1 if something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["licences", "bill", "faults"])
    parser.add_argument("file", nargs="?", type=Path, help="where the bill goes")
    wanted = parser.parse_args()
    if wanted.what == "licences":
        stated = licences()
        wrong = unfree(stated)
        print(f"{len(stated)} packages, {len(wrong)} with a licence to look at", *wrong, sep="\n")
        raise SystemExit(1 if wrong else 0)
    if wanted.what == "faults":
        raise SystemExit(faults())
    if wanted.file is None:
        parser.error("bill needs the name of the file to write")
    wanted.file.write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8")
    print(wanted.file)


if __name__ == "__main__":
    main()
