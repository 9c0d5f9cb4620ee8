"""The head of the chain as it stood last, noted in a file beside the database: what is cut off its end is missed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from zhike.kernel.trail.chain import head
from zhike.kernel.trail.verifying import head_text, holds


def note_head(*, anew: bool = False) -> None:
    """Keep the present head, unless the chain has lost the one that was kept; `anew` keeps it all the same."""
    if not anew and (noted := noted_head()) and not holds(noted):
        return
    draft = _file().with_suffix(".new")
    draft.parent.mkdir(exist_ok=True, mode=0o700)
    draft.write_text(head_text(head()) + "\n")
    draft.replace(_file())


def noted_head() -> str:
    """The head as it was kept last, or nothing."""
    try:
        return _file().read_text().strip()
    except FileNotFoundError:
        return ""


def _file() -> Path:
    folder: Path = settings.ZHIKE_TRAIL
    return folder / "head"
