"""The picker that asks the server."""

import pytest
from django import forms
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from zhike.domain.customers.models import Customer
from zhike.web.widgets import RemoteSelect


class PickerForm(forms.Form):
    customer = forms.ModelChoiceField(
        queryset=Customer.objects.none(), widget=RemoteSelect(url_name="styleguide:choices", depends_on="owner")
    )


@pytest.mark.django_db
def test_only_the_choice_made_is_in_the_page(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    form = PickerForm(initial={"customer": cast.precision.pk})
    form.fields["customer"].queryset = Customer.objects.for_user(cast.zhao)  # type: ignore[attr-defined]
    with django_assert_num_queries(1):
        drawn = form["customer"].as_widget()
    assert "华东精密" in drawn
    assert "海潮" not in drawn
    assert 'data-remote="/styleguide/choices/"' in drawn
    assert 'data-depends-on="owner"' in drawn


@pytest.mark.django_db
def test_an_empty_picker_asks_the_database_nothing(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    form = PickerForm()
    form.fields["customer"].queryset = Customer.objects.for_user(cast.zhao)  # type: ignore[attr-defined]
    with django_assert_num_queries(0):
        assert form["customer"].as_widget().count("<option") == 1


@pytest.mark.django_db
def test_what_the_person_may_not_see_cannot_be_chosen(cast: Cast) -> None:
    form = PickerForm({"customer": str(cast.southern.pk)})
    form.fields["customer"].queryset = Customer.objects.for_user(cast.li)  # type: ignore[attr-defined]
    assert not form.is_valid()
    assert "南粤" not in form["customer"].as_widget()
