"""How much a file may ask of the machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes; `text_*` apply to text files, which are streamed, the others to workbooks, which are not."""

    file_size: int
    text_size: int | None
    text_rows: int | None
    rows: int = 1_000_000
    columns: int = 500
    unpacked_size: int = 200 * MEGABYTE
    ratio: int = 100
    directory_size: int = 2 * MEGABYTE
    memory: int = 2048 * MEGABYTE
    text_memory: int = 512 * MEGABYTE
    seconds: int = 60


BROWSER = Limits(file_size=20 * MEGABYTE, text_size=20 * MEGABYTE, text_rows=1_000_000, seconds=30)
COMMAND_LINE = Limits(file_size=200 * MEGABYTE, text_size=None, text_rows=None)
