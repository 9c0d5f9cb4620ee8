from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.customers.models import Contact, Customer
from zhike.kernel.sensitivity import Mask, Sensitivity, View, class_of, mask, masked

DIGITS = st.text("0123456789", min_size=4, max_size=4)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Mask.PHONE, "13812345678", "138****5678"),
        (Mask.PHONE, "138 1234 5678", "138****5678"),
        (Mask.PHONE, "+86-138-1234-5678", "138****5678"),
        (Mask.PHONE, "010-88886666", "****6666"),
        (Mask.PHONE, "0571-8765 4321 转 8", "****3218"),
        (Mask.PHONE, "62345678", "****5678"),
        (Mask.PHONE, "95588", "****"),
        (Mask.PHONE, "微信同号", "****"),
        (Mask.EMAIL, "wang.wei@example.com", "w***@example.com"),
        (Mask.EMAIL, "w@example.com", "w***@example.com"),
        (Mask.EMAIL, "no address", "****"),
        (Mask.EMAIL, "@example.com", "****"),
        (Mask.HANDLE, "wxid_83js", "w***"),
        (Mask.PERSON, "张伟", "张**"),
        (Mask.PERSON, "欧阳修远", "欧**"),
        (Mask.PERSON, "John Smith", "J**"),
        (Mask.IDENTITY, "110101199003071234", "110****1234"),
        (Mask.IDENTITY, "G12345678", "****"),
        (Mask.ADDRESS, "浙江省杭州市西湖区文三路 90 号", "浙江省杭州市西湖区****"),
        (Mask.ADDRESS, "上海市 浦东新区 张江路 1 号", "上海市 浦东新区****"),
        (Mask.ADDRESS, "江苏省昆山市花桥镇绿地大道 8 号", "江苏省昆山市****"),
        (Mask.ADDRESS, "苏州市工业园区星湖街 328 号", "苏州市****"),
        (Mask.ADDRESS, "阳光小区 3 幢 402", "****"),
        (Mask.ADDRESS, "12 High Street, London", "****"),
        (Mask.DAY, date(1990, 3, 7), "•••"),
        (Mask.NOTE, "likes tea", "•••"),
        (Mask.AMOUNT, 1234500, "•••"),
    ],
)
def test_a_mask_leaves_what_its_kind_allows(kind: Mask, value: object, shown: str) -> None:
    assert mask(kind, value) == shown


@pytest.mark.parametrize("kind", Mask)
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_nothing_stays_nothing(kind: Mask, nothing: object) -> None:
    assert mask(kind, nothing) == ""


@pytest.mark.parametrize(
    ("kind", "view", "is_whole"),
    [
        (Mask.PERSON, View.LIMITED, False),
        (Mask.PERSON, View.ORDINARY, True),
        (Mask.NOTE, View.LIMITED, False),
        (Mask.NOTE, View.ORDINARY, True),
        (Mask.PHONE, View.ORDINARY, False),
        (Mask.PHONE, View.REVEALED, True),
        (Mask.ADDRESS, View.ORDINARY, False),
        (Mask.AMOUNT, View.ORDINARY, False),
        (Mask.AMOUNT, View.REVEALED, True),
        (Mask.HIDDEN, View.REVEALED, False),
    ],
)
def test_names_show_as_usual_and_ways_to_reach_somebody_only_when_revealed(
    kind: Mask, view: View, is_whole: bool
) -> None:
    assert (mask(kind, "13812345678", view) == "13812345678") is is_whole


def test_a_field_of_no_class_is_treated_as_secret() -> None:
    assert class_of(Contact, "no such field").sensitivity is Sensitivity.SECRET
    assert masked(Contact, "no such field", "anything", View.REVEALED) == "•••"
    assert masked(Contact, "title", "经理", View.LIMITED) == "经理"
    assert masked(Customer, "address", "杭州市西湖区文三路 90 号", View.ORDINARY) == "杭州市西湖区****"


@given(head=st.from_regex(r"1[3-9]\d", fullmatch=True), hidden=DIGITS, other=DIGITS, tail=DIGITS)
def test_the_middle_of_a_mobile_number_leaves_no_trace(head: str, hidden: str, other: str, tail: str) -> None:
    assert mask(Mask.PHONE, head + hidden + tail) == mask(Mask.PHONE, head + other + tail)


@given(hidden=st.text("0123456789", min_size=4, max_size=8), tail=DIGITS)
def test_a_landline_shows_four_digits_and_does_not_count_the_others(hidden: str, tail: str) -> None:
    assert mask(Mask.PHONE, "0" + hidden[1:] + tail) == f"****{tail}"


@given(st.text("0123456789-+ ()", max_size=30))
def test_no_more_than_seven_digits_of_a_phone_show(phone: str) -> None:
    shown = [character for character in mask(Mask.PHONE, phone) if character.isdecimal()]
    given_digits = [character for character in phone if character.isdecimal()]
    assert len(shown) <= 7
    assert len(shown) < len(given_digits) or not given_digits


@given(first=HAN, rest=st.text(HAN, max_size=6), other=st.text(HAN, max_size=6))
def test_a_name_shows_its_first_character_alone(first: str, rest: str, other: str) -> None:
    assert mask(Mask.PERSON, first + rest) == mask(Mask.PERSON, first + other) == f"{first}**"


@given(first=st.sampled_from("abcxyz"), rest=st.text("abc.0-9", max_size=20), other=st.text("xyz_1", max_size=20))
def test_an_e_mail_shows_its_first_letter_and_its_domain(first: str, rest: str, other: str) -> None:
    assert mask(Mask.EMAIL, f"{first}{rest}@a.cn") == mask(Mask.EMAIL, f"{first}{other}@a.cn") == f"{first}***@a.cn"


@given(
    place=st.sampled_from(["浙江省杭州市西湖区", "北京市海淀区", "广西壮族自治区南宁市青秀区", "杭州市", "昆山市"]),
    street=st.sampled_from("文建中人"),
    name=st.text(HAN.filter(lambda each: each not in "省市区县旗盟州"), max_size=6),
    number=st.integers(1, 9999),
)
def test_an_address_shows_nothing_below_its_district(place: str, street: str, name: str, number: int) -> None:
    assert mask(Mask.ADDRESS, f"{place}{street}{name}路{number}号") == f"{place}****"


@given(st.sampled_from([Mask.DAY, Mask.NOTE, Mask.AMOUNT, Mask.HIDDEN]), st.text(min_size=1).filter(str.strip))
def test_what_has_no_visible_part_shows_none(kind: Mask, value: str) -> None:
    assert mask(kind, value) == "•••"
