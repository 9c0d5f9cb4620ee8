from collections.abc import Callable

from tests.api.conftest import Program
from tests.cast import Cast
from zhike.domain.accounts.models import User


def test_a_token_says_whose_it_is_and_what_it_may_do(cast: Cast, program: Callable[[User], Program]) -> None:
    me = program(cast.li)("GET", "/me/").document
    assert (me["email"], me["department"], me["roles"][0]["key"]) == ("li@example.com", "华东大区", "account_manager")
    assert me["levels"]["customer"]["view"] == "own"
