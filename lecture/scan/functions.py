"""exp, log, tanh and the sigmoid of numbers side by side: products, sums, one division, the same bits everywhere.

exp(x) = 2^k e^r with k whole and |r| at most half of ln 2; e^r - 1 is its Taylor series, of which less than a quarter
of a unit in the last place is left out. With E = exp(2|x|) - 1, tanh(x) is, but for its sign, E / (E + 2) where E is at
most 1, so that nothing cancels near 0, and 1 - 2 / (E + 2) above, which rises to 1 without a step back. The sigmoid is
1 / (1 + exp(-x)), from the side where exp is at most 1. The logarithm is 2 artanh((f - 1) / (f + 1)) for f from the
root of 1/2 to the root of 2, by its own series.

Errors in units in the last place, over the whole range, are held in tests/test_scan_functions.py.
"""

from __future__ import annotations

from decimal import Decimal
from math import factorial
from typing import Any

import numpy as np

from lecture.scan.emitted import (
    DOUBLE,
    SINGLE,
    Emitted,
    above,
    exponent,
    fma,
    mantissa,
    size,
    two_to,
    with_sign,
)

LN2 = Decimal(2).ln()


class _Constants:
    """What differs between float32 and float64.

    shift: adding it rounds to a whole number and leaves that in the lowest bits. high, low: ln 2 in two parts.
    taylor: 1/n!, ..., 1/2!. artanh: 1/(2n + 1), ..., 1/3. top: where exp overflows; bottom: where it is 0. one: where
    tanh is 1, doubled.
    """

    def __init__(self, number: Any, degree: int, terms: int, top: float, bottom: float, one: float) -> None:
        self.shift = 1.5 * 2.0 ** np.finfo(number).nmant
        self.high = float(number(LN2))
        self.low = float(LN2 - Decimal(self.high))
        self.taylor = tuple(1 / factorial(n) for n in range(degree, 1, -1))
        self.artanh = tuple(1 / (2 * n + 1) for n in range(terms, 0, -1))
        self.top, self.bottom, self.one = top, bottom, one


CONSTANTS = {
    SINGLE: _Constants(np.float32, degree=7, terms=4, top=89.0, bottom=-104.0, one=20.0),
    DOUBLE: _Constants(np.float64, degree=13, terms=11, top=710.0, bottom=-746.0, one=40.0),
}


def exp(x: Emitted) -> Emitted:
    """e^x; infinite where it overflows, NaN for NaN."""
    c = CONSTANTS[x.format]
    less_1, shifted = _split(above(x, c.top, c.top, above(x.everywhere(c.bottom), x, c.bottom, x)))
    k = shifted - c.shift
    # In two steps, since 2^k itself can be too large or too small.
    half = fma(k, 0.5, c.shift)
    rest = k - (half - c.shift)
    return (less_1 + 1.0) * two_to(half) * two_to(rest + c.shift)


def tanh(x: Emitted) -> Emitted:
    """The hyperbolic tangent; odd, 1 and -1 at the ends, NaN for NaN."""
    one = CONSTANTS[x.format].one
    twice = size(x) * 2.0
    less_1, shifted = _split(above(twice, one, one, twice))
    scale = two_to(shifted)
    whole = fma(less_1, scale, scale - 1.0)
    part = above(whole, 1.0, 2.0, whole) / (whole + 2.0)
    return with_sign(above(whole, 1.0, 1.0 - part, part), x)


def sigmoid(x: Emitted) -> Emitted:
    """1 / (1 + e^-x)."""
    e = exp(0.0 - size(x))
    return above(x, 0.0, 1.0, e) / (e + 1.0)


def log(x: Emitted) -> Emitted:
    """The natural logarithm of a positive normal number; NaN for infinity and NaN."""
    c = CONSTANTS[x.format]
    k, f = exponent(x), mantissa(x)
    r = (f - 1.0) / (f + 1.0)
    square = r * r
    twice = r + r
    tail = fma(twice * square, _polynomial(square, c.artanh), k * c.low)
    # x - x is 0, and NaN where the bits are no number's.
    return fma(k, c.high, twice + tail) + (x - x)


def _split(x: Emitted) -> tuple[Emitted, Emitted]:
    """(e^r - 1, k + shift) for x = k ln 2 + r."""
    c = CONSTANTS[x.format]
    shifted = fma(x, float(1 / LN2), c.shift)
    k = shifted - c.shift
    r = fma(k, -c.low, fma(k, -c.high, x))
    return fma(r * r, _polynomial(r, c.taylor), r), shifted


def _polynomial(x: Emitted, coefficients: tuple[float, ...]) -> Emitted:
    """The polynomial of x with these coefficients, that of the highest power first."""
    value = fma(x, coefficients[0], coefficients[1])
    for coefficient in coefficients[2:]:
        value = fma(value, x, coefficient)
    return value
