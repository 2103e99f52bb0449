"""What README.md tells a teacher to type runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def test_write_a_claim_runs_as_it_stands(room, run):
    """Both files of the section, copied into a folder below claims/: one claim in a table of its own."""
    text = (PROJECT / "README.md").read_text("utf-8")
    section = text.partition("## Write a claim\n")[2].partition("\n## ")[0]
    toml, code = (
        textwrap.dedent(block) for block in re.findall(r"(?:^(?:    .*)?\n)+", section, re.MULTILINE) if block.strip()
    )
    mine = room("@state('one/a')\ndef test_a():\n    '''A.'''\n    check.equal('n', 1, 1)\n") / "mine"
    mine.mkdir()
    (mine / "lecture.toml").write_text(toml, "utf-8")
    (mine / "test_states.py").write_text(code, "utf-8")
    result = run("claims/mine", "--device", "cpu", "--lang", "en")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= My lecture =*", "States *"])


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are a Unix shell's")
@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_torch_that_is_there_is_named_as_pip_knows_it(tmp_path, name):
    """On Colab by hand: PyPI's torch calls itself 2.11.0+cu130, and is 2.11.0 to pip, which found no such torch."""
    [line] = re.findall(r"^    !python (-c .*) > torch.txt$", (PROJECT / name).read_text("utf-8"), re.MULTILINE)
    (tmp_path / "torch.py").write_text("__version__ = '9.9.0+cu999'\n", "utf-8")
    told = tmp_path / "torch-9.9.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 9.9.0\n", "utf-8")
    words = ["sh", "-c", f'"{sys.executable}" {line}']
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True, env={"PYTHONPATH": "."})
    assert said.stdout == "torch==9.9.0\n"
