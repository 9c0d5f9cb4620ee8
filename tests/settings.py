"""The product's settings in a home of the tests' own, never the reader's."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="zhike-tests-"))
os.environ["ZHIKE_HOME"] = str(_HOME / "data")
os.environ["ZHIKE_KEYS"] = str(_HOME / "keys")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's own loop runs in the thread of the tests

from zhike.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "zhike.kernel.sqlite":  # noqa: F405
    # A file, not memory: the engine reads the database from a process of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}  # noqa: F405
