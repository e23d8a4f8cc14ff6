"""The log of a training: exact both ways, and a damaged one is named."""

import pytest

from compute.errors import BadInputError
from compute.training.log import LogRow, read_log, write_log

ROWS = (LogRow(0, 0.0, 0.1, 2.302585092994046, 0.1, 2.3, 1 / 3), LogRow(7, 7 / 3, 1e-300, 5e-324, 1.0, 1e308, 0.0))


def test_it_reads_back_bit_for_bit(tmp_path):
    write_log(tmp_path / "run", ROWS)
    assert read_log(tmp_path / "run") == ROWS


def test_it_is_a_table_with_a_header_that_any_program_reads(tmp_path):
    write_log(tmp_path, ROWS[:1])
    assert (tmp_path / "training.csv").read_bytes() == (
        b"step,epoch,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy\n"
        b"0,0.0,0.1,2.302585092994046,0.1,2.3,0.3333333333333333\n"
    )


HEADER = "step,epoch,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy\n"


@pytest.mark.parametrize(
    "content",
    [b"step,epoch\n0,0\n", (HEADER + "x,0,0,0,0,0,0\n").encode(), (HEADER + "1,2\n").encode(), b"\xff\xfe\n", None],
)
def test_a_damaged_one_is_named_with_what_to_do(tmp_path, content):
    path = tmp_path / "training.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        read_log(tmp_path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ") and line.endswith(f"remove {tmp_path} to train again") and "\n" not in line
