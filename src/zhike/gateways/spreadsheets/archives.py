"""A modern workbook is a zip archive: what it unpacks to is known and proven before anything parses it."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from zhike.gateways.spreadsheets.limits import MEGABYTE, Limits
from zhike.kernel.errors import Refused

CHUNK = 1 << 20
WORKBOOK_PART = "xl/workbook.xml"

_END_OF_DIRECTORY = b"PK\x05\x06"
_LONGEST_END = 22 + 65_535
_COUNTS_FROM_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true|on)["']""")


def check_archive(path: Path, name: str, limits: Limits) -> bool:
    """Whether the workbook counts its days from 1904; raises Refused for a bomb, a truncated or another archive."""
    damaged = Refused(
        _("%(file)s is cut off or damaged; open it in Excel or WPS, save it again as .xlsx and try once more.")
        % {"file": name}
    )
    try:
        if _directory_size(path) > limits.directory_size:
            raise _too_large(name, limits)
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path.stat().st_size, name, limits)
            if WORKBOOK_PART not in archive.NameToInfo:
                raise Refused(
                    _("%(file)s is no Excel workbook of the kind .xlsx; open it in Excel or WPS and save it as .xlsx.")
                    % {"file": name}
                )
            _unpack_all(archive)
            return bool(_COUNTS_FROM_1904.search(archive.read(WORKBOOK_PART)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged from error


def _directory_size(path: Path) -> int:
    """What the archive says its list of parts takes; the list is not read before that is known to be little."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _LONGEST_END))
        tail = file.read()
    position = tail.rfind(_END_OF_DIRECTORY)
    if position < 0 or len(tail) < position + 16:
        raise zipfile.BadZipFile("no end of directory")
    return int.from_bytes(tail[position + 12 : position + 16], "little")


def _check_sizes(archive: zipfile.ZipFile, packed: int, name: str, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > limits.unpacked_size or unpacked > packed * limits.ratio:
        raise _too_large(name, limits)


def _too_large(name: str, limits: Limits) -> Refused:
    return Refused(
        _(
            "%(file)s unpacks to far more than it seems to hold (at most %(size)s MB and %(ratio)s times its size); "
            "copy the rows into a new workbook, or save it as CSV."
        )
        % {"file": name, "size": limits.unpacked_size // MEGABYTE, "ratio": limits.ratio}
    )


def _unpack_all(archive: zipfile.ZipFile) -> None:
    """Prove that no part is longer than the directory says, and none damaged: zipfile stops there and compares sums."""
    for part in archive.infolist():
        with archive.open(part) as content:
            while content.read(CHUNK):
                pass
