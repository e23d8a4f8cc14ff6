"""What is read of the entry of a connection, and what is left of a damaged one."""

import pytest

from compute.connection_record import CURVE, LINE, ConnectionRecord, connection_record

ENTRY = {"distance": 2, "length": 2.5, "barriers": {CURVE: {"train_loss": 0.1}, LINE: {"train_loss": None}}}


def test_numbers_are_read_and_a_way_that_diverged_has_none():
    assert connection_record({"connection": ENTRY}) == ConnectionRecord(
        2.0, 2.5, {CURVE: {"train_loss": 0.1}, LINE: {"train_loss": None}}
    )


@pytest.mark.parametrize("entry", [
    None, 3, [], {}, {**ENTRY, "distance": "far"}, {**ENTRY, "length": None}, {**ENTRY, "barriers": {CURVE: {}}},
    {**ENTRY, "barriers": {CURVE: 1, LINE: 2}}, {**ENTRY, "barriers": {CURVE: {"a": "high"}, LINE: {}}},
])  # fmt: skip
def test_what_is_none_is_none(entry):
    assert connection_record({"connection": entry}) is None
