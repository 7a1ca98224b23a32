"""The theme's adjustments and the launch addresses, away from a build."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from book.launch import address, binder_url
from book.theme import ICONS, POLICY, polish


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("https://github.com/owner/course.git", "https://github.com/owner/course"),
        ("https://github.com/owner/course", "https://github.com/owner/course"),
        ("git@github.com:owner/course.git", "https://github.com/owner/course"),
        ("ssh://git@gitlab.com/owner/course.git", "https://gitlab.com/owner/course"),
        ("https://token@github.com/owner/course.git", "https://github.com/owner/course"),
        ("/home/someone/course", ""),
        ("https://example.org/owner/course.git", ""),
        ("", ""),
    ],
)
def test_only_a_public_forge_is_an_address(remote: str, web: str) -> None:
    assert address(remote) == web


def test_a_fork_opens_its_own_binder() -> None:
    options = {"repository_url": "https://github.com/someone/fork", "repository_branch": "main"}
    url = binder_url(SimpleNamespace(html_theme_options=options), "chapters/01-origins")
    assert url == "https://mybinder.org/v2/gh/someone/fork/main?urlpath=lab/tree/chapters/01-origins.ipynb"


def test_without_an_address_there_is_no_binder() -> None:
    assert binder_url(SimpleNamespace(html_theme_options={}), "chapters/01-origins") == ""


def test_icons_are_drawn_into_the_page_and_hidden_from_screen_readers() -> None:
    html = polish('<button aria-label="Menu"><i class="fa-solid fa-bars" data-mode="x"></i></button>')
    assert ICONS["bars"] in html and 'aria-hidden="true"' in html and 'data-mode="x"' in html
    assert "<i " not in html


def test_icons_in_a_span_are_drawn_too_so_that_no_icon_font_is_loaded() -> None:
    assert "fa-" not in polish('<span class="fa-solid fa-bars"></span>')


def test_polishing_twice_changes_nothing_more() -> None:
    once = polish('<i class="fas fa-download"></i>')
    assert polish(once) == once


def test_the_search_button_is_named_as_it_is_labelled() -> None:
    html = polish(
        '<button class="btn search-button-field x" title="Search" aria-label="Search">Search Ctrl K</button>'
    )
    assert "aria-label" not in html


def test_a_table_of_markdown_can_be_scrolled_by_keyboard_and_has_a_name_of_its_own() -> None:
    table = (
        '<div class="pst-scrollable-table-container"><table class="table">\n<thead><tr><th class="head"><p>chapter</p></th>'
        '<th><p>our "own"</p></th></tr></thead><tbody></tbody></table></div>'
    )
    html = polish(table + table)
    boxes = BeautifulSoup(html, "html.parser").select("div[role=region][tabindex='0']")
    assert [box["aria-label"] for box in boxes] == [
        'Table with the columns chapter, our "own"',
        'Table with the columns chapter, our "own" (2)',
    ]
    assert polish(html) == html


def test_a_page_says_what_it_may_load_and_needs_no_script_of_its_own() -> None:
    html = polish(
        '<head><meta charset="utf-8" /></head><button onclick="toggleFullScreen()">Full</button>'
        "<script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>"
        '<table style="width: 100%" class="indextable">'
    )
    assert html.count(f'content="{POLICY}"') == 1 and "unsafe" not in POLICY
    assert 'data-does="toggleFullScreen"' in html
    assert "onclick" not in html and "<script" not in html and "style=" not in html
    assert polish(html) == html
