"""Products as files speak of them: found by their code, made when they are new, completed where they were bare."""

from __future__ import annotations

from collections.abc import Iterable

from zhike.domain.imports.rules.changes import Change
from zhike.domain.orders.models import Product
from zhike.domain.orders.rules import LineDraft

#: Longest name and category that are kept.
NAME_LENGTH, CATEGORY_LENGTH = 200, 80


def product_ids(lines: Iterable[LineDraft], changes: list[Change]) -> dict[str, int]:
    """The id of every product on the lines, by code; what had to be made or completed is added to `changes`.

    The first name that a file gives stays: wholesalers' files spell one product in many ways. A product that bears only
    its code gets the first name that comes, one without category the first category.
    """
    named = _named(lines)
    columns = ("code", "pk", "name", "category")
    known = {code: rest for code, *rest in Product.objects.filter(code__in=named).values_list(*columns)}
    missing = [
        Product(code=code, name=(name or code)[:NAME_LENGTH], category=category[:CATEGORY_LENGTH])
        for code, (name, category) in named.items()
        if code not in known
    ]
    ids = {code: pk for code, (pk, _name, _category) in known.items()}
    for code, (pk, name, category) in known.items():
        if (name == code and named[code][0] != code) or not category:
            _complete(pk, code, (name, category), named[code], changes)
    if missing:
        Product.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
        made = Product.objects.filter(code__in=[product.code for product in missing]).values_list("code", "pk")
        ids |= dict(made)
        changes += [Change("product", pk) for _code, pk in made]
    return ids


def _named(lines: Iterable[LineDraft]) -> dict[str, tuple[str, str]]:
    """The first name and the first category that the lines give to each code."""
    named: dict[str, tuple[str, str]] = {}
    for code, name, category, *_figures in lines:
        given = named.get(code)
        if given is None:
            named[code] = (name, category)
        elif (category and not given[1]) or (given[0] == code and name != code):
            named[code] = (name if given[0] == code else given[0], given[1] or category)
    return named


def _complete(pk: int, code: str, present: tuple[str, str], named: tuple[str, str], changes: list[Change]) -> None:
    differences: dict[str, list[str]] = {}
    if present[0] == code and named[0] not in ("", code):
        differences["name"] = [present[0], named[0][:NAME_LENGTH]]
    if not present[1] and named[1]:
        differences["category"] = ["", named[1][:CATEGORY_LENGTH]]
    if differences:
        Product.objects.filter(pk=pk).update(**{field: after for field, (_before, after) in differences.items()})
        changes.append(Change.of("product", pk, differences))
