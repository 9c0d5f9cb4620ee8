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
    named: dict[str, tuple[str, str]] = {}
    for line in lines:
        name, category = named.get(line.product_code, ("", ""))
        if not name or name == line.product_code or not category:
            bare = not name or name == line.product_code
            named[line.product_code] = (line.product_name if bare else name, category or line.category)
    known = {product.code: product for product in Product.objects.filter(code__in=named)}
    missing = [
        Product(code=code, name=(name or code)[:NAME_LENGTH], category=category[:CATEGORY_LENGTH])
        for code, (name, category) in named.items()
        if code not in known
    ]
    if missing:
        Product.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    for product in known.values():
        _complete(product, *named[product.code], changes)
    ids = {code: product.pk for code, product in known.items()}
    for code, pk in Product.objects.filter(code__in=[product.code for product in missing]).values_list("code", "pk"):
        ids[code] = pk
        changes.append(Change("product", pk))
    return ids


def _complete(product: Product, name: str, category: str, changes: list[Change]) -> None:
    differences: dict[str, list[str]] = {}
    if product.name == product.code and name and name != product.code:
        differences["name"] = [product.name, name[:NAME_LENGTH]]
    if not product.category and category:
        differences["category"] = ["", category[:CATEGORY_LENGTH]]
    if differences:
        for field, (_before, after) in differences.items():
            setattr(product, field, after)
        product.save(update_fields=list(differences))
        changes.append(Change.of("product", product.pk, differences))
