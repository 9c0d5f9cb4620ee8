"""Reading text: lines, notes, identifiers, addresses of all kinds, yes and no, choices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

import phonenumbers
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from zhike.domain.imports.rules.problems import Problem
from zhike.gateways.spreadsheets.cells import Cell

#: Excel keeps fifteen digits of a number; an identifier beyond that has lost its end.
LARGEST_EXACT = 10**15

LONGEST_TAG = 40

_JOINER = "\u200d"
#: A joiner that does not join two pictures to one, such as a family of three.
_STRAY_JOINER = re.compile(
    "(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_UNSEEN = dict.fromkeys(
    (
        *(code for code in range(0x20) if chr(code) not in "\t\n\r"),
        *range(0x7F, 0xA0),
        0xAD,
        *(code for code in range(0x200B, 0x2010) if code != ord(_JOINER)),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        0xFEFF,
    )
)
_FULL_WIDTH = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0xFF01, 0xFF5F), 0xFFE5, 0x3000)}
_NOTHING = frozenset({"null", "nan", "none", "n/a", "#n/a", "-", "--", "—", "——", "/", "无"})
_LONGEST_NOTHING = 10
_AS_TEXT = re.compile(r'="(.*)"')
_FLOAT_OF_DIGITS = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+\d+", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@([^@\s.\-][^@\s.]*\.)+[^@\s.\d][^@\s.]+")
_LIST_SEPARATORS = re.compile(r"[,，;；、|\n]")
_CHOICE_NOISE = re.compile(r"[\s_\-/.·]")
_PHONE_LIKE = re.compile(r"[\d\s+\-–.()#*x/,;、，；转分机extn:：内线]+", re.IGNORECASE)
_FEWEST_DIGITS = 5
_CHINESE_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")

_TOTALS = re.compile(r"(本[页月年])?[合总小共累]\s*计|总\s*和|(grand |sub-?)?totals?", re.IGNORECASE)

YES = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "t", "1", "on", "已接通", "接通"})
NO = frozenset({"否", "不是", "没有", "×", "✗", "✘", "x", "n", "no", "false", "f", "0", "off", "未接通"})


def clean(text: str) -> str:
    """One line: without characters that cannot be seen, every run of spaces (also full-width ones) a single space."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _without_unseen(text))
    return " ".join(text.split())


def narrow(text: str) -> str:
    """One clean line with full-width letters, digits and signs made ordinary; for what is read, not for names.

    Nothing else is: `10²` is not 102, and `①` is no number.
    """
    return clean(text if text.isascii() else text.translate(_FULL_WIDTH))


def _without_unseen(text: str) -> str:
    text = text.translate(_UNSEEN)
    return _STRAY_JOINER.sub("", text) if _JOINER in text else text


def says_nothing(text: str) -> bool:
    """Whether the text is a way of leaving a cell empty: `NULL`, `#N/A`, `-`, `无`."""
    return len(text) < _LONGEST_NOTHING and narrow(text).lower() in _NOTHING


def refusing_totals(read: Callable[[Cell], object]) -> Callable[[Cell], object]:
    """The reader of what names a record, but words such as 合计, 小计 or Total are a problem: they name none."""

    def read_name(cell: Cell) -> object:
        value = read(cell)
        if isinstance(value, str) and _TOTALS.fullmatch(value.rstrip(":： ")):
            return Problem("totals")
        return value

    return read_name


def text_of(cell: Cell) -> str:
    """What the cell shows: whole numbers without decimals, dates as 2024-03-05, yes and no as TRUE and FALSE."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    return str(cell)


def line_reader(max_length: int) -> Callable[[Cell], str | Problem]:
    """A reader of names and the like: one line of at most so many characters."""

    def read_line(cell: Cell) -> str | Problem:
        text = clean(text_of(cell))
        return text if len(text) <= max_length else Problem("too_long", {"limit": max_length})

    return read_line


def read_note(cell: Cell) -> str:
    """A text of any length that keeps its lines."""
    text = unicodedata.normalize("NFC", _without_unseen(text_of(cell)))
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def identifier_reader(max_length: int) -> Callable[[Cell], str | Problem]:
    """A reader of numbers that name something: `17850.0` is `17850`, leading zeros of a text stay."""

    def read_identifier(cell: Cell) -> str | Problem:
        if isinstance(cell, date):
            return Problem("no_identifier")
        if isinstance(cell, int | float) and abs(cell) >= LARGEST_EXACT:
            return Problem("shortened")
        text = narrow(text_of(cell)).removeprefix("'")
        if quoted := _AS_TEXT.fullmatch(text):
            text = quoted[1].strip()
        if number := _FLOAT_OF_DIGITS.fullmatch(text):
            text = number[1]
        if _SCIENTIFIC.fullmatch(text):
            return Problem("shortened")
        return text if len(text) <= max_length else Problem("too_long", {"limit": max_length})

    return read_identifier


def phone_reader(max_length: int) -> Callable[[Cell], str | Problem]:
    """A reader of telephone numbers: a valid one in its usual form, any other as it is written.

    At least five digits, signs between them, and perhaps an extension. Chinese mobiles become eleven digits, Chinese
    landlines `010-6234 5678`, foreign ones `+44 20 7946 0958`.
    """

    def read_phone(cell: Cell) -> str | Problem:
        text = narrow(text_of(cell)).removeprefix("'")
        if mobile := _CHINESE_MOBILE.fullmatch(text.replace(" ", "").replace("-", "")):
            return mobile[1]
        if len(text) > max_length:
            return Problem("too_long", {"limit": max_length})
        if not _PHONE_LIKE.fullmatch(text) or sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
            return Problem("phone")
        try:
            number = phonenumbers.parse(text, "CN")
        except phonenumbers.NumberParseException:
            return text
        if not phonenumbers.is_valid_number(number):
            return text
        if number.country_code == 86:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", "-", 1)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    return read_phone


def read_email(cell: Cell) -> str | Problem:
    """An e-mail address, its domain in small letters."""
    text = narrow(text_of(cell)).removeprefix("mailto:")
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        return Problem("email")
    name, _at, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def read_yes_no(cell: Cell) -> bool | Problem:
    """`是`, `√`, `Y`, `1` … or `否`, `×`, `N`, `0` …"""
    text = narrow(text_of(cell)).lower()
    if text in YES:
        return True
    return False if text in NO else Problem("yes_no")


def read_tags(cell: Cell) -> tuple[str, ...] | Problem:
    """Words between commas or the like (also Chinese ones), each once, in their order."""
    words = dict.fromkeys(word for part in _LIST_SEPARATORS.split(text_of(cell)) if (word := clean(part)))
    if any(len(word) > LONGEST_TAG for word in words):
        return Problem("too_long", {"limit": LONGEST_TAG})
    return tuple(words)


def choice_reader(choices: Mapping[str, tuple[str, ...]]) -> Callable[[Cell], str | Problem]:
    """A reader of one of the choices, given as value → labels (the first is shown), in whatever case or spacing."""
    values = {_choice_key(word): value for value, labels in choices.items() for word in (value, *labels)}
    shown = "、".join(labels[0] for labels in choices.values())

    def read_choice(cell: Cell) -> str | Problem:
        value = values.get(_choice_key(text_of(cell)))
        return Problem("choice", {"choices": shown}) if value is None else value

    return read_choice


def _choice_key(text: str) -> str:
    return _CHOICE_NOISE.sub("", narrow(text)).casefold()


def read_credit_code(cell: Cell) -> str | Problem:
    """The unified social credit code (GB 32100-2015) of a company, its check character proven."""
    if isinstance(cell, int | float) and abs(cell) >= LARGEST_EXACT:
        return Problem("shortened")
    try:
        return str(uscc.validate(narrow(text_of(cell)).removeprefix("'")))
    except ValidationError:
        return Problem("credit_code")
