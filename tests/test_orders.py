"""Every order of the gates is told by its letters, of networks and cells, alone and beside a slip that has calls raise
or answer in other shapes."""

from __future__ import annotations

import random

import pytest
from orders import GATES, KINDS, ORDERS, SLIPS, goes_with, ordered

import mistakes
from diagnosis import naming
from mistakes import families
from mistakes.model import RIGHT, in_order
from mistakes.steps import LSTMStep
from tests.test_instead import diagnosed
from tests.test_partly import CELL


def wrong_orders(kind):
    return [order for own, order in ORDERS if own == kind and order != GATES[kind.removesuffix("Cell")]]


def named(kind, order):
    return (f"{kind.removesuffix('Cell').lower()}-gates-{order}",)


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_is_told(kind):
    """All 23 and all 5: the student's and torch's."""
    orders = wrong_orders(kind)
    assert len(orders) == {"LSTM": 23, "GRU": 5}[kind.removesuffix("Cell")]
    right = ", ".join(GATES[kind.removesuffix("Cell")])
    for order in orders:
        found = naming.diagnose(kind, ordered(kind, order))
        assert found is not None
        assert found.names == named(kind, order)
        for text in (found.en, found.ko):
            assert ", ".join(order) in text
            assert right in text


@pytest.mark.parametrize(
    ("slip", "kind"),
    [
        # All of them beside an LSTM's cell, for it is asked the fastest.
        pytest.param(slip, kind, marks=[] if kind == "LSTMCell" else [pytest.mark.slow])
        for slip in SLIPS
        for kind in KINDS
    ],
)
def test_an_order_is_told_beside_a_slip(kind, slip):
    """The order by the calls that have an answer in the right shapes, then what the others do."""
    if not goes_with(kind, slip):
        pytest.skip("a cell's state has no such axis")
    order = random.Random(f"{kind} {slip}").choice(wrong_orders(kind))
    found = naming.diagnose(kind, ordered(kind, order, slip))
    assert found is not None
    assert found.names == named(kind, order)
    assert ", ".join(order) in found.numbers[0]
    raises, shapes = "your call raises an exception for x", "; it should be"
    told = {"no default": raises, "no batch": raises, "only batches": raises, "state without its first axis": shapes}
    told["zeros of (V, H)"] = shapes
    if slip in told:
        assert told[slip] in found.en.removeprefix(found.numbers[0])


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_alternate_are_told(kind):
    """Gate after gate in each row, as view(H, 4) has them, and not in blocks."""
    names = [mistake.name for mistake in families.of_kind(kind) if "alternate" in mistake.name]
    for name in random.Random(kind).sample(names, 3):
        found = naming.diagnose(kind, mistakes.find(name).networks[kind])
        assert found is not None
        assert found.names == (name,)
        assert "blocks of H rows" in found.en


def test_what_only_exceptions_would_explain_is_not_told():
    """A network that refuses batches has not swapped batch and time."""
    found = naming.diagnose("LSTM", ordered("LSTM", "ifgo", "no batch"))
    assert found is not None
    assert found.names == ()
    assert found.numbers is None


def test_an_order_beside_a_known_mistake_is_told():
    """Both of them, of any order."""

    class Both(in_order("ofig", LSTMStep, "ifgo"), mistakes.find("bias-hh-forgotten").networks["LSTMCell"]):
        pass

    found = naming.diagnose("LSTMCell", Both)
    assert found is not None
    assert set(found.names) == {"bias-hh-forgotten", "lstm-gates-ofig"}
    assert isinstance(Both(2, 3), RIGHT["LSTMCell"])


UNDER = [
    ("c.tanh()", "nn.functional.softsign(c)", ("softsign",), "h / o = c / (1 + |c|), not tanh(c)"),
    ("f.sigmoid()", "(f + 1).sigmoid()", ("forget-bias-one",), "You add 1 to the forget gate's bias"),
    ("return o.sigmoid() * c.tanh(), c", "return c, o.sigmoid() * c.tanh()", ("swapped",), "You return (c, h)"),
    (
        "f.sigmoid() * c",
        "f.sigmoid() * c.detach()",
        (),
        "What is left then: your numbers are right, but gradients are wrong.",
    ),
    ("o.sigmoid() *", "0.9 * o.sigmoid() *", (), "What is left then: Your h is wrong. It is 0.9 times the right one."),
]


@pytest.mark.parametrize(("line", "instead", "name", "told"), UNDER, ids=lambda value: value[:16])
def test_what_lies_behind_an_order_is_told(line, instead, name, told):
    """As it would show were the order mended: by weights that are given in the order that is read."""
    text = CELL.replace("i, f, g, o = ", "f, i, g, o = ")
    found = diagnosed("LSTMCell", text, line, instead)
    assert found is not None
    order, *others = found.names
    assert order == "lstm-gates-figo"
    assert [part for part, other in zip(name, others, strict=True) if part not in other] == []
    assert "in the order f, i, g, o; torch stacks them as i, f, g, o." in found.en
    assert told in found.en


def test_behind_an_order_nothing_unknown_is_told():
    """Of an order beside a step that fits nothing no more is said than is proved."""
    found = diagnosed("LSTMCell", CELL.replace("i, f, g, o = ", "f, i, g, o = "), "row = x @", "row = 0.7 * x @")
    assert found is not None
    assert found.names == ()
