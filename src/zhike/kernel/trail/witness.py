"""What is noted beside the database: the head of the chain as it stood last, and what its last verification found.

What somebody cuts off the end of the chain is missed by the head.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from zhike.kernel.trail.chain import head
from zhike.kernel.trail.verifying import head_text, holds

_HEAD: Final = "head"
_VERIFIED: Final = "verified"


def note_head(*, anew: bool = False) -> None:
    """Keep the present head, unless the chain has lost the one that was kept; `anew` keeps it all the same."""
    if not anew and (noted := noted_head()) and not holds(noted):
        return
    _write(_HEAD, head_text(head()))


def noted_head() -> str:
    """The head as it was kept last, or nothing."""
    try:
        return (_folder() / _HEAD).read_text().strip()
    except FileNotFoundError:
        return ""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """When the whole chain was gone through last, how much it was, and what was not as written."""

    at: datetime
    seals: int
    lines: int
    seconds: float
    findings: tuple[str, ...]


def note_verification(verified: Verified) -> None:
    """Keep what a verification found, for those who look at the trail."""
    _write(_VERIFIED, json.dumps(asdict(verified) | {"at": verified.at.isoformat()}))


def last_verification() -> Verified | None:
    """What the last verification found; None where there has been none."""
    try:
        kept = json.loads((_folder() / _VERIFIED).read_text())
        return Verified(**kept | {"at": datetime.fromisoformat(kept["at"]), "findings": tuple(kept["findings"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _write(name: str, text: str) -> None:
    folder = _folder()
    folder.mkdir(exist_ok=True, mode=0o700)
    draft = folder / f"{name}.{os.getpid()}.new"
    draft.write_text(text + "\n")
    draft.replace(folder / name)


def _folder() -> Path:
    folder: Path = settings.ZHIKE_TRAIL
    return folder
