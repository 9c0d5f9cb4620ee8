"""The command line: Django wants its settings before anything of the product is read."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

import django


def main() -> int:
    """Print killed / made; 1 where one survives."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description="Break the rules of access; see who notices."
    )
    parser.add_argument("--only", default="", help="only mutants whose name has this in it")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="processes at once")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    status: int = import_module("tests.mutants.running").run(options.only, options.at_once)
    return status


if __name__ == "__main__":
    sys.exit(main())
