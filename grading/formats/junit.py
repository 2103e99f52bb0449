"""JUnit XML of the class: a suite for each submission, a case for each claim."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from checks.cards.own import lead
from grading.grade import Grade
from results.files import write_text

# What XML 1.0 can't carry, not even escaped.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(grades: Mapping[str, Grade], folder: Path, lang: str) -> list[Path]:
    """``folder/junit.xml``. Hidden claims have no case."""
    root = ElementTree.Element("testsuites")
    for grade in grades.values():
        _suite(root, grade, lang)
    return [write_text(folder / "junit.xml", ElementTree.tostring(root, encoding="unicode") + "\n")]


def _suite(root: ElementTree.Element, grade: Grade, lang: str) -> None:
    shown = [claim for claim in grade.claims if not claim.hidden]
    suite = ElementTree.SubElement(root, "testsuite", name=_plain(grade.submission), tests=str(len(shown)))
    counts = {"failure": 0, "error": 0, "skipped": 0}
    for claim in shown:
        case = ElementTree.SubElement(suite, "testcase", classname=claim.claim.section, name=claim.claim.id)
        tag = {"holds": "", "not attempted": "skipped", "not run": "skipped"}.get(claim.word, "error")
        tag = "failure" if claim.word in ("fails", "undecided") else tag
        # As pytest has it where a file can't be imported; and where the machine is to blame.
        tag = "error" if tag and (grade.message or grade.trouble) else tag
        if tag:
            counts[tag] += 1
            why = claim.shown.why if claim.shown else grade.message or grade.trouble
            told = ElementTree.SubElement(case, tag, message=_plain(why))
            if claim.shown is not None and tag == "failure":
                told.text = _plain(lead(claim.claim, claim.shown, lang))
    names = {"failure": "failures", "error": "errors", "skipped": "skipped"}
    for tag, count in counts.items():
        suite.set(names[tag], str(count))


def _plain(text: str) -> str:
    return FORBIDDEN.sub("�", text)
