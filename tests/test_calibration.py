"""The rows of a calibration: kept as they come, and a run that was killed loses and mixes up nothing."""

import pytest

from calibration.rows import Row, append, drop_cut_line, read, table

ROWS = [
    Row("cut/x", "tendency", 1, "holds", 0.5, 1.5, "2.13.0"),
    Row("cut/x", "tendency", 2, "undecided", -0.25, 1.0, "2.13.0"),
]


def test_rows_come_back_as_they_were_written(tmp_path):
    """Appended one after the other, under one header."""
    file = tmp_path / "new" / "rows.csv"
    for row in ROWS:
        append(file, [row])
    assert read(file) == ROWS


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_half_written_line_is_done_again(tmp_path, cut):
    """Wherever the kill came, whole lines stay, and what is appended stands on a line of its own."""
    file = tmp_path / "rows.csv"
    append(file, ROWS)
    file.write_bytes(file.read_bytes()[:-cut])
    drop_cut_line(file)
    assert read(file) == ROWS[:1]
    append(file, ROWS[1:])
    assert read(file) == ROWS


def test_a_file_cut_in_its_header_starts_anew(tmp_path):
    """The header is written again."""
    file = tmp_path / "rows.csv"
    file.write_text("claim,ki", "utf-8")
    drop_cut_line(file)
    append(file, ROWS)
    assert read(file) == ROWS


def test_the_table_counts_words_and_margins():
    """Shares of held, undecided, failed, and the smallest and the median margin."""
    line = "| cut/x | tendency | 2 | 0.500 | 0.500 | 0.000 | -0.250 | 0.125 |"
    assert line in table(ROWS, "make calibrate").splitlines()
