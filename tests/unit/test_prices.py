"""What `make bench` says a million requests cost."""

import pytest

from benchmarks import prices


def test_a_request_that_asks_nothing_costs_its_gateway_and_its_function() -> None:
    price = prices.million(read_units=0, write_units=0, kms=0, milliseconds=1, megabytes=512)

    # 1 000 000 times half a GB for a millisecond
    assert price == pytest.approx(1.00 + 0.20 + 500 * 0.0000166667)


def test_everything_it_asks_is_added() -> None:
    price = prices.million(read_units=2, write_units=3, kms=1, milliseconds=0.2, megabytes=1024)

    assert price == pytest.approx(1.20 + 1000 * 0.0000166667 + 2 * 0.125 + 3 * 0.625 + 3.00)
