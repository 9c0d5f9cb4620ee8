"""Every field of every model has a class, so that nobody adds a telephone number that everybody can read."""

import re

import pytest
from django.apps import apps
from django.db import models

from zhike.kernel.sensitivity import Sensitivity, class_of, classes_of

OURS = [model for model in apps.get_models() if model.__module__.startswith("zhike.")]
REACHES_A_PERSON = re.compile(r"phone|mobile|e_?mail|wechat|birthday|address$|identity|id_card")
OUR_OWN_PEOPLE = {("User", "email"), ("Session", "address"), ("Attempt", "address")}


def _fields(model: type[models.Model]) -> set[str]:
    own = {field.name for field in model._meta.local_fields if not (field.primary_key and field.auto_created)}
    return own | {field.name for field in model._meta.local_many_to_many}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_has_a_class_and_every_class_a_field(model: type[models.Model]) -> None:
    assert set(classes_of(model)) == _fields(model)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_what_reaches_a_person_is_personal_at_least(model: type[models.Model]) -> None:
    public = [
        name
        for name in _fields(model)
        if REACHES_A_PERSON.search(name)
        and (model.__name__, name) not in OUR_OWN_PEOPLE
        and class_of(model, name).sensitivity < Sensitivity.PERSONAL
    ]
    assert not public
