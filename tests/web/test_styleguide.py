"""The styleguide is complete, and pages keep to what the content-security policy and the sprite allow."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from tests.architecture.source import PACKAGE, ROOT
from tests.cast import Cast
from zhike.web.styleguide import samples

TEMPLATES = PACKAGE / "web" / "templates"
COMPONENTS = sorted(path.stem.replace("_", "-") for path in (TEMPLATES / "components").glob("*.html"))
SAMPLES = "".join(path.read_text() for path in (TEMPLATES / "styleguide").glob("_*.html"))


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_stands_on_the_styleguide(component: str) -> None:
    within = re.compile(rf"<c-{component}[\s/>]")
    others = "".join(path.read_text() for path in (TEMPLATES / "components").glob("*.html"))
    # A part that only another component uses, such as the pager of a table, is shown by it.
    assert within.search(SAMPLES) or within.search(others)


def test_every_sample_is_listed_in_its_section() -> None:
    listed = {name for _title, names in samples.SECTIONS for name in names} | {
        name.removeprefix("_") for name in samples.PIECES.values()
    }
    assert listed == {path.stem.removeprefix("_") for path in (TEMPLATES / "styleguide").glob("_*.html")}


@pytest.mark.django_db
def test_administrators_see_every_sample_drawn_and_as_lines_to_copy(client: Client, cast: Cast) -> None:
    client.force_login(cast.zhao)
    page = client.get("/styleguide/").content.decode()
    assert all(f'id="sample-{name}"' in page for _title, names in samples.SECTIONS for name in names)
    assert "&lt;c-tier label=&quot;A&quot;" in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "panel/", "choices/"])
def test_strangers_do_not_learn_that_there_is_a_styleguide(client: Client, address: str) -> None:
    assert client.get(f"/styleguide/{address}").status_code == 404


def _sources() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_icon_is_in_the_sprite() -> None:
    known = set(json.loads((ROOT / "frontend" / "src" / "icons.json").read_text()))
    asked = {
        name
        for path in [*_sources(), *(PACKAGE / "web").rglob("*.py")]
        for name in re.findall(r"""{% icon "([a-z0-9-]+)"|\bicon=["']([a-z0-9-]+)["']""", path.read_text())
        for name in name
        if name
    }
    assert asked <= known, asked - known


def test_no_template_carries_styles_or_scripts_of_its_own() -> None:
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|\shx-on", re.IGNORECASE)
    assert not [
        f"{path.name}: {found.group(0)}" for path in _sources() if (found := forbidden.search(path.read_text()))
    ]


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text()
