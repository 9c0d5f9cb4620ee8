"""Many rows that look the same: the pattern of a row is rendered once, and filled in for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString

register = template.Library()

_GAP: Final = re.compile(r"\[\[(\w+)\]\]")
_NO_GAPS = "{% rows %} wants one list: {% rows customers %}…[[name]]…{% endrows %}"


@register.tag("rows")
def parse_rows(parser: Parser, token: Token) -> RowsNode:
    """`{% rows entries %}<tr><td>[[name]]</td></tr>{% endrows %}`: the inside, once for each dict of `entries`.

    What stands between the tags is rendered only once, as any template, so it may ask what the whole page knows (who
    may do what) but nothing of a single row; then `[[key]]` gives way to the row's value, escaped as `{{ }}` does it. A
    `{% for %}` costs twenty times as much, and a list is what people wait for most often.
    """
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError(_NO_GAPS)
    inside = parser.parse(("endrows",))
    parser.delete_first_token()
    return RowsNode(parser.compile_filter(words[1]), inside)


class RowsNode(template.Node):
    """The pattern, and the list that fills it in."""

    def __init__(self, rows: FilterExpression, nodelist: NodeList) -> None:
        self.rows, self.nodelist = rows, nodelist

    def render(self, context: Context) -> SafeString:
        fill = pattern(self.nodelist.render(context))
        return SafeString("".join(fill(row) for row in self.rows.resolve(context)))


def pattern(text: str) -> Callable[[Mapping[str, Any]], str]:
    """What puts a row's values into the gaps of the text. Raises KeyError for a gap that the row says nothing about."""
    keys = dict.fromkeys(_GAP.findall(text))
    filled = _GAP.sub(r"%(\1)s", text.replace("%", "%%"))

    def fill(row: Mapping[str, Any]) -> str:
        return filled % {key: value if type(value := row[key]) is SafeString else escape(str(value)) for key in keys}

    return fill
