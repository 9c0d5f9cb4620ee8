"""Every sentence of the interface is English in the source and complete in Chinese."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.architecture.source import PACKAGE, place

CATALOGUE = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_has_its_chinese(catalogue: polib.POFile) -> None:
    missing = [entry.msgid for entry in catalogue if not entry.obsolete and (not entry.msgstr or entry.fuzzy)]
    assert not missing


def test_translations_keep_their_placeholders(catalogue: polib.POFile) -> None:
    broken = [
        entry.msgid
        for entry in catalogue
        if entry.msgstr
        and {m.group(0) for m in PLACEHOLDER.finditer(entry.msgid)}
        != {m.group(0) for m in PLACEHOLDER.finditer(entry.msgstr)}
    ]
    assert not broken


def test_every_sentence_of_the_source_stands_in_the_catalogue(tmp_path: Path) -> None:
    copy = tmp_path / "zhike"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("static", "__pycache__", "*.mo"))
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-obsolete"],
        cwd=copy,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "django.conf.global_settings"},
        check=True,
        capture_output=True,
    )
    fresh = polib.pofile(str(copy / CATALOGUE.relative_to(PACKAGE)))
    assert not [entry.msgid for entry in fresh if not entry.msgstr or entry.fuzzy]


SPOKEN_OF = {"知客", "中文", "简体中文", "专用设备制造业", "零售业", "万亿", "万", "年", "月", "日", "是", "否"}
"""Names, and what cells of Chinese files look like: these may stand in English sentences."""


def test_no_template_speaks_chinese_by_itself() -> None:
    templates = (PACKAGE / "web" / "templates").rglob("*.html")
    chinese = [
        f"{place(path)}: {line.strip()[:60]}"
        for path in templates
        if path.parent.name != "styleguide"
        for line in path.read_text().splitlines()
        if HAN.search(_without(line, SPOKEN_OF))
    ]
    assert not chinese


def test_no_sentence_of_the_source_is_chinese(catalogue: polib.POFile) -> None:
    assert not [entry.msgid for entry in catalogue if HAN.search(_without(entry.msgid, SPOKEN_OF))]


def _without(text: str, words: set[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text
