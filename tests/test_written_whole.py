"""Records that are hard to write: of networks that return NaN, onto a full disk, over another record."""

from __future__ import annotations

import errno
import json
import math
import os
from pathlib import Path

import numpy
import pytest

from results import files
from results.record import UnreadableRecord, arrays_file, read, write
from results.unfinished import Unfinished, unfinished_file
from tests.made_records import case, record
from versions.compare import compare

BODY = """
@state("one/returns")
@pytest.mark.parametrize("factor", [1.0, {factor}])
def test_returns(implementation, draw, factor):
    '''A network.'''
    output, _ = implementation.make("RNN", 4, 3)(draw(5, 4) * factor)
    check.keep("output", output)
    check.equal("shape", output.shape, (5, 3))
"""
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_constants(word):
    raise AssertionError(f"{word} is no JSON")


def test_what_is_no_number_is_recorded_and_compared(room, run, pytester):
    """NaN that a network returns: strict JSON, read as it was; the same again is none that moved, a number is."""
    file, other = pytester.path / "run.json", pytester.path / "other.json"
    broken = BODY.format(factor='float("nan")')
    for _ in range(2):
        assert run(room(broken), "--record", file, "--device", "cpu").ret == 0
    json.loads(file.read_text("utf-8"), parse_constant=no_constants)
    whole, nan = read(file).cases
    assert math.isfinite(sum(whole.figures["float32"]))
    assert all(map(math.isnan, nan.figures["float32"]))
    assert numpy.isnan(nan.arrays["output"]).all()
    assert run(room(broken), "--against", file, "--device", "cpu").ret == 0
    # Under the name of the other case, which is part of its node.
    mended = broken.replace("* factor", "* (1.0 if factor != factor else factor)")
    assert run(room(mended), "--record", other, "--device", "cpu").ret == 0
    for before, after in ((file, other), (other, file)):
        assert [row.level for row in compare(read(before), read(after)).rows] == ["drift"]


def test_another_bit_beside_nan_is_told_in_its_lane():
    """Where no figure tells how far, digests do on the same machine; between versions nobody can say."""

    def of(outputs, torch="2.13.0"):
        none = {"float32": (math.nan, math.nan, math.nan)}
        return record(case(figures=none, digests={"outputs": outputs}), torch=torch)

    assert not compare(of("a"), of("a")).rows
    assert [row.level for row in compare(of("a"), of("b")).rows] == ["drift"]
    assert not compare(of("a"), of("b", torch="2.14.0")).rows


def with_arrays(*numbers):
    return record(case(value=numbers[0], arrays={"kept": numpy.array(numbers)}))


@pytest.mark.parametrize("fails", ["run.json", "run.json.arrays"])
def test_a_record_and_its_arrays_are_replaced_together(tmp_path, monkeypatch, fails):
    """Where the disk is full for either, both are as they were, and nothing lies beside them."""
    file = tmp_path / "run.json"
    write(with_arrays(1.0), file)
    kept = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    opened = Path.open

    def full(self, mode="r", *more, **options):
        if mode == "wb" and self.name == files._part_of(tmp_path / fails).name:
            raise FULL
        return opened(self, mode, *more, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space"):
        write(with_arrays(2.0), file)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == kept


def test_arrays_of_another_run_are_refused(tmp_path):
    """As a process leaves them that ends between the two; without them the record is read."""
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write(with_arrays(1.0), one)
    write(with_arrays(2.0), two)
    os.replace(arrays_file(two), arrays_file(one))
    with pytest.raises(UnreadableRecord, match="has the arrays of another run than"):
        read(one)
    arrays_file(one).unlink()
    assert read(one).cases[0].evidence[0].value == 1.0


def test_a_full_disk_costs_the_record_and_not_the_run(room, run, pytester, monkeypatch):
    """Of the backup it is said once, and the run goes on; of the record at the end, which stays as it was."""
    file = pytester.path / "run.json"
    claims = room(BODY.format(factor=2.0))

    class Full:
        def __init__(self, stream):
            self._stream = stream

        def write(self, text):
            if "begins" in text:
                raise FULL

        def flush(self):
            pass

        def close(self):
            self._stream.close()

    started = Unfinished.__init__

    def start(self, *parts):
        started(self, *parts)
        self._stream = Full(self._stream)

    monkeypatch.setattr(Unfinished, "__init__", start)
    printed = run(claims, "--record", file, "--device", "cpu", "--lang", "en")
    assert printed.ret == 0
    said = f"no backup of this run is kept: {unfinished_file(file)}: No space left on device"
    assert printed.stdout.str().count(said) == 1
    assert not unfinished_file(file).exists()
    assert json.loads(file.read_text("utf-8"))["cases"]
    kept = file.read_bytes(), arrays_file(file).read_bytes()

    def no_room(*parts):
        raise FULL

    monkeypatch.setattr("results.record.write_together", no_room)
    printed = run(claims, "--record", file, "--device", "cpu", "--lang", "en")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stdout.fnmatch_lines([f"no record was written: {file}: No space left on device"])
    printed.stdout.no_fnmatch_line("*INTERNALERROR*")
    assert (file.read_bytes(), arrays_file(file).read_bytes()) == kept


@pytest.mark.parametrize("name", ["below/../run.json", "link.json", "run.json"])
def test_no_spelling_replaces_the_record_of_against(room, run, pytester, name):
    """Another way there, a link to it; nor is the backup of this run written over the one that is compared with."""
    file = pytester.path / "run.json"
    claims = room(BODY.format(factor=2.0))
    run(claims, "--record", file, "--device", "cpu")
    (pytester.path / "below").mkdir()
    (pytester.path / "link.json").symlink_to(file)
    if name == "run.json":
        file = file.rename(unfinished_file(file))
    kept = file.read_bytes()
    printed = run(claims, "--record", pytester.path / name, "--against", file, "--lang", "en", "--device", "cpu")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines(["*would replace the record that --against compares with*"])
    assert file.read_bytes() == kept
