from datetime import date

from zhike.gateways import holidays


def test_the_official_arrangement_is_known_up_to_2026() -> None:
    china = holidays.china()
    assert china.published.start <= 2010
    assert china.published.stop >= 2027
    assert {date(2026, 2, 14), date(2026, 10, 10)} <= china.make_up_days
    assert {date(2026, 2, 16), date(2026, 10, 7)} <= china.days_off


def test_a_day_is_never_both_off_and_made_up_for() -> None:
    china = holidays.china()
    assert not china.days_off & china.make_up_days


def test_make_up_days_are_weekend_days() -> None:
    assert {day.weekday() for day in holidays.china().make_up_days} == {5, 6}
