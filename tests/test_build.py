"""A book that is not whole is not built: small books with one fault each, and one without."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from nbclient import NotebookClient

from book import kernels
from tools.build import command

IMPORT = "from csto import alt, note, pd"
CHART = (
    'alt.Chart(pd.DataFrame({{"year": [1992, 1994], "members": [6, 9]}})).mark_bar().encode(x="year:O", y="members:Q")'
    '.properties(title="Nine states were in by 1994", name="fig-a"{more})'
)
GOOD = ', description="Six states signed in 1992 and nine were in by 1994.", usermeta=note("members", unit="states", as_of="1994") | {"open": {"label": "Open", "local": "make lab"}}'

Book = Callable[..., subprocess.CompletedProcess[str]]


def notebook(*sources: str) -> str:
    """Return a notebook with one code cell for each source."""
    cells = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# A chapter"}]
    for number, source in enumerate(sources, 1):
        cells.append(
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


def build_small(
    folder: Path, files: dict[str, str], toc: dict[str, object], **variables: str
) -> subprocess.CompletedProcess[str]:
    """Build a book of a few files with this repository's settings and extension, in `folder`/book."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["bibtex_bibfiles"] = ["references.bib"]
    config.pop("logo", None)
    config["html"].pop("favicon", None)
    settings = config["sphinx"]["config"]
    if "data/datapackage.json" not in files:
        settings.pop("book_data")
    if settings["book_addresses"] not in files:
        settings.pop("book_addresses")
    written = {
        "_config.yml": yaml.safe_dump(config),
        "_toc.yml": yaml.safe_dump({"format": "jb-book", **toc}),
        "references.bib": "@misc{one, title = {One}, year = {1992}}\n",
        **files,
    }
    for name, text in written.items():
        path = folder / "book" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BOOK_")}
    return subprocess.run(
        command(folder / "book"),
        cwd=folder / "book",
        env={**environment, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
    )


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a function that builds a small book for this test."""
    return partial(build_small, tmp_path)


def with_chapter(*sources: str) -> tuple[dict[str, str], dict[str, object]]:
    """Return the files and contents of a book with one chapter of these code cells."""
    files = {"index.md": "# A book\n", "chapters/01.ipynb": notebook(*sources)}
    return files, {"root": "index", "chapters": [{"file": "chapters/01"}]}


def test_a_sound_book_is_built_with_its_figure(book: Book, tmp_path: Path) -> None:
    built = book(*with_chapter(IMPORT, CHART.format(more=GOOD)))
    assert built.returncode == 0, built.stdout
    page = BeautifulSoup(
        (tmp_path / "book/_build/html/chapters/01.html").read_text(encoding="utf-8"), "html.parser"
    )
    figure = page.select_one("div.chart[data-chart=fig-a]")
    assert figure.select(".chart-static svg")
    assert "nine were in by 1994" in figure.select_one(".chart-picture")["aria-label"]
    assert (tmp_path / "book/_build/html/_charts/chapters/01/fig-a.csv").read_text().splitlines()[
        1
    ] == "1992,6"
    assert not page.select('a[href*="mybinder.org"]'), "no address is known, so no button"
    assert "make lab" in page.select_one(".chart-open").get_text(), "but a way to run it"


def test_launch_links_open_files_that_exist(book: Book, tmp_path: Path) -> None:
    name = sorted((ROOT / "chapters").glob("*.ipynb"))[0].stem
    files = {"index.md": "# A book\n", f"chapters/{name}.ipynb": notebook("1992")}
    toc = {"root": "index", "chapters": [{"file": f"chapters/{name}"}]}
    built = book(files, toc, BOOK_REPOSITORY="https://github.com/someone/fork", BOOK_BRANCH="trunk")
    assert built.returncode == 0, built.stdout
    html = (tmp_path / f"book/_build/html/chapters/{name}.html").read_text(encoding="utf-8")
    links = BeautifulSoup(html, "html.parser").select('a[href*="mybinder.org"]')
    assert links
    for link in links:
        address = urlsplit(link["href"])
        assert address.path == "/v2/gh/someone/fork/trunk"
        opened = Path(parse_qs(address.query)["urlpath"][0].removeprefix("/").removeprefix("lab/tree/"))
        assert ROOT / opened in (ROOT / opened.parent).iterdir(), f"{opened}: no such path, to the letter"


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        pytest.param(["1 / 0"], ["ZeroDivisionError", "chapters/01"], id="a cell that fails"),
        pytest.param(
            [IMPORT, CHART.format(more="")],
            ["cell 3 (id cell-2)", "no description"],
            id="a chart without description",
        ),
        pytest.param(
            [IMPORT, CHART.format(more=', description="Nine states were in, by 1994!"')],
            ["cell 3 (id cell-2)", "repeats its title"],
            id="a description that repeats the title",
        ),
        pytest.param(
            [IMPORT, 'alt.renderers.enable("default")', CHART.format(more=GOOD)],
            ["cell 4 (id cell-3)", "Altair's own page script"],
            id="a chart by another renderer, which asks another host",
        ),
    ],
)
def test_a_faulty_chapter_fails_the_build_and_is_named(
    book: Book, sources: list[str], said: list[str]
) -> None:
    built = book(*with_chapter(*sources))
    assert built.returncode != 0
    for words in said:
        assert words in " ".join(built.stdout.split()), built.stdout[-3000:]


@pytest.mark.parametrize(
    ("files", "toc", "said"),
    [
        pytest.param(
            {"index.md": "# A book\n\nSee {ref}`nowhere`, {cite}`nobody1999`.\n"},
            {"root": "index"},
            ["nowhere", "nobody1999"],
            id="a reference and a citation to nothing",
        ),
        pytest.param(
            {"index.md": "# A book\n"},
            {"root": "index", "chapters": [{"file": "chapters/02"}]},
            ["chapters/02"],
            id="a page of the contents that does not exist",
        ),
        pytest.param(
            {"index.md": "# A book\n", "chapters/03.md": "# Forgotten\n"},
            {"root": "index"},
            ["chapters/03"],
            id="a page that the contents forget",
        ),
        pytest.param({}, {"root": "index"}, ["index"], id="an empty book"),
    ],
)
def test_a_book_that_is_not_whole_fails(
    book: Book, files: dict[str, str], toc: dict[str, object], said: list[str]
) -> None:
    built = book(files, toc)
    assert built.returncode != 0, built.stdout[-3000:]
    for words in said:
        assert words in built.stdout, built.stdout[-3000:]


def test_the_kernels_of_a_build_take_no_port_that_another_may_be_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(NotebookClient, "create_kernel_manager", NotebookClient.create_kernel_manager)
    ended: list[Callable[..., None]] = []
    kernels.setup(SimpleNamespace(connect=lambda _, act: ended.append(act)))
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")])
    managers = []
    for client in (NotebookClient(written, kernel_name="python3") for _ in range(2)):
        assert client.execute().cells[0].outputs[0].data["text/plain"] == "42"
        managers.append(client.create_kernel_manager())
    assert [one.transport for one in managers] == ["ipc", "ipc"]
    assert len({one.connection_file for one in managers}) == 2
    folder = Path(managers[0].connection_file).parent
    assert folder.is_dir()
    ended[0]()
    assert not folder.exists(), "nothing is left behind"
