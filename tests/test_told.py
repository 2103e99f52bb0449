"""What is told of a fault is true: where it lies, what the numbers are instead, or that nothing is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnosis.exceptions import Call, advice_on
from grading.judge import Round
from submissions.files import Source, read
from submissions.signals import Raised
from tests.a_class import RIGHT

FOUND = Path(__file__).resolve().parent / "handed_in" / "told"
X, PAIR = (7,), ((4,), (4,))
MISSING = "LSTMCell.forward() missing 1 required positional argument: "
DTYPES = "expected m1 and m2 to have the same dtype, but got: double != float"
PRODUCT = "mat1 and mat2 shapes cannot be multiplied (3x5 and {})"
NONE = "unsupported operand type(s) for +: 'Tensor' and 'NoneType'"
LOST = "'LSTM' object has no attribute '_modules'"
CELL_ALONE, CELL_GIVEN = Call("LSTMCell", "call", X), Call("LSTMCell", "call", X, PAIR)
EXCEPTIONS = [
    ("TypeError", f"{MISSING}'state'", CELL_ALONE, "state=None"),
    ("TypeError", f"{MISSING}'c'", CELL_GIVEN, "pair (h, c)"),
    ("AttributeError", "'tuple' object has no attribute 'shape'", CELL_GIVEN, "pair (h, c)"),
    ("AttributeError", LOST, Call("LSTM", "make"), "super().__init__()"),
    ("RuntimeError", DTYPES, Call("LSTM", "call", X, double=True), "look for what changes a dtype (.float()"),
    ("RuntimeError", PRODUCT.format("16x5"), Call("GRU", "call", X), "(16, 5), has to be turned"),
    (
        "RuntimeError",
        PRODUCT.format("16x7"),
        Call("GRU", "call", X),
        "raises this exception for x (7,), state left out",
    ),
    (
        "RuntimeError",
        "std::bad_alloc",
        Call("LSTM", "call", X),
        "The memory that a submission may use (--memory) is full",
    ),
    ("MemoryError", "", Call("LSTM", "call", X), "The memory that a submission may use (--memory) is full"),
    (
        "ValueError",
        "what was returned can't be sent: a message of 79840383 bytes; 67108864 are allowed",
        Call("LSTM", "call", X),
        "Nothing is raised in your code: what is returned here is larger than the judge takes",
    ),
    ("ValueError", "no", Call("one_hot", "function"), "one_hot raises this exception when it is called"),
    # The words of another fault do not make it one that was tried here.
    ("TypeError", NONE, CELL_ALONE, "raises this exception"),
    ("IndexError", "tuple index out of range", CELL_GIVEN, "raises this exception"),
]


@pytest.mark.parametrize(("name", "message", "call", "told"), EXCEPTIONS, ids=lambda value: str(value)[:30])
def test_an_exception_is_advised_by_its_words_and_its_call(name, message, call, told):
    """In both languages, and never by the claim that it fell in."""
    found = advice_on(Raised(name, message, []), call)
    assert told in found.en
    assert found.ko != found.en
    assert "때에서" not in found.ko


def test_torchscript_is_quoted_where_it_says_what_is_wrong():
    """Its last line, and the line that it marks."""
    message = (
        "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript (most recent call "
        'last):\n  File "own.py", line 16, in forward\n        h, c = state\n        z = torch.mm(x, w)\n'
        "            ~~~~~~~~ <--- HERE\n        i = z.chunk(4, 1)\nRuntimeError: self must be a matrix\n"
    )
    found = Raised("RuntimeError", message, [])
    assert str(found) == "RuntimeError: self must be a matrix"
    assert found.place == "own.py line 16: z = torch.mm(x, w)"
    bare = Raised("RuntimeError", message.replace("<--- HERE", ""), [])
    assert str(bare) == "RuntimeError: self must be a matrix"
    empty = Raised("RuntimeError", 'TorchScript interpreter\nFile "a", line 1, in f\n\n~ <--- HERE', [])
    assert empty.place == "a line 1", "who raises it may mark nothing"


TOLD = {
    "cell_for_batches_with_a_state": ["raises for one without a batch axis, (V,): take both", "begin from zeros then"],
    "no_super": ["super().__init__() is missing"],
    "compiled_for_batches": ["raises for one without a batch axis"],
    "linear_layers": ["self.weight_ih = self.x2h.weight; self.weight_hh = self.h2h.weight"],
    "order_and_zeros_of_an_input": [
        "i, f, o, g; torch stacks them as i, f, g, o",
        "h is (5, 4) for x (5,), state left",
    ],
}


@pytest.mark.parametrize("name", TOLD)
def test_what_students_handed_in_is_told_once(judge, name):
    """One cause, one card; and no hint of the claim's own."""
    found = judge.round(
        Round(read(FOUND / f"{name}.py"), claims=("cell/", "lstm/printed-output", "lstm/input-unchanged"))
    )
    bad = [case for case in found.cases if case.word in ("fails", "error")]
    [told, *more] = [case for case in bad if not case.as_before]
    assert all(words in told.advice.en for words in TOLD[name])
    # That the state of another batch is broadcast is a fault of its own.
    broadcasts = ["cell/water-shape"] * (name == "order_and_zeros_of_an_input")
    assert [case.claim for case in more] == broadcasts
    assert all(case.advice is not None for case in bad)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("h, c = torch.zeros_like(h), torch.zeros_like(c)", "right up to step 499 of 999 and wrong at step 500"),
        ("h, c = h.detach(), c.detach()", "no gradient flows back from step 500 to step 499. Gradients"),
    ],
    ids=["a state that is lost", "a history that is cut"],
)
def test_what_departs_beyond_the_probes_is_told_by_the_case(judge, line, told):
    """Once, by the step that departs first."""
    loop = "            i, f, g, o = (row"
    assert loop in RIGHT
    text = RIGHT.replace(loop, f"            if len(rows) == 499: {line}\n{loop}")
    claims = ("lstm/printed-output", "lstm/omit-water", "lstm/water-shape")
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": text.encode()}), claims=claims))
    cards = [case for case in found.cases if case.word == "fails" and not case.as_before]
    assert len(cards) == 1
    assert told in cards[0].advice.en
    assert ("From step 500 on it equals a new start from zeros" in cards[0].advice.en) == ("zeros" in line)


def test_what_always_raises_is_not_told_to_answer_elsewhere(judge):
    """One sentence, which is one in Korean, too."""
    raises = b"def one_hot(tokens, mapping):\n    return tokens[mapping]\n"
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": raises}), claims=("abcabc/", "words/")))
    [told] = {(case.advice.en, case.advice.ko) for case in found.cases if case.advice is not None}
    assert (
        told[0] == "one_hot raises this exception when it is called: mend it first, what comes after it can't be seen."
    )
    assert told[1] == "one_hot: 호출하면 이 예외가 난다. 이것부터 고칠 것. 그 뒤는 확인할 수 없다."


def test_a_list_of_rows_is_told_once(judge):
    """However long it is."""
    text = RIGHT.replace("torch.stack(rows),", "rows,")
    claims = ("lstm/printed-output", "lstm/omit-water", "lstm/batch-is-parallel")
    found = judge.round(Round(Source("own.py", "own.py", {"own.py": text.encode()}), claims=claims))
    cards = [case for case in found.cases if case.word == "fails" and not case.as_before]
    assert len(cards) == 1
    assert "first value that you return is a list or tuple of tensors" in cards[0].advice.en
