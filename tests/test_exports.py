"""Who is who: learning platforms' exports, sections, groups; nobody is dropped for another's sake."""

from __future__ import annotations

import pytest

from grading.hand_ins import handed_in
from grading.hand_ins.people import Person
from tests.a_class import RIGHT
from tests.test_wrappings import rows
from tests.wrappings import GATES, HELPED, lay, zipped

METADATA = """
submission_11:
  :submitters:
  - :name: Kim Hana
    :sid: 's1001'
    :email: hana@u.example
submission_12:
  :submitters:
  - :name: Lee Dul
    :sid: 's1002'
  - :name: Park Set
    :sid: 's1003'
"""

EXPORTS = {
    "blackboard": (
        {
            "HW12_s1001_attempt_2026-11-20-10-30-00_old.py": "x = 1\n",
            "HW12_s1001_attempt_2026-11-24-09-00-00.txt": "Name: Kim Hana (s1001)\nAssignment: HW12\nimport me\n",
            "HW12_s1001_attempt_2026-11-24-09-00-00_work.py": HELPED,
            "HW12_s1001_attempt_2026-11-24-09-00-00_gates.py": GATES,
            "HW12_lee_hana_attempt_2026-11-24-09-00-00_lstm.py": RIGHT,
            "HW12_kim_hana_attempt_2026-11-24-09-00-00.txt": "Name: Kim Hana (kim_hana)\n",
        },
        {"s1001": ("s1001", "work.py"), "lee_hana": ("lee_hana", "lstm.py"), "kim_hana": ("kim_hana", "empty folder")},
    ),
    "brightspace": (
        {
            "index.html": "<html>",
            "101-55 - Kim Hana - Nov 23, 2026 1130 PM/old.py": "x = 1\n",
            "101-55 - Kim Hana - Nov 24, 2026 930 AM/lstm.py": RIGHT,
            "102-55 - Lee Dul - 24 November, 2026 930 AM/lstm.py": RIGHT,
            "103-55 - Park Set - Nov 24, 2026 12:05 PM/report.pdf": b"%PDF",
        },
        {
            "Kim Hana 101": ("Kim Hana 101", "lstm.py"),
            "102-55 - Lee Dul - 24 November, 2026 930 AM": ("102-55 - Lee Dul - 24 November, 2026 930 AM", "lstm.py"),
            "Park Set 103": ("Park Set 103", "no python"),
        },
    ),
    "canvas": (
        {
            "kimhana_4711_90210_work-2.py": HELPED,
            "kimhana_4711_90211_gates-2.py": GATES,
            "leedul_LATE_4712_90212_hw.zip": zipped({"lstm.py": RIGHT}),
            "parkset_4713_90213_lstm.ipynb.txt": "none",
        },
        {
            "kimhana_4711": ("kimhana_4711", "work.py"),
            "leedul_LATE_4712": ("leedul_LATE_4712", "lstm.py"),
            "parkset_4713": ("parkset_4713", "no python"),
        },
    ),
    "moodle": (
        {
            "김 하나_81_assignsubmission_file_/lstm.py": RIGHT,
            "Lee Dul_82_assignsubmission_file/lstm.py": RIGHT,
            "Lee Dul_82_assignsubmission_onlinetext/onlinetext.html": "<p>",
            "Park_83_assignsubmission_onlinetext_onlinetext.html": "<p>",
        },
        {
            "김 하나_81": ("김 하나_81", "lstm.py"),
            "Lee Dul_82": ("Lee Dul_82", "lstm.py"),
            "Park_83": ("Park_83", "no python"),
        },
    ),
    "gradescope": (
        {
            "assignment_5_export/submission_metadata.yml": METADATA,
            "assignment_5_export/submission_11/lstm.py": RIGHT,
            "assignment_5_export/submission_12/lstm.py": RIGHT,
        },
        {"Kim Hana": ("s1001", "lstm.py"), "Lee Dul + Park Set": ((Person("s1002"), Person("s1003")), "lstm.py")},
    ),
    "teams": (
        {
            "Kim Hana/Week 12/Version 9/work.py": "x = 1\n",
            "Kim Hana/Week 12/Version 10/work.py": HELPED,
            "Kim Hana/Week 12/Version 10/gates.py": GATES,
            "Lee Dul/Week 12/Version 1/lstm.py": RIGHT,
            "Park Set/Week 12/": b"",
        },
        {
            "Kim Hana": ("Kim Hana", "work.py"),
            "Lee Dul": ("Lee Dul", "lstm.py"),
            "Park Set": ("Park Set", "empty folder"),
        },
    ),
    "sections": (
        {"Section A/lee/lstm.py": RIGHT, "Section A/kim.hana/lstm.py": RIGHT, "Section B/lee/lstm.py": "x = 1\n"},
        None,
    ),
}


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize("platform", EXPORTS)
def test_the_exports_of_platforms(tmp_path, platform, packed):
    """The person, the last attempt, the helpers with it; packed or unpacked; what was recognised is said."""
    files, wanted = EXPORTS[platform]
    place = tmp_path / "class.zip"
    if packed:
        place.write_bytes(zipped(files))
    else:
        place = lay(tmp_path / "class", files)
    found = handed_in.find([place])
    assert found.layouts[0][1] == f"layout {platform}"
    if wanted is None:
        people = sorted((one.people[0].section, one.people[0].id) for one in found.all)
        assert people == [("Section A", "kim.hana"), ("Section A", "lee"), ("Section B", "lee")]
    else:
        assert rows(found) == wanted
    if platform in ("blackboard", "brightspace", "teams"):
        assert len(found.layouts[0][3]) == 1, "the earlier attempt is told"


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"lstm.py": RIGHT}, {"leemina.zip": ("leemina", "lstm.py")}),
        ({"hw12/work.py": HELPED, "hw12/gates.py": GATES}, {"leemina.zip": ("leemina", "work.py")}),
        ({"mina/work.py": HELPED, "mina/gates.py": GATES}, {"mina": ("mina", "work.py")}),
        ({"kim.py": RIGHT, "lee.py": RIGHT}, {"kim.py": ("kim", "kim.py"), "lee.py": ("lee", "lee.py")}),
        (
            {"kim.py": HELPED, "lee.py": HELPED, "gates.py": GATES},
            {"kim.py": ("kim", "kim.py"), "lee.py": ("lee", "lee.py"), "gates.py": ("gates", "gates.py")},
        ),
        ({"kim.py": RIGHT, "torch.py": RIGHT}, {"kim.py": ("kim", "kim.py"), "torch.py": ("torch", "torch.py")}),
    ],
    ids=["a file", "a folder", "a named folder", "a class", "a class with a helper", "a name of torch's"],
)
def test_a_zip_of_one_student_and_a_zip_of_a_class(tmp_path, files, wanted):
    """Told apart by whether one file imports all others, or says nothing but what it is."""
    (tmp_path / "leemina.zip").write_bytes(zipped(files))
    assert rows(handed_in.find([tmp_path / "leemina.zip"])) == wanted


def test_an_attempt_whose_time_can_not_be_read_is_refused(tmp_path):
    """Where it matters: a sentence, and nobody is judged by a guess."""
    names = [f"101-55 - Kim Hana - 11월 {day}, 2026 930 AM" for day in (23, 24)]
    lay(tmp_path / "class", {f"{name}/lstm.py": RIGHT for name in names})
    with pytest.raises(ValueError, match="no time as Brightspace writes it"):
        handed_in.find([tmp_path / "class"])
