"""Files are whole or not there, and nothing but files is replaced."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from results.files import write_bytes, write_text


def test_a_link_goes_on_pointing_to_its_target(tmp_path):
    target, link = tmp_path / "there" / "run.json", tmp_path / "latest.json"
    target.parent.mkdir()
    link.symlink_to(target)
    for text in ("one", "two"):
        assert write_text(link, text) == link
        assert (link.is_symlink(), target.read_text()) == (True, text)
    assert [file.name for file in target.parent.iterdir()] == ["run.json"]


def test_a_pipe_is_written_into_and_stays(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_bytes(pipe, b"whole")
    reader.join(10)
    assert (read, pipe.is_fifo()) == ([b"whole"], True)


def test_standard_output_is_written_to(tmp_path):
    """Also where it is a file that somebody else holds open."""
    told = "from pathlib import Path; from results.files import write_text; write_text(Path('/dev/stdout'), 'told')"
    with (tmp_path / "out").open("w") as out:
        subprocess.run([sys.executable, "-c", told], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "told"


@pytest.mark.parametrize("place", ["pipe", "/dev/null"])
def test_a_record_wants_a_file(room, run, tmp_path, place):
    """Beside which a second one can lie; whoever asks for another thing is told before anything runs."""
    os.mkfifo(tmp_path / "pipe")
    printed = run(room("def test_nothing():\n    pass\n"), "--record", tmp_path / place, "--lang", "en")
    assert printed.ret == pytest.ExitCode.USAGE_ERROR
    printed.stderr.fnmatch_lines([f"*--record *{place}: is no file*"])
