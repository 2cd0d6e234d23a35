"""What one cell may hold, and what it is then: money to the cent, days, codes as text."""

from datetime import date, datetime, time
from typing import Any

import pytest

from reporting.cells import Unreadable, code, day, day_since_1904, dollars, whole_number, zip_code, zip_four


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("12.50", "12.50"), ("12.5", "12.50"), (" $1,234.56 ", "1234.56"), (12.5, "12.50"),
        (0.1 + 0.2, "0.30"),
        (100.10000000000001, "100.10"), ("-3", "-3.00"), ("(1,200.00)", "-1200.00"), (-0.0, "0.00"),
        (999999999999.99, "999999999999.99"), (1e-17, "0.00"),
    ],
)  # fmt: skip
def test_money_is_exact_to_the_cent_whether_text_or_number(cell: Any, amount: str) -> None:
    assert str(dollars(cell)) == amount


@pytest.mark.parametrize("cell", [437803.87100000004, "437803.871", 0.001, "0.005", 10505922.385])
def test_a_fraction_of_a_cent_is_told_and_never_rounded(cell: Any) -> None:
    with pytest.raises(Unreadable, match="more than two decimals"):
        dollars(cell)


@pytest.mark.parametrize(
    "cell",
    ["12abc", "1.2.3", "1,23", "", "TBD", 1e15, float("inf"), float("nan"), True, date(2025, 1, 1), time(1)],
)
def test_what_is_no_amount_of_money_is_never_zero(cell: Any) -> None:
    with pytest.raises(Unreadable, match="not an amount of money"):
        dollars(cell)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (date(2023, 3, 15), date(2023, 3, 15)), (datetime(2020, 5, 6, 6, 57), date(2020, 5, 6)),
        ("3/15/2023", date(2023, 3, 15)), ("03-15-2023", date(2023, 3, 15)),
        ("2023-03-15", date(2023, 3, 15)),
        (45000.0, date(2023, 3, 15)), ("45000", date(2023, 3, 15)), ("2/29/2024", date(2024, 2, 29)),
    ],
)  # fmt: skip
def test_days_are_read_from_dates_text_and_excels_numbers(cell: Any, found: date) -> None:
    assert day(cell) == found


@pytest.mark.parametrize(
    "cell", ["6/30/2020/", "2/30/2025", "1", 2021.0, "2021", "soon", True, 45000.5, "13/1/2025"]
)
def test_what_is_no_day_is_never_today(cell: Any) -> None:
    with pytest.raises(Unreadable, match="not a date"):
        day(cell)


@pytest.mark.parametrize("cell", [date(1899, 12, 31), "1/1/0204", "1/1/2925"])
def test_a_year_that_cannot_be_meant_is_told(cell: Any) -> None:
    with pytest.raises(Unreadable, match="in the year"):
        day(cell)


def test_the_same_number_is_four_years_later_when_days_count_from_1904() -> None:
    assert day_since_1904(43538.0) == day(45000.0) == date(2023, 3, 15)
    assert day_since_1904("3/15/2023") == date(2023, 3, 15)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (121.0, "121"),
        ("121", "121"),
        (" 0075 ", "0075"),
        ("1.10", "1.10"),
        (1.1, "1.1"),
        (1e12, "1" + "0" * 12),
    ],
)
def test_codes_are_text_and_one_point_one_is_not_one_point_ten(cell: Any, text: str) -> None:
    assert code(cell) == text


def test_a_code_that_excel_made_a_date_is_told() -> None:
    with pytest.raises(Unreadable, match="identifier"):
        code(date(2025, 1, 10))


@pytest.mark.parametrize(
    ("cell", "zip_"),
    [(2914.0, "02914"), ("02914", "02914"), (29142309.0, "029142309"), ("02914-2309", "02914-2309")],
)
def test_a_zip_code_gets_back_the_zeros_that_a_number_lost(cell: Any, zip_: str) -> None:
    assert zip_code(cell) == zip_
    assert zip_four(12.0) == "0012"


@pytest.mark.parametrize(("cell", "count"), [(12.0, 12), ("1,200", 1200), ("12.0", 12), (0.0, 0)])
def test_counts_are_whole(cell: Any, count: int) -> None:
    assert whole_number(cell) == count


@pytest.mark.parametrize("cell", [12.5, "12abc", "12.5", True, "-"])
def test_a_fraction_or_words_are_no_count(cell: Any) -> None:
    with pytest.raises(Unreadable, match="not a whole number"):
        whole_number(cell)
