import pytest

from tests.cast import Cast
from zhike.domain.customers.models import Customer
from zhike.kernel.scope import ScopeError


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("li", {"precision"}),
        ("chen", {"precision", "tide"}),
        ("wang", {"southern"}),
        ("zhou", {"southern"}),
        ("zhao", {"precision", "tide", "southern", "orphan"}),
        ("qian", set()),
    ],
)
def test_each_person_sees_the_customers_within_reach(cast: Cast, person: str, seen: set[str]) -> None:
    visible = set(Customer.objects.for_user(getattr(cast, person), "view"))
    assert visible == {getattr(cast, name) for name in seen}


def test_customers_cannot_be_read_without_saying_for_whom(cast: Cast) -> None:
    for read in (list, lambda rows: rows.count(), lambda rows: rows.exists(), lambda rows: rows.update(name="x")):
        with pytest.raises(ScopeError):
            read(Customer.objects.filter(sort_name="x"))
