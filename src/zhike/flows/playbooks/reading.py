"""A playbook read from its file, or all that is wrong with it: each time the line, field, value and the expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from zhike.flows.playbooks.model import Place, Playbook, contradictions
from zhike.kernel.conditions import InvalidCondition
from zhike.kernel.errors import Fault, Refused

SHIPPED: Final = ("b2b-abc", "value-potential", "retail-rfm", "service-desk")
STANDARD_ROLES: Final = "standard"
MOST_BYTES: Final = 1_000_000
MOST_SHOWN: Final = 60

_TEXT = gettext_lazy("expected a text")
_LIST = gettext_lazy("expected a list")
_FIELDS = gettext_lazy("expected fields with their values")
_DAY = gettext_lazy("expected a day such as 2026-12-31")
_METHOD = gettext_lazy("expected method: rfm or method: tiers")
_YES_NO = gettext_lazy("expected true or false")
_WHOLE = gettext_lazy("expected a whole number")
_NUMBER = gettext_lazy("expected a number")
_EXPECTED: Final = {
    "missing": gettext_lazy("expected a value: this field must not be left out"),
    "extra_forbidden": gettext_lazy("expected nothing: there is no such field"),
    "literal_error": gettext_lazy("expected one of %(expected)s"),
    "string_pattern_mismatch": gettext_lazy("expected lower-case letters, digits and hyphens, a letter first"),
    "string_too_long": gettext_lazy("expected at most %(max_length)s characters"),
    "too_short": gettext_lazy("expected at least one entry"),
    "string_type": _TEXT,
    "string_too_short": _TEXT,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _FIELDS,
    "dict_type": _FIELDS,
    "model_attributes_type": _FIELDS,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "union_tag_invalid": _METHOD,
    "union_tag_not_found": _METHOD,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than_equal": gettext_lazy("expected %(ge)s or more"),
    "less_than_equal": gettext_lazy("expected %(le)s or less"),
    "too_long": gettext_lazy("expected at most %(max_length)s entries"),
}
"""By pydantic's name of the error; the placeholders are those of its context."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file; `line` counts from 1, `field` is a path such as `standards[2].within`."""

    file: str
    line: int
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        value = f" “{self.value}”" if self.value else ""
        return f"{self.file}:{self.line}: {self.field or _('the file')}{value}: {self.expected}"


class PlaybookError(Refused):
    """A playbook that cannot be taken; `problems` are all of them, the sentence tells each on its own line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems), field="playbook")


def read(path_or_name: str | Path) -> Playbook:
    """A shipped playbook by its name, or a company's own file by its path. Raises PlaybookError, Refused."""
    if str(path_or_name) in SHIPPED:
        return read_text(_shipped(str(path_or_name)), f"{path_or_name}.yaml")
    path = Path(path_or_name)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(_("%(file)s is too large for a playbook: at most 1 MB.") % {"file": path}, field="playbook")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        sentence = _("There is no playbook “%(name)s”: give the path of a file, or one of %(shipped)s.")
        names = {"name": path_or_name, "shipped": ", ".join(SHIPPED)}
        raise Refused(sentence % names, field="playbook") from error
    except UnicodeDecodeError as error:
        sentence = _("%(file)s is not a text in UTF-8: save it as UTF-8 and try again.")
        raise Refused(sentence % {"file": path}, field="playbook") from error
    return read_text(text, path.name)


def read_text(text: str, name: str) -> Playbook:
    """A playbook from its text; `name` is what errors call the file. Raises PlaybookError."""
    node, data = _parse(text, name)
    if isinstance(data, dict) and data.get("roles") == STANDARD_ROLES:
        data["roles"] = _parse(_shipped("roles"), "roles.yaml")[1]
    try:
        playbook = Playbook.model_validate(data)
    except ValidationError as error:
        raise PlaybookError(_problems(name, node, error.errors(include_url=False))) from error
    found = [_problem(name, node, place, expected) for place, expected in contradictions(playbook)]
    if found:
        raise PlaybookError(found)
    return playbook


def _shipped(name: str) -> str:
    return (files("zhike.playbooks") / f"{name}.yaml").read_text(encoding="utf-8")


class _Loader(yaml.SafeLoader):
    """Plain YAML without anchors: a text of a few lines must not unfold to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.composer.ComposerError(None, None, "anchors are not allowed here", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}” stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# Days stay texts, so that one that does not exist is reported with its line like anything else.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _parse(text: str, name: str) -> tuple[yaml.Node | None, Any]:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlaybookError([Problem(name, line, "", "", error.problem or _("expected YAML"))]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PlaybookError([Problem(name, 1, "", "", _("expected a text in YAML"))]) from error


def _problems(name: str, node: yaml.Node | None, details: Sequence[ErrorDetails]) -> list[Problem]:
    """All of them by line; a list is not also called too short because of the faults in its entries."""
    places = [detail["loc"] for detail in details]
    found = [
        _problem(name, node, (*detail["loc"], *_inner_place(detail)), _expected(detail))
        for detail in details
        if detail["type"] != "too_short"
        or not any(place[: len(detail["loc"])] == detail["loc"] != place for place in places)
    ]
    return sorted(found, key=lambda problem: problem.line)


def _inner_place(detail: ErrorDetails) -> Place:
    """Where below its field a fault is: a scheme's `method`, or inside a condition: `when.all[0]` at `("all", 0)`."""
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return ("method",)
    error = detail.get("ctx", {}).get("error")
    if not isinstance(error, InvalidCondition):
        return ()
    steps = re.findall(r"\w+|\[\d+\]", error.path)[1:]
    return tuple(int(step[1:-1]) if step.startswith("[") else step for step in steps)


def _problem(name: str, node: yaml.Node | None, place: Place, expected: str) -> Problem:
    found, path = _follow(node, place)
    value = found.value[:MOST_SHOWN] if isinstance(found, yaml.ScalarNode) else ""
    return Problem(name, found.start_mark.line + 1 if found else 1, path, value, expected)


def _follow(node: yaml.Node | None, place: Place) -> tuple[yaml.Node | None, str]:
    """The deepest node on the way to a place, and the way in words; steps that are not in the file are only named."""
    path = ""
    for turn, step in enumerate(place):
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node, path = node.value[step], f"{path}[{step}]"
        elif isinstance(node, yaml.MappingNode):
            if turn == 2 and place[0] == "schemes" and step in {"rfm", "tiers"}:
                continue  # the kind of the scheme, which pydantic puts before the field
            following = next((value for key, value in node.value if key.value == step), None)
            path = f"{path}.{step}" if path else str(step)
            if following is None:
                break
            node = following
    return node, path


def _expected(detail: ErrorDetails) -> str:
    """What was expected, in the reader's language where the kind of error is a common one."""
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, Fault):
        return error.sentence(_)
    sentence = _EXPECTED.get(detail["type"])
    if sentence is None:
        own = detail["msg"].removeprefix("Value error, ")
        return own if detail["type"] == "value_error" else _("expected something else here")
    return str(sentence) % detail.get("ctx", {})
