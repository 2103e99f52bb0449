"""Arithmetic that writes LLVM's instructions: one number of each of several starts, 64 bytes, as one.

What is computed is computed for every start alike, so that a start's numbers depend neither on its place nor on its
neighbours. No operation here is reordered or contracted by the compiler; a multiplication and addition that are to be
one rounding say so (:func:`fma`), which gives the same bits on every processor. (On one without the instruction, x86
before 2013, the compiler calls the C library's fma, which is slow.)

A function of :class:`Emitted` runs once, while code is compiled, and leaves its instructions where it is called (see
lecture.scan.code).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir


@dataclass(frozen=True)
class Format:
    """A floating point format of IEEE 754: its bits, those of its mantissa, and the root of 1/2 as its bits."""

    bits: int
    mantissa: int
    root_of_half: int

    @property
    def width(self) -> int:
        """Numbers in 64 bytes: one register of AVX-512, two of AVX2, four of NEON."""
        return 512 // self.bits

    @property
    def one(self) -> int:
        """The bits of 1."""
        return ((1 << (self.bits - self.mantissa - 2)) - 1) << self.mantissa

    @property
    def vector(self) -> ir.Type:
        """LLVM's type of a number for each start."""
        return ir.VectorType(ir.FloatType() if self.bits == 32 else ir.DoubleType(), self.width)

    @property
    def integers(self) -> ir.Type:
        """LLVM's type of their bits."""
        return ir.VectorType(ir.IntType(self.bits), self.width)

    def constant(self, number: float) -> Any:
        """A number known now, for all starts."""
        return ir.Constant(self.vector, [number] * self.width)

    def spread(self, builder: Any, number: Any) -> Any:
        """One start's number, known once the code runs, for all starts."""
        undefined = ir.Constant(self.vector, ir.Undefined)
        first = builder.insert_element(undefined, number, ir.Constant(ir.IntType(32), 0))
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), self.width), [0] * self.width)
        return builder.shuffle_vector(first, undefined, everywhere)


SINGLE = Format(32, 23, 0x3F3504F3)
DOUBLE = Format(64, 52, 0x3FE6A09E667F3BCD)


class Emitted:
    """A number for each start, known once the code runs; a float beside it stands for that number in all of them."""

    def __init__(self, builder: Any, format: Format, value: Any) -> None:
        self.builder, self.format, self.value = builder, format, value

    def of(self, value: Any) -> Emitted:
        """Another one, of this format."""
        return Emitted(self.builder, self.format, value)

    def everywhere(self, number: float) -> Emitted:
        """That number, for all starts."""
        return self.of(self.like(number))

    def like(self, other: Emitted | float) -> Any:
        """The value of ``other``, a float spread to all starts."""
        if isinstance(other, Emitted):
            return other.value
        return self.format.constant(other)

    def bits(self) -> Any:
        """Its bits, as whole numbers."""
        return self.builder.bitcast(self.value, self.format.integers)

    def of_bits(self, bits: Any) -> Emitted:
        """The number with those bits."""
        return self.of(self.builder.bitcast(bits, self.format.vector))

    def whole(self, number: int) -> Any:
        """A whole number for all starts, to reckon with bits."""
        return ir.Constant(self.format.integers, [number] * self.format.width)

    def __add__(self, other: Emitted | float) -> Emitted:
        return self.of(self.builder.fadd(self.value, self.like(other)))

    def __sub__(self, other: Emitted | float) -> Emitted:
        return self.of(self.builder.fsub(self.value, self.like(other)))

    def __rsub__(self, other: float) -> Emitted:
        return self.of(self.builder.fsub(self.like(other), self.value))

    def __mul__(self, other: Emitted | float) -> Emitted:
        return self.of(self.builder.fmul(self.value, self.like(other)))

    def __truediv__(self, other: Emitted | float) -> Emitted:
        return self.of(self.builder.fdiv(self.value, self.like(other)))

    def __rtruediv__(self, other: float) -> Emitted:
        return self.of(self.builder.fdiv(self.like(other), self.value))


def fma(a: Emitted, b: Emitted | float, c: Emitted | float) -> Emitted:
    """a b + c, rounded once."""
    return _call("fma", a, b, c)


def root(a: Emitted) -> Emitted:
    """The square root, correctly rounded."""
    return _call("sqrt", a)


def size(a: Emitted) -> Emitted:
    """a without its sign."""
    return _call("fabs", a)


def with_sign(a: Emitted, b: Emitted) -> Emitted:
    """a with the sign of b."""
    return _call("copysign", a, b)


def above(a: Emitted, b: Emitted | float, yes: Emitted | float, no: Emitted | float) -> Emitted:
    """``yes`` where a > b, else ``no``, which is also the answer where a or b is NaN."""
    return a.of(a.builder.select(a.builder.fcmp_ordered(">", a.value, a.like(b)), a.like(yes), a.like(no)))


def two_to(shifted: Emitted) -> Emitted:
    """2 ** k, where the lowest bits of ``shifted`` hold the whole number k; k from -126 to 127 (-1022 to 1023)."""
    bits = shifted.builder.shl(shifted.bits(), shifted.whole(shifted.format.mantissa))
    return shifted.of_bits(shifted.builder.add(bits, shifted.whole(shifted.format.one)))


def exponent(a: Emitted) -> Emitted:
    """The k of a = 2 ** k f with f from the root of 1/2 to the root of 2; for a positive and normal."""
    shifted = a.builder.ashr(_above_root(a), a.whole(a.format.mantissa))
    return a.of(a.builder.sitofp(shifted, a.format.vector))


def mantissa(a: Emitted) -> Emitted:
    """The f that goes with :func:`exponent`."""
    low = a.builder.and_(_above_root(a), a.whole((1 << a.format.mantissa) - 1))
    return a.of_bits(a.builder.add(low, a.whole(a.format.root_of_half)))


def _above_root(a: Emitted) -> Any:
    return a.builder.sub(a.bits(), a.whole(a.format.root_of_half))


def _call(name: str, first: Emitted, *others: Emitted | float) -> Emitted:
    vector, width = first.format.vector, first.format.width
    kind = ir.FunctionType(vector, [vector] * (1 + len(others)))
    module, full = first.builder.module, f"llvm.{name}.v{width}f{first.format.bits}"
    function = module.globals.get(full) or ir.Function(module, kind, full)
    return first.of(first.builder.call(function, [first.value, *map(first.like, others)]))
