"""A modern workbook is a zip archive: what it says of itself is judged before anything unpacks it."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from zhike.gateways.spreadsheets.limits import MEGABYTE, Limits
from zhike.kernel.errors import Refused

WORKBOOK_PART = "xl/workbook.xml"

_END_OF_DIRECTORY = b"PK\x05\x06"
_LONGEST_END = 22 + 65_535
_BEGINNING = 1 << 20
_COUNTS_FROM_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true|on)["']""")


def check_archive(path: Path, name: str, limits: Limits) -> bool:
    """Whether the workbook counts its days from 1904; raises Refused for a bomb, a truncated or another archive."""
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
            with archive.open(WORKBOOK_PART) as part:
                return bool(_COUNTS_FROM_1904.search(part.read(_BEGINNING)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged(name) from error


def damaged(name: str) -> Refused:
    """What is said of an archive that is not whole."""
    return Refused(
        _("%(file)s is cut off or damaged; open it in Excel or WPS, save it again as .xlsx and try once more.")
        % {"file": name}
    )


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
