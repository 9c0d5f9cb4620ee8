"""Run as a process of its own: read a text file once under limits of memory and time, to prove its structure.

Started with the path of this file, so it may import nothing of Zhike. Arguments: the file, its encoding, its separator,
the most rows (0: any number), the longest cell, the longest record, the memory in bytes and the seconds allowed.
Standard output is a JSON report: `rows`, and `problem` (`cell`, `record`, `quote`, `rows` or nothing) at that row.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Iterator
from typing import TextIO


class RecordTooLong(Exception):
    """A record of more characters than one may have."""


class Lines:
    """The lines of a file, none of them read further than a record may be long."""

    def __init__(self, text: TextIO, longest: int) -> None:
        self._text = text
        self._longest = longest
        self.room = longest

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(self._longest + 1):
            self.room -= len(line)
            if self.room < 0:
                raise RecordTooLong
            yield line


def lines_without_quotes(path: str) -> int:
    """How many lines a file has in which every line is a row; 0 where a quotation mark may stand around line ends."""
    count = 0
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            if b'"' in chunk:
                return 0
            count += chunk.count(b"\n")
    return count


def prove(
    path: str, encoding: str, separator: str, most_rows: int, longest_cell: int, longest: int
) -> dict[str, object]:
    """The report on a file."""
    if most_rows and lines_without_quotes(path) > most_rows:
        return {"rows": most_rows + 1, "problem": "rows"}
    csv.field_size_limit(longest_cell)
    number = 0
    with open(path, encoding=encoding, newline="") as text:
        lines = Lines(text, longest)
        try:
            for number, _cells in enumerate(csv.reader(lines, delimiter=separator, strict=True), 1):
                lines.room = longest
                if most_rows and number > most_rows:
                    return {"rows": number, "problem": "rows"}
        except RecordTooLong:
            return {"rows": number + 1, "problem": "record"}
        except csv.Error as error:
            return {"rows": number + 1, "problem": "cell" if "field limit" in str(error) else "quote"}
    return {"rows": number, "problem": ""}


def main(arguments: list[str]) -> int:
    """Exit code 0 with the report."""
    path, encoding, separator, *numbers = arguments
    most_rows, longest_cell, longest_record, memory, seconds = map(int, numbers)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(json.dumps(prove(path, encoding, separator, most_rows, longest_cell, longest_record)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
