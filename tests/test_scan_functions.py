"""exp, log, tanh and the sigmoid of compiled trainings: errors in units in the last place, ends, signs, NaN."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
numba = pytest.importorskip("numba")

from numba.extending import intrinsic  # noqa: E402

from lecture.scan import functions  # noqa: E402
from lecture.scan.code import Code, Rows, Whole  # noqa: E402
from lecture.scan.training import FORMATS  # noqa: E402

WIDTH = {np.float32: 16, np.float64: 8}
WIDER = {np.float32: np.float64, np.float64: np.longdouble}
ALLOWED = 3.0
"""Units in the last place. Seen: tanh 2.3 and 2.6, sigmoid 2.2, exp 1.1, log 1.8 (float32, float64)."""


@pytest.fixture(scope="module")
def of():
    """``of(name, x)``: the function of an array, compiled as it is in a training."""
    made = {}

    def make(name):
        function = getattr(functions, name)

        @intrinsic
        def rows(context, x, out):
            def emit(context, builder, sig, args):
                code = Code(builder, FORMATS[x.dtype])
                given, found = (context.make_array(x)(context, builder, arg) for arg in args)
                with code.loop(Whole(builder, builder.extract_value(given.shape, 0))) as row:
                    Rows(code, found.data)[row] = function(Rows(code, given.data)[row])
                return context.get_dummy_value()

            return numba.void(x, out), emit

        return numba.njit(lambda x, out: rows(x, out))

    def call(name, x):
        if name not in made:
            made[name] = make(name)
        filled = np.resize(x, (-(-len(x) // WIDTH[x.dtype.type]), WIDTH[x.dtype.type]))
        out = np.empty_like(filled)
        made[name](filled, out)
        return out.reshape(-1)[: len(x)]

    return call


def _everywhere(dtype):
    """Numbers over the whole range: of float32 one bit pattern in a thousand, of float64 as many drawn."""
    if dtype is np.float32:
        return np.arange(0, 2**32, 997, dtype=np.int64).astype(np.uint32).view(np.float32)
    draw = np.random.default_rng(1)
    parts = [draw.uniform(-high, high, 300_000) for high in (1, 40, 760)]
    return np.concatenate([*parts, draw.standard_normal(300_000) * 10 ** draw.uniform(-300, 3, 300_000)])


def _sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x > 0, 1, e) / (1 + e)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "right"),
    [("tanh", np.tanh), ("sigmoid", _sigmoid), ("exp", np.exp), ("log", np.log)],
    ids=["tanh", "sigmoid", "exp", "log"],
)
def test_the_error_is_a_few_units_in_the_last_place(of, name, right, dtype):
    """Over the whole range, those below the smallest normal number included; log: of positive normal numbers."""
    if np.finfo(WIDER[dtype]).nmant == np.finfo(dtype).nmant:
        pytest.skip("no wider floating point here to compare with")
    x = _everywhere(dtype)
    x = x[np.isfinite(x) & ((x >= np.finfo(dtype).tiny) | (name != "log"))]
    with np.errstate(all="ignore"):
        exact = right(x.astype(WIDER[dtype]))
        rounded = exact.astype(dtype)
    found = of(name, x)
    np.testing.assert_array_equal(np.isinf(found), np.isinf(rounded))
    finite = np.isfinite(rounded)
    units = np.abs(found[finite].astype(WIDER[dtype]) - exact[finite]) / np.spacing(np.abs(rounded[finite]))
    assert units.max() <= ALLOWED


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["tanh", "sigmoid", "exp"])
def test_the_ends_are_torchs(of, name, dtype):
    """Infinity, NaN and both zeros give what torch gives, with its sign."""
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 3e38, -3e38], dtype)
    wanted = getattr(torch, name)(torch.from_numpy(x)).numpy()
    found = of(name, x)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(np.signbit(found)[:4], np.signbit(wanted)[:4])


def test_tanh_is_odd_and_never_beyond_one(of):
    """To the bit; a slope of 1 - tanh^2 is never negative."""
    x = _everywhere(np.float32)
    x = x[np.isfinite(x)]
    found = of("tanh", x)
    np.testing.assert_array_equal(of("tanh", -x), -found)
    assert np.abs(found).max() == 1
    assert np.abs(found[np.abs(x) < 8.5]).max() < 1


@pytest.mark.parametrize(("name", "low", "high"), [("tanh", 0.35, 100.0), ("sigmoid", 1e-3, 100.0)])
def test_nothing_falls_on_the_way_to_one(of, name, low, high):
    """Among all float32 in a window at each of many places: the next number never has a smaller value."""
    first, last = (int(np.float32(x).view(np.int32)) for x in (low, high))
    for start in np.linspace(first, last - 40_000, 60).astype(np.int32):
        x = np.arange(start, start + 40_000, dtype=np.int32).view(np.float32)
        assert (np.diff(of(name, x)) >= 0).all()


@given(st.lists(st.floats(width=32), min_size=1, max_size=40), st.sampled_from(["tanh", "sigmoid", "exp"]))
@settings(max_examples=50)
def test_a_number_comes_out_the_same_wherever_it_stands(of, numbers, name):
    """Its place among others, and what they are, change no bit."""
    x = np.array(numbers, np.float32)
    together = of(name, x)
    for number, found in zip(x, together, strict=True):
        assert of(name, np.array([number])).tobytes() == found.tobytes() or np.isnan(found)


def test_the_logarithm_knows_what_is_no_number(of):
    """NaN for infinity and NaN: a start that diverged has no finite loss."""
    assert np.isnan(of("log", np.array([np.inf, np.nan], np.float32))).all()
