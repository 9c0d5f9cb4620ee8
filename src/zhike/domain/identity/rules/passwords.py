"""What a password must be: long, and not what is tried first, in English or in Chinese habits.

Whatever is well known (names, dates, rows of keys, 5201314) may stand in a password but counts for nothing: what is
left without it must still be something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from zhike.kernel.errors import Fault, gettext_noop

SHORTEST: Final = 12
LONGEST: Final = 128
EXPIRES_AFTER: Final = timedelta(days=90)
KEPT: Final = 5
"""How many passwords back must not be chosen again under graded protection."""
FEWEST_KINDS: Final = 3
LEAST_LEFT: Final = 5
LEAST_DIFFERENT: Final = 5

_WORDS: Final = """
    password passw0rd p@ssword p@ssw0rd pa55word mima admin administrator root guest user test login welcome
    letmein master monkey dragon sunshine princess football iloveyou hello nihao woaini aini woaiwojia wodemima
    wobuzhidao woshishui zhongguo china beijing shanghai shenzhen guangzhou taobao alipay weixin wechat tencent
    huawei xiaomi baobao laopo laogong mama baba asdf gongsi company crm zhike kehu yonghu guanli guanliyuan caiwu
    xiaoshou xitong system default changeme secret qq abc aabbcc 5201314 1314520 520520 1314 520 521 147258369
    147258 159357 159753 789456123 741852963 112233 121212 123123 321321 168168 518518 888 666 168 密码 管理员
    公司 我爱你 你好 中国
""".split()  # noqa: SIM905 - a list to read, not to parse
_KEY_ROWS: Final = (
    "`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+", "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "zaqxswcdevfrbgtnhymjukilop",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "147258369", "963852741", "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik",
)  # fmt: skip
_ROW_LENGTH: Final = 3
_DATE: Final = re.compile(
    r"(?:19|20)\d\d[-./]?(?:0?[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01]|[1-9])(?!\d)|(?:19|20)\d\d年?"
    r"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_SAME: Final = re.compile(r"(.)\1{2,}")
_SYLLABLE: Final = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ian|an|en|in|un|ai|ei|ao|ou|ie|ia|iu|ua|uo|ui|ue|er|[aoeiuv])"
)
_NAME_AND_NUMBER: Final = re.compile(rf"[\W\d_]*(?:{_SYLLABLE}){{1,3}}[\W\d_]*")
_KINDS: Final = (str.islower, str.isupper, str.isdigit)

_TOO_SHORT: Final = gettext_noop("The password is too short: at least %(least)s characters.")
_TOO_LONG: Final = gettext_noop("The password is too long: at most %(most)s characters.")
_TRIED_FIRST: Final = gettext_noop(
    "This password would be tried first: it is little more than names, dates, well-known words or rows of keys. "
    "Put a few words together that nobody expects."
)
_TOO_FEW_KINDS: Final = gettext_noop(
    "The password needs three of these: small letters, capital letters, digits, other characters."
)
_USED_BEFORE: Final = gettext_noop("You had this password before: choose one that differs from your last %(kept)s.")


def faults(password: str, *, about: Iterable[str], is_graded: bool) -> Iterator[Fault]:
    """What is wrong with a password; nothing where it will do.

    `about` are words that belong to the person: name, e-mail address, company, each as written and in pinyin.
    """
    if len(password) < SHORTEST:
        yield Fault(_TOO_SHORT, least=SHORTEST)
    elif len(password) > LONGEST:
        yield Fault(_TOO_LONG, most=LONGEST)
    elif is_tried_first(password, about):
        yield Fault(_TRIED_FIRST)
    if is_graded and kinds(password) < FEWEST_KINDS:
        yield Fault(_TOO_FEW_KINDS)


def used_before() -> Fault:
    """The fault of a password that the person had."""
    return Fault(_USED_BEFORE, kept=KEPT)


def is_tried_first(password: str, about: Iterable[str] = ()) -> bool:
    """Whether little is left of a password without what everybody tries, or it is a name with a number."""
    text = password.lower()
    if len(set(text)) < LEAST_DIFFERENT or text.isdigit() or _NAME_AND_NUMBER.fullmatch(text):
        return True
    return len(what_is_left(text, about)) < LEAST_LEFT


def what_is_left(text: str, about: Iterable[str] = ()) -> str:
    """The letters and digits of a lower-case text without well-known parts; one's own words go first."""
    for part in sorted(_parts(about), key=len, reverse=True):
        text = text.replace(part, " ")
    for word in sorted(_WORDS, key=len, reverse=True):
        text = text.replace(word, " ")
    text = _DATE.sub(" ", _MOBILE.sub(" ", text))
    text = _without_rows(_SAME.sub(" ", text))
    return "".join(character for character in text if character.isalnum())


def kinds(password: str) -> int:
    """How many kinds of characters there are: small letters, capital letters, digits, others."""
    known = sum(any(is_kind(each) for each in password) for is_kind in _KINDS)
    return known + any(not any(is_kind(each) for is_kind in _KINDS) for each in password)


def _parts(about: Iterable[str]) -> set[str]:
    """The words of which one's own texts consist, from three letters or two Chinese ones on."""
    words = {word for text in about for word in re.split(r"[\W_]+", text.lower())}
    return {word for word in words if len(word) >= (3 if word.isascii() else 2)}


def _without_rows(text: str) -> str:
    """The text without runs of three and more keys that lie beside each other or letters in order, either way round."""
    kept, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and any(text[start : end + 1] in row for row in _ROWS):
            end += 1
        kept.append(" " if end - start >= _ROW_LENGTH else text[start:end])
        start = end
    return "".join(kept)


_ROWS: Final = tuple(row for forward in _KEY_ROWS for row in (forward, forward[::-1]))
