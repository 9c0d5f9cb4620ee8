"""What may know what, where an import linter cannot see it: foreign keys, hidden imports, heavy libraries in pages."""

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source import modules, place, tree

FOREIGN_KEYS = [
    (model, field)
    for config in apps.get_app_configs()
    if config.name.startswith("zhike.")
    for model in config.get_models()
    for field in model._meta.get_fields()
    if isinstance(field, models.ForeignKey | models.ManyToManyField)
]


@pytest.mark.parametrize(
    ("model", "field"), FOREIGN_KEYS, ids=lambda value: value.__name__ if isinstance(value, type) else value.name
)
def test_a_foreign_key_out_of_its_package_protects_and_leaves_no_way_back(
    model: type[models.Model], field: models.ForeignKey[models.Model, models.Model]
) -> None:
    if field.related_model._meta.app_label == model._meta.app_label:
        return
    assert field.remote_field.hidden, "write related_name='+'"
    if isinstance(field, models.ForeignKey):
        assert field.remote_field.on_delete is models.PROTECT


def test_imports_stand_at_the_top_of_their_file() -> None:
    hidden = [
        place(path, node)
        for path in modules()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_pages_and_api_start_without_the_engines_of_the_night() -> None:
    program = (
        "import sys, django; django.setup(); import zhike.config.urls; "
        "print(sorted({'ibis', 'duckdb', 'pyarrow', 'pandas', 'numpy', 'sqlglot'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
