"""The configuration for a large hub: every key known, nothing secret in it, not to be used before it is filled in."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from conftest import ROOT

from tools.links import link
from tools.values import PLACEHOLDER, allowed, problems

FILE = ROOT / "teaching" / "hub" / "z2jh" / "values.yaml"
TEXT = FILE.read_text(encoding="utf-8")
FILLED = PLACEHOLDER.sub("filled-in", TEXT)


def test_the_file_as_it_lies_here_is_refused_place_by_place() -> None:
    found = list(problems(TEXT))
    assert len(found) == len(
        PLACEHOLDER.findall("\n".join(re.sub(r"#.*", "", one) for one in TEXT.splitlines()))
    )
    assert "hub.config.LTI13Authenticator.client_id[0]: <CLIENT-ID-OF-THIS-TOOL> is still to fill in" in found


def test_filled_in_it_is_whole() -> None:
    assert list(problems(FILLED)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  memory:", "  memery:", "singleuser.memery: no such key; allowed: image, defaultUrl, memory"),
        (
            "    limit: 1G",
            "    limit: lots",
            "singleuser.memory.limit: 'lots' is not allowed; allowed: amount",
        ),
        ("  timeout: 3600", "  timeout: soon", "cull.timeout: 'soon' is not allowed; allowed: number"),
        ("      issuer:", "      isuer:", "hub.config.LTI13Authenticator.isuer: no such key"),
        ("  cpu:\n", "  cpu: [1]\n  cpus:\n", "singleuser.cpu: [1] is not allowed; allowed: mapping"),
        ("hub:\n", "hub: [\n", "it is not YAML"),
    ],
)
def test_a_slip_is_named_with_its_place(old: str, new: str, said: str) -> None:
    found = list(problems(FILLED.replace(old, new, 1)))
    assert any(one.startswith(said) for one in found)


def test_every_key_of_the_list_is_used() -> None:
    """Else the list would grow stale unseen."""
    used: set[str] = set()

    def walk(value: Any, pattern: str) -> None:
        used.add(pattern)
        for key, inner in value.items() if isinstance(value, dict) else ():
            step = f"{pattern}.{key}".lstrip(".")
            walk(inner, step if step in allowed() else f"{pattern}.*")
        for inner in value if isinstance(value, list) else ():
            walk(inner, f"{pattern}[]")

    walk(yaml.safe_load(TEXT), "")
    assert used - {""} == set(allowed())


@pytest.mark.parametrize("mounts", [{}, []], ids=["a dictionary", "a list"])
def test_students_only_read_the_exchange_and_the_instructor_writes(mounts: Any) -> None:
    c = SimpleNamespace(KubeSpawner=SimpleNamespace())
    exec(yaml.safe_load(TEXT)["hub"]["extraConfig"]["exchange"], {"c": c})
    for admin in (False, True):
        spawner = SimpleNamespace(user=SimpleNamespace(admin=admin), volume_mounts=mounts)
        c.KubeSpawner.pre_spawn_hook(spawner)
        made = spawner.volume_mounts
        (mount,) = made.values() if isinstance(made, dict) else made
        assert mount["readOnly"] is not admin
        assert (
            mount["mountPath"] in yaml.safe_load(TEXT)["singleuser"]["extraFiles"]["nbgrader"]["stringData"]
        )


def test_nothing_in_it_looks_like_a_secret() -> None:
    assert not re.search(r"[0-9a-fA-F]{32}|BEGIN [A-Z ]*KEY|password|secretToken|cookieSecret", TEXT)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "teaching" / "hub").rglob("*.py")), ids=lambda path: path.name
)
def test_the_configurations_for_nbgrader_are_python(path: Any) -> None:
    compile(path.read_text(encoding="utf-8"), path.name, "exec")


# --- the middle-sized hub -------------------------------------------------------------------------------------------


def test_a_link_for_a_hub_opens_a_file_of_the_fork() -> None:
    made = urlsplit(
        link(
            "https://hub.example.edu/",
            "https://github.com/you/your-course.git",
            "main",
            "chapters/01-origins.ipynb",
        )
    )
    asked = parse_qs(made.query)
    assert made.path == "/hub/user-redirect/git-pull"
    assert asked["repo"] == ["https://github.com/you/your-course.git"]
    folder, _, path = asked["urlpath"][0].removeprefix("lab/tree/").partition("/")
    assert folder == "your-course", "nbgitpuller names the folder after the repository"
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("hub", ["hub.example.edu", "ftp://hub.example.edu", ""])
def test_a_hub_without_an_address_is_refused(hub: str) -> None:
    with pytest.raises(
        ValueError, match=r"hub: .* is not allowed; allowed: an address that begins with https://"
    ):
        link(hub, "https://github.com/you/your-course", "main", "index.md")


def test_the_settings_of_the_littlest_hub_are_yaml_and_hold_no_secret() -> None:
    text = (ROOT / "teaching" / "hub" / "tljh" / "config.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["limits"]["memory"] == "1G"
    assert PLACEHOLDER.findall(text), "names are the reader's to fill in"
    assert "password" not in text
