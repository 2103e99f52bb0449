"""What a loop is made of while its instructions are written: whole numbers, arrays, loops, conditions, variables.

A function that is given a :class:`Code` runs once, while code is compiled, and leaves its instructions in it. None of
it is numba's to translate: written as Python functions that numba translates, the same instructions took two and a
half times as long to compile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba.core import cgutils

from lecture.scan.emitted import Emitted, Format

INDEX = ir.IntType(64)


class Whole:
    """A whole number that is known once the code runs: a size, a row, a step."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def _like(self, other: Whole | int) -> Any:
        return other.value if isinstance(other, Whole) else ir.Constant(INDEX, other)

    def __add__(self, other: Whole | int) -> Whole:
        return Whole(self.builder, self.builder.add(self.value, self._like(other)))

    def __sub__(self, other: Whole | int) -> Whole:
        return Whole(self.builder, self.builder.sub(self.value, self._like(other)))

    def __mul__(self, other: Whole | int) -> Whole:
        return Whole(self.builder, self.builder.mul(self.value, self._like(other)))

    def __le__(self, other: Whole | int) -> Any:
        return self.builder.icmp_signed("<=", self.value, self._like(other))

    def is_zero(self) -> Any:
        """A condition."""
        return self.builder.icmp_signed("==", self.value, self._like(0))

    def or_less(self, other: Whole) -> Whole:
        """The smaller one of two."""
        return Whole(self.builder, self.builder.select(self <= other, self.value, other.value))


class Shared(Emitted):
    """The same number for all starts, read from an array."""

    def __init__(self, builder: Any, format: Format, number: Any) -> None:
        super().__init__(builder, format, format.spread(builder, number))
        self._number = number

    def is_not_zero(self) -> Any:
        """A condition; true of NaN."""
        return self.builder.fcmp_unordered("!=", self._number, ir.Constant(self._number.type, 0.0))


class Variable:
    """A number for each start that a loop changes."""

    def __init__(self, first: Emitted) -> None:
        self._as, self._place = first, cgutils.alloca_once(first.builder, first.format.vector)
        self.value = first

    @property
    def value(self) -> Emitted:
        """What it is now."""
        return self._as.of(self._as.builder.load(self._place))

    @value.setter
    def value(self, now: Emitted) -> None:
        now.builder.store(now.value, self._place)


class Code:
    """The place where the next instructions go."""

    def __init__(self, builder: Any, format: Format) -> None:
        self.builder, self.format = builder, format

    @contextmanager
    def loop(self, stop: Whole | int, start: Whole | int = 0, step: int = 1) -> Iterator[Whole]:
        """What is inside is done for every ``step``-th number from ``start`` to below ``stop``."""
        first, last = (one.value if isinstance(one, Whole) else ir.Constant(INDEX, one) for one in (start, stop))
        with cgutils.for_range_slice(self.builder, first, last, ir.Constant(INDEX, step), INDEX) as (index, _):
            yield Whole(self.builder, index)

    def when(self, condition: Any) -> Any:
        """A context: what is inside is done where the condition holds."""
        return self.builder.if_then(condition)

    def either(self, condition: Any) -> Any:
        """Two contexts: inside the first is what is done where the condition holds, inside the second what else."""
        return self.builder.if_else(condition)

    def everywhere(self, number: float) -> Emitted:
        """That number, for all starts."""
        return Emitted(self.builder, self.format, self.format.constant(number))


class Rows:
    """A C-contiguous array whose last axis is the starts; ``rows[3]`` is row 3."""

    def __init__(self, code: Code, data: Any) -> None:
        self._code, self._data = code, data

    def __getitem__(self, row: Whole) -> Emitted:
        code = self._code
        return Emitted(code.builder, code.format, code.builder.load(self._at(row), align=code.format.bits // 8))

    def __setitem__(self, row: Whole, value: Emitted | float) -> None:
        code = self._code
        value = value if isinstance(value, Emitted) else code.everywhere(value)
        code.builder.store(value.value, self._at(row), align=code.format.bits // 8)

    def _at(self, row: Whole) -> Any:
        """Rows are not aligned to 64 bytes, and that is said in each load and store."""
        builder, format = self._code.builder, self._code.format
        place = builder.gep(self._data, [(row * format.width).value])
        return builder.bitcast(place, format.vector.as_pointer())


class Numbers:
    """A C-contiguous array of numbers that all starts share: (T, V), or a number for each step."""

    def __init__(self, code: Code, data: Any, shape: list[Any]) -> None:
        self._code, self._data = code, data
        self.shape = [Whole(code.builder, one) for one in shape]

    def __getitem__(self, place: tuple[Whole, Whole] | Whole) -> Shared:
        if isinstance(place, tuple):
            place = place[0] * self.shape[1] + place[1]
        builder = self._code.builder
        return Shared(builder, self._code.format, builder.load(builder.gep(self._data, [place.value])))


class Steps:
    """A whole number for each step."""

    def __init__(self, code: Code, data: Any) -> None:
        self._code, self._data = code, data

    def __getitem__(self, t: Whole) -> Whole:
        builder = self._code.builder
        return Whole(builder, builder.load(builder.gep(self._data, [t.value])))
