"""The tree is the map: folders and names that a newcomer can rely on."""

import re

from tests.architecture.source import DOMAIN, PACKAGE, ROOT, modules, place

FIVE_NAMES = {"models", "rules", "queries", "services", "admin", "apps", "migrations", "__init__"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "tools", "lib"}


def folders(of: str) -> set[str]:
    return {path.name for path in (PACKAGE / of).iterdir() if path.is_dir() and not path.name.startswith("__")}


def test_the_tree_in_the_architecture_page_is_the_tree_on_disk() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    block = page.split("```")[1]
    drawn = set(re.findall(r"[├└]── ([a-z]+)/", block.partition("src/zhike/\n")[2], flags=re.MULTILINE))
    assert drawn == folders(".") | folders("domain")


def test_a_domain_package_holds_the_five_names_and_no_others() -> None:
    found = {
        f"{package.name}/{entry.stem}"
        for package in DOMAIN.iterdir()
        if package.is_dir() and not package.name.startswith("__")
        for entry in package.iterdir()
        if entry.stem not in FIVE_NAMES and entry.name != "__pycache__"
    }
    assert not found


def test_no_module_is_named_for_nothing_in_particular() -> None:
    assert not [
        place(path) for path in modules() if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES
    ]


def test_every_package_says_what_it_is_for() -> None:
    silent = [
        place(path)
        for path in modules()
        if path.name == "__init__.py"
        and path.parent.parent in {PACKAGE, DOMAIN}
        and not path.read_text().startswith('"""')
    ]
    assert not silent
