"""What Binder is told and asked: the image of a release is there before its first reader."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml
from conftest import ROOT

from tools import binder, warm

ASKED: list[str] = []
SAID = {
    "good": ["waiting", "fetching", "building", "pushing", "built", "launching", "ready"],
    "there-already": ["built"],
    "bad": ["waiting", "building", "failed"],
    "cut": ["waiting", "building"],
}


class Hub(BaseHTTPRequestHandler):
    """A BinderHub that says what it is told to, by the name of the branch."""

    def do_GET(self) -> None:
        ASKED.append(self.path)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for phase in SAID[self.path.rsplit("/", 1)[1]]:
            message = {"phase": phase, "message": f"now {phase}\n"}
            self.wfile.write(f":keepalive\n\ndata: {json.dumps(message)}\n\n".encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def ask(hub: str, ref: str, repository: str = "some/course") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-I", "tools/warm.py", "--binder", hub, "--ref", ref]
    return subprocess.run(
        [*command, "--repository", repository], cwd=ROOT, capture_output=True, text=True, env={}
    )


@pytest.mark.parametrize("ref", ["good", "there-already"])
def test_warming_up_ends_well_as_soon_as_the_image_is_there(hub: str, ref: str) -> None:
    done = ask(hub, ref)
    assert done.returncode == 0, done.stderr
    assert "now built" in done.stdout and "now launching" not in done.stdout
    assert ASKED[-1] == f"/build/gh/some/course/{ref}"


def test_a_build_that_fails_fails_the_workflow(hub: str) -> None:
    done = ask(hub, "bad")
    assert done.returncode == 1
    assert "could not build the image: now failed" in done.stderr


def test_a_build_of_which_nothing_more_is_heard_fails_the_workflow(hub: str) -> None:
    done = ask(hub, "cut")
    assert done.returncode == 1
    assert "ended without an image (last phase: building)" in done.stderr


def test_a_binder_that_is_not_there_fails_the_workflow() -> None:
    done = ask("http://127.0.0.1:9", "good")
    assert done.returncode == 1
    assert "could not be asked" in done.stderr


def test_a_name_that_is_no_repository_is_refused(hub: str) -> None:
    done = ask(hub, "good", repository="https://elsewhere.example/x")
    assert done.returncode == 2
    assert "is not OWNER/NAME" in done.stderr


def test_a_branch_with_a_slash_stays_one_part_of_the_address() -> None:
    assert warm.address("some/course", "a/b").endswith("/build/gh/some/course/a%2Fb")


def test_the_workflow_asks_after_each_release_for_the_repository_it_runs_in() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/binder.yml").read_text(encoding="utf-8"))
    assert workflow[True]["release"] == {"types": ["published"]}  # YAML reads the word "on" as true
    (job,) = workflow["jobs"].values()
    assert "private" in job["if"]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make warm"]
    assert "REPOSITORY" not in str(workflow), "the name comes from GitHub, so that a fork asks for itself"


def test_the_look_alike_starts_as_binderhub_starts_a_server(tmp_path: Path) -> None:
    made = binder.Image(tmp_path / "home", tmp_path / "environment")
    command = binder.command(made, 8888, "/user/x/", "secret")
    assert command[0].endswith("bin/jupyter-lab")
    wanted = (
        "base_url=/user/x/",
        "token=secret",
        "trust_xheaders=True",
        "allow_origin=*",
        "allow_origin_pat=.*",
    )
    assert {f"--ServerApp.{one}" for one in wanted} <= set(command)


def test_what_binder_runs_once_finds_the_environment_and_bundles_the_scripts_of_charts(
    tmp_path: Path,
) -> None:
    made = binder.Image(tmp_path / "home", tmp_path / "environment")
    made.repository.mkdir()
    for part in ("binder", "csto", "data"):
        (made.repository / part).symlink_to(ROOT / part)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made.environment], check=True)
    (packages,) = made.environment.glob("lib/python*/site-packages")
    (packages / "here.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    subprocess.run(["binder/postBuild"], cwd=made.repository, env=made.variables(), check=True)
    settings = made.environment / "share/jupyter/lab/settings/overrides.json"
    assert json.loads(settings.read_text(encoding="utf-8"))
    (bundle,) = made.repository.rglob("altair-*.js")
    assert "vega" in bundle.read_text(encoding="utf-8"), "and the server, of the same home, finds it there"


def test_a_chapter_does_not_wait_for_a_grammar_that_it_never_uses() -> None:
    script = (
        "import sys, csto; assert 'rfc3987_syntax' not in sys.modules; "
        "from jsonschema import validate; validate(1, {'type': 'integer'}); import rfc3987_syntax"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
