import pytest

from zhike.domain.commitments.rules.duty import Organisation, Place

# 1 office ← 2 east ← 3 shop; heads: 10 office, 20 east; person 99 has left
PEOPLE = Organisation(
    departments={1: Place(None, 10), 2: Place(1, 20), 3: Place(2, None), 4: Place(1, 99)},
    department_of={10: 1, 20: 2, 30: 3, 31: 3, 40: 4, 50: None},
    people_with={"service_agent": (30, 31), "administrator": (50,), "analyst": (40,)},
)


@pytest.mark.parametrize(
    ("role", "owner", "department", "found"),
    [
        ("owner", 30, 3, (30,)),
        ("owner", 99, 3, (20,)),  # the owner has left: the nearest head
        ("owner", None, 3, (20,)),
        ("owner", None, None, (50,)),  # no owner, no department: an administrator
        ("head", 30, 3, (20,)),
        ("head", 20, 2, (10,)),  # the head of a head is the one above
        ("head", 10, 1, (50,)),
        ("service_agent", 20, 3, (30, 31)),
        ("service_agent", 20, 4, (30, 31)),  # none in department 4 nor above it: anybody in the company
        ("analyst", 30, 3, (40,)),
        ("technician", 30, 3, (20,)),  # nobody has the role: the nearest head
    ],
)
def test_a_duty_finds_the_people_who_owe_it(
    role: str, owner: int | None, department: int | None, found: tuple[int, ...]
) -> None:
    assert PEOPLE.candidates(role, owner=owner, department=department) == found


def test_several_people_with_a_role_take_turns() -> None:
    picked = [PEOPLE.pick("service_agent", customer=customer, owner=None, department=3) for customer in range(4)]
    assert picked == [30, 31, 30, 31]


@pytest.mark.parametrize(
    ("owner", "department", "told"),
    [
        (30, 3, (20, 10)),
        (20, 2, (10,)),
        (10, 1, (50,)),  # above the top there are the administrators
        (40, 4, (10,)),  # a head who has left is skipped
        (50, 3, (20, 10)),  # without a department of one's own, the customer's counts
    ],
)
def test_lateness_goes_up_the_heads(owner: int, department: int, told: tuple[int, ...]) -> None:
    assert PEOPLE.superiors(owner, department) == told


def test_a_company_of_one_answers_to_itself() -> None:
    alone = Organisation(departments={1: Place(None, 7)}, department_of={7: 1}, people_with={"administrator": (7,)})
    assert alone.candidates("head", owner=7, department=1) == (7,)
    assert alone.candidates("technician", owner=None, department=None) == (7,)
    assert alone.superiors(7, 1) == (7,)


def test_without_anybody_active_nobody_is_found() -> None:
    empty = Organisation(departments={}, department_of={})
    assert empty.pick("owner", customer=5, owner=3, department=None) is None
