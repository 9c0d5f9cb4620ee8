"""What the environment makes of the settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.serving import environment

NAMES = [
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "LANGUAGE_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY",
    "LANGUAGE_COOKIE_HTTPONLY",
    "DEBUG",
]
PRINT = f"import json; from zhike.config import settings; print(json.dumps([getattr(settings, n) for n in {NAMES}]))"


def values(home: Path, **said: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", PRINT], env=environment(home) | said, capture_output=True, text=True, check=True
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_over_https_cookies_are_bound_to_it_and_to_the_host(tmp_path: Path) -> None:
    *names, is_debug = values(tmp_path, ZHIKE_HTTPS="1")
    assert names[:3] == ["__Host-zhike-session", "__Host-zhike-form", "__Host-zhike-language"]
    assert names[3:] == [True] * 6
    assert is_debug is False


def test_without_https_cookies_are_still_out_of_reach_of_scripts(tmp_path: Path) -> None:
    assert values(tmp_path)[3:9] == [False] * 3 + [True] * 3
