"""Conditions over a customer's figures: one small typed tree, read from data, shown in words, evaluated anywhere.

The tree is the same whether it stands in a playbook, a segment or a saved view. This package evaluates it on a plain
mapping; `analytics.conditions` compiles it to a column, `segmentation.queries` to a database query. All readings
agree, and missing data is never true in any of them: that is why there is no "not".
"""

from zhike.kernel.conditions.reading import InvalidCondition, minor_to_yuan, parse, to_data, yuan_to_minor
from zhike.kernel.conditions.tree import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Field,
    Figures,
    Kind,
    Scalar,
    holds,
    used_fields,
)
from zhike.kernel.conditions.words import Translate, reasons, sentence, show

__all__ = [
    "AllOf",
    "AnyOf",
    "Compare",
    "Condition",
    "Field",
    "Figures",
    "InvalidCondition",
    "Kind",
    "Scalar",
    "Translate",
    "holds",
    "minor_to_yuan",
    "parse",
    "reasons",
    "sentence",
    "show",
    "to_data",
    "used_fields",
    "yuan_to_minor",
]
