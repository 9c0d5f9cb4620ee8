import pytest

from tests.cast import Cast
from zhike.domain.customers.models import Customer, CustomerQuerySet
from zhike.kernel import search_index


def matching(rows: CustomerQuerySet, text: str) -> CustomerQuerySet:
    named = search_index.naming(Customer, text)
    return rows.none() if named is None else rows.filter(named)


@pytest.fixture(autouse=True, params=["few match", "many match"])
def _how_many_match(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked up in the index, or row by row: the answers are the same."""
    if request.param == "many match":
        monkeypatch.setattr(search_index, "MANY", 0)


@pytest.mark.parametrize("text", ["精密", "华东精密机械", "jingmi", "JMJX", "机", "ＪＭ", "华东 jixie", "C202603001"])
def test_a_customer_is_found_by_characters_pinyin_initials_and_number(cast: Cast, text: str) -> None:
    everyone = Customer.objects.unscoped("a test of search alone")
    assert [customer.pk for customer in matching(everyone, text)] == [cast.precision.pk]


@pytest.mark.parametrize("text", ["密精", "机有", "!!", "", "jmk", "海潮 jingmi"])
def test_what_no_name_contains_finds_nothing(cast: Cast, text: str) -> None:
    assert not matching(Customer.objects.unscoped("a test of search alone"), text).exists()


def test_a_renamed_customer_is_found_by_its_new_name_only(cast: Cast) -> None:
    cast.tide.search_text = "新潮 潮贸 . 新 潮 贸"
    cast.tide.save()
    everyone = Customer.objects.unscoped("a test of search alone")
    assert matching(everyone, "新潮").get() == cast.tide
    assert not matching(everyone, "海潮").exists()
