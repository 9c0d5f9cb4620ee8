"""When two names are those of one company: decided on plain text."""

from __future__ import annotations

import re

from zhike.kernel.search_text import plain

_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|公司|coltd|ltd|inc)$")


def core_of(name: str) -> str:
    """The name in one spelling without what makes it a company's: `海潮（宁波） 有限公司` is `海潮宁波`."""
    folded = plain(name)
    return _FORMS.sub("", folded) or folded
