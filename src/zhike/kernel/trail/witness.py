"""What is noted beside the database: the head of the chain as it stood last, and what its last verification found.

What somebody cuts off the end of the chain is missed by the head. It is kept twice, with a mac: in the data folder, and
in the folder of keys, where whoever has the data folder in hand cannot put an older one back.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from zhike.kernel.trail.chain import head
from zhike.kernel.trail.verifying import head_text, holds
from zhike.kernel.vault import fixed_key

LOST: Final = "lost"
"""What is told in the place of a head that ought to be kept and is not, or that Zhike did not write."""
_HEAD: Final = "head"
_HEAD_BY_THE_KEYS: Final = "trail.head"
_VERIFIED: Final = "verified"


def note_head(*, is_first: bool = False, anew: bool = False) -> None:
    """Keep the present head in both places, unless what is kept there shows that the chain, or a head, was touched.

    `is_first` says that there was no chain before, so that none can be kept; `anew` keeps the head all the same.
    """
    kept = [_read(place) for place in _places()]
    known = [text for text in kept if text]
    if not anew and not (all(map(holds, known)) and (known or is_first)):
        return
    text = head_text(head())
    for place in _places():
        _write(place, f"{text} {_mac(text)}")


def noted_head() -> str:
    """The head as it was kept last; LOST where there is a chain and one of the places has none; else nothing."""
    kept = [_read(place) for place in _places()]
    if LOST in kept or ("" in kept and head() is not None):
        return LOST
    return max(kept, key=lambda text: int(text.partition(":")[0] or 0))


def _read(place: Path) -> str:
    """The head kept there, LOST where it was not written by Zhike, nothing where there is none."""
    try:
        text, _space, proof = place.read_text().strip().partition(" ")
    except FileNotFoundError:
        return ""
    return text if hmac.compare_digest(proof.encode(), _mac(text).encode()) else LOST


def _mac(text: str) -> str:
    return hmac.digest(fixed_key("trail"), b"head\n" + text.encode(), "sha256").hex()


def _places() -> list[Path]:
    keys: Path | None = settings.ZHIKE_WITNESS()
    return [_folder() / _HEAD, *([keys / _HEAD_BY_THE_KEYS] if keys else [])]


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
    _write(_folder() / _VERIFIED, json.dumps(asdict(verified) | {"at": verified.at.isoformat()}))


def last_verification() -> Verified | None:
    """What the last verification found; None where there has been none."""
    try:
        kept = json.loads((_folder() / _VERIFIED).read_text())
        return Verified(**kept | {"at": datetime.fromisoformat(kept["at"]), "findings": tuple(kept["findings"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    draft.write_text(text + "\n")
    draft.replace(file)


def _folder() -> Path:
    folder: Path = settings.ZHIKE_TRAIL
    return folder
