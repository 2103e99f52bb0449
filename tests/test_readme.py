"""What README.md tells a teacher to type runs as it stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

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
