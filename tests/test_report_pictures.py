"""The lecture's pictures: that they show what was judged, to the number and to the pixel."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as xml

import numpy
import pytest
import report_records as records
from PIL import Image
from scipy.stats import binomtest

from checks import check
from checks.running import RUNNING, Running
from claims.pictures import abcabc, coin, counting, cut
from report.pictures import draw_all
from report.pictures.sheet import style

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pictures():
    return {picture.name: picture for picture in records.drawn()}


def test_every_picture_is_drawn(pictures):
    """As many as the lecture asks for, each one valid SVG with its numbers in words, in both languages."""
    wanted = {f"abcabc-{size}-nodes" for size in (3, 4, 8)} | {"abcabc-shares", "coin-losses", "loops-losses"}
    wanted |= {"words-by-hand", "words-learner", "loops-gaps", "lstm-batch-first-misread", "lstm-state-rows"}
    wanted |= {"cut-whole", "cut-pieces", "cut-only-x1", "cut-only-x2", "cut-link-and-state"}
    assert set(pictures) == wanted | {"numbers-continues-one-two"}
    for picture in pictures.values():
        for lang in ("en", "ko"):
            root = xml.fromstring(picture.alone(lang))
            assert root.find(f"{SVG}title").text == picture.title.in_language(lang)
            assert root.find(f"{SVG}desc").text == picture.alt.in_language(lang)
            assert "⟦" not in picture.alone(lang)
        assert re.search(r"\d", picture.alt.en), picture.name
        assert re.search(r"[가-힣]", picture.alt.ko), picture.name
        assert not re.search(r"#0([1-7])0\1", picture.inline()), "a colour that stands for another"
        assert "DejaVu" not in picture.inline()


def test_pictures_say_what_was_judged(pictures):
    """Counts, medians, floors, and the value at the switch are those of the arrays."""
    alt = {name: picture.alt.en for name, picture in pictures.items()}
    for size, won in records.LEARNED.items():
        assert f"{won} of 25 learned" in alt[f"abcabc-{size}-nodes"]
    assert "0.2315" in alt["coin-losses"]
    assert "0.2326" in alt["coin-losses"]
    assert "3 starts lie outside" in alt["coin-losses"]
    assert "median 0.0025" in alt["cut-link-and-state"]
    assert "median 0.360" in alt["cut-link-and-state"]
    kept = records.illustrated().arrays_of("cut/whole-learns-the-switch")
    assert f"p(?) is {kept['whole, probabilities'][10, 1]:.4f}" in alt["cut-whole"]
    assert "4.0e-04" in alt["loops-gaps"]
    assert "the largest gap is 0.0e+00" in alt["lstm-state-rows"]


def test_learned_starts_are_marked(pictures):
    """As many round marks as starts that learned, as many crosses as did not."""
    for size, won in records.LEARNED.items():
        root = xml.fromstring(pictures[f"abcabc-{size}-nodes"].alone())
        groups = [group for group in root.iter(f"{SVG}g") if "PathCollection" in (group.get("id") or "")]
        assert len(groups) == 25
        crosses = sum("b34700" in xml.tostring(group).decode() for group in groups)
        assert crosses == 25 - won


def test_matrices_are_drawn_pixel_by_pixel():
    """Red at 1, blue at -1, white at 0: what the array holds is what the picture shows."""
    found = records.illustrated()
    arrays = found.arrays_of("cut/only-x1")
    arrays["only x1, hidden"][:] = numpy.linspace(-1, 1, 80).reshape(8, 10)
    for case in found.cases:
        if case.claim == "cut/only-x1":
            case.arrays = arrays
    with style():
        picture = next(picture for picture in cut.draw(found) if picture.name == "cut-only-x1")
    images = re.findall(r"data:image/png;base64,([^\"]+)", picture.svg)
    pixels = numpy.asarray(Image.open(io.BytesIO(base64.b64decode(images[0]))).convert("RGB")).astype(int)
    assert pixels.shape == (8, 10, 3)
    assert (tuple(pixels[0, 0]), tuple(pixels[-1, -1])) == ((31, 95, 168), (179, 38, 30))
    across, down = re.findall(r'transform="matrix\(([\d.-]+) 0 0 ([\d.-]+) ', picture.svg)[0]
    assert float(across) > 0 < float(down), "not turned over"


def test_wrong_words_are_marked(pictures):
    """Each word that is not the right one there, in bold and underlined, and named in the alternative."""
    right = ["one", ",", "two", ",", "three", ",", "four", ",", "five"]
    said = [*right[:6], "five", "<b>", "five"]
    assert counting.wrong_places(said, right) == [6, 7]
    assert counting.wrong_places(right, right) == []
    assert counting.wrong_places([*right, "six"], right) == [len(right)]
    picture = pictures["numbers-continues-one-two"]
    assert picture.svg.count("font-weight: 700") == 2
    assert "word 7: five, not four" in picture.alt.en
    assert "<b>" not in picture.inline()


def test_the_interval_is_wilsons():
    """As scipy has it."""
    for wins, n in ((0, 25), (8, 25), (60, 60)):
        wanted = binomtest(wins, n).proportion_ci(0.95, method="wilson")
        assert abcabc.wilson(wins, n) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


def test_a_claim_without_arrays_has_no_picture():
    """No array, no picture; one of them missing leaves the others."""
    assert draw_all(records.record(), records.PROJECT).pictures == []
    found = records.illustrated()
    found.cases = [case for case in found.cases if case.claim != "coin/too-many-nodes-overfit"]
    assert coin.draw(found) == []
    found = records.illustrated()
    next(case for case in found.cases if case.claim == "coin/too-many-nodes-overfit").arrays.popitem()
    assert coin.draw(found) == []


def test_arrays_of_any_shape_cost_no_page():
    """A submission answers as it likes: a picture less, the others are there, and what broke off is told."""
    found = records.illustrated()
    found.cases = [one for one in found.cases if one.claim.startswith(("cut/", "coin/"))]
    for one in found.cases:
        if one.claim.startswith("cut/"):
            one.arrays = {name: array[:1] for name, array in one.arrays.items()}
    drawn = draw_all(found, records.PROJECT)
    names = {picture.name for picture in drawn.pictures}
    assert "cut-whole" not in names
    assert "coin-losses" in names
    assert [fault.partition(": ")[0] for fault in drawn.faults] == ["claims/pictures/cut.py"]


PICTURE = """
from report.pictures.sheet import Sheet
from results.model import Both

def draw(record):
    sheet = Sheet(3.6, 2.0)
    text = Both("the steps", "단계")
    return [sheet.picture("steps", "one/drawn", text, text)] if record.arrays_of("one/drawn") else []
"""

KEEPS = """
@state("one/drawn")
def test_drawn():
    '''It has a picture.'''
    check.keep("steps", torch.eye(3))
    check.equal("n", 1, 1)

@state("one/plain")
def test_plain():
    '''Nobody drew it.'''
    check.keep("weights of the keys", torch.tensor([[0.5, -2.0], [1.0, 0.0]]))
    check.keep("a number", 3.0)
    check.equal("n", 1, 1)
"""


def test_pictures_are_found_beside_the_claims_and_a_matrix_without_one_is_a_heat_map(room, run, pytester):
    """A file broken in any way is told in the terminal and on the page, and costs no other picture."""
    folder = room(KEEPS) / "pictures"
    folder.mkdir()
    (folder / "steps.py").write_text(PICTURE, "utf-8")
    (folder / "typo.py").write_text("def draw(record):\n    return [None + 1]\n", "utf-8")
    (folder / "syntax.py").write_text("def draw(record:\n", "utf-8")
    result = run("claims", "--report", pytester.path / "out", "--lang", "en")
    assert result.ret == 0
    result.stdout.fnmatch_lines_random(
        [
            "a picture could not be drawn: claims/pictures/typo.py: TypeError: *",
            "a picture could not be drawn: claims/pictures/syntax.py: SyntaxError: *",
        ]
    )
    drawn = {file.stem for file in (pytester.path / "out" / "pictures").iterdir()}
    assert drawn == {"steps", "one-plain-weights-of-the-keys"}
    page = (pytester.path / "out" / "index.html").read_text("utf-8")
    assert "claims/pictures/typo.py: TypeError" in page
    assert "weights of the keys: 2 rows and 2 columns, from -2 to 1" in page


def test_a_picture_changes_no_verdict():
    """What is computed for a picture alone is computed where it is kept, and may break there without harm."""
    calls = []

    def broken():
        calls.append(1)
        raise RuntimeError("only for the picture")

    RUNNING.set(Running())
    check.keep("hidden", broken)
    assert calls == []
    RUNNING.set(Running(kept={}))
    check.keep("hidden", broken)
    check.keep("said", "둘, three")
    assert calls == [1]
    assert set(check.running().kept) == {"said"}
    assert bytes(check.running().kept["said"].astype("uint8")).decode() == "둘, three"
