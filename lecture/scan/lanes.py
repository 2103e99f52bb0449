"""A numba type for one number of each of several starts: 64 bytes, added, multiplied and stored as one.

Whatever is computed with it is computed for every start alike, so that a start's numbers depend neither on its place
nor on its neighbours. No operation here is reordered or contracted by the compiler; a multiplication and addition that
are to be one rounding say so (:func:`fma`), which gives the same bits on every processor. (On one without the
instruction, x86 before 2013, the compiler calls the C library's fma, which is slow.)

Arrays hold rows of WIDTH[dtype] numbers, the last axis being the starts; ``load`` and ``store`` count such rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

WIDTH = {types.float32: 16, types.float64: 8}
"""Starts in 64 bytes: one register of AVX-512, two of AVX2, four of NEON."""

_FLOAT = {types.float32: ir.FloatType(), types.float64: ir.DoubleType()}
_INTEGER = {types.float32: ir.IntType(32), types.float64: ir.IntType(64)}
_MANTISSA_BITS = {types.float32: 23, types.float64: 52}
_ONE = {types.float32: 127 << 23, types.float64: 1023 << 52}
_ROOT_OF_HALF = {types.float32: 0x3F3504F3, types.float64: 0x3FE6A09E667F3BCD}


inner = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)  # type: ignore[call-overload]
"""For what only compiled code calls: without a way in from Python it compiles faster."""

spread_out = njit(inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True)  # type: ignore[call-overload]
"""As ``inner``, for what one place calls: compiled as a part of that, not once more by itself."""


class Lanes(types.Type):
    """One number of type ``dtype`` for each start of a block."""

    def __init__(self, dtype: types.Float) -> None:
        self.dtype = dtype
        self.width = WIDTH[dtype]
        self.vector = ir.VectorType(_FLOAT[dtype], self.width)
        self.integers = ir.VectorType(_INTEGER[dtype], self.width)
        super().__init__(name=f"Lanes({dtype})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, lanes.vector)


def _common(args: Sequence[Any]) -> Lanes | None:
    """The lanes among ``args``, where everything else is a number of one start for all."""
    found = {arg for arg in args if isinstance(arg, Lanes)}
    numbers = all(isinstance(arg, (Lanes, types.Number)) for arg in args)
    return found.pop() if len(found) == 1 and numbers else None


def _spread(context: Any, builder: Any, value: Any, given: Any, lanes: Lanes) -> Any:
    """``value`` in every lane; lanes stay as they are."""
    if isinstance(given, Lanes):
        return value
    value = context.cast(builder, value, given, lanes.dtype)
    undefined = ir.Constant(lanes.vector, ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(ir.IntType(32), 0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), lanes.width), [0] * lanes.width)
    return builder.shuffle_vector(first, undefined, everywhere)


def _arithmetic(sign: Any, instruction: str) -> None:
    """Let numba add (multiply, ...) lanes, and lanes and a number."""

    @infer_global(sign)
    class Typing(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            lanes = _common(args) if len(args) == 2 else None
            return signature(lanes, *args) if lanes else None

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        spread = [_spread(context, builder, *pair, sig.return_type) for pair in zip(args, sig.args, strict=True)]
        return getattr(builder, instruction)(*spread)

    for left, right in ((Lanes, Lanes), (Lanes, types.Number), (types.Number, Lanes)):
        lower_builtin(sign, left, right)(lower)


for _sign, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _arithmetic(_sign, _instruction)


def _computed(emit: Callable[..., Any], given: Sequence[Any]) -> Any:
    """Signature and code of an intrinsic from lanes (or numbers spread to lanes) to lanes."""
    lanes = _common(given)
    if lanes is None:
        return None

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return emit(
            builder, lanes, *(_spread(context, builder, *pair, lanes) for pair in zip(args, given, strict=True))
        )

    return lanes(*given), code


def _call(builder: Any, lanes: Lanes, name: str, *args: Any) -> Any:
    kind = ir.FunctionType(lanes.vector, [lanes.vector] * len(args))
    full = f"llvm.{name}.v{lanes.width}f{lanes.dtype.bitwidth}"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, full), args)


def _integer(lanes: Lanes, value: int) -> Any:
    return ir.Constant(lanes.integers, [value] * lanes.width)


@intrinsic
def everywhere(context, like, value):
    """The number ``value`` for every start, of the type of ``like``: lanes, or an array of them."""
    lanes = like if isinstance(like, Lanes) else Lanes(like.dtype)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _spread(context, builder, args[1], value, lanes)

    return lanes(like, value), code


@intrinsic
def fma(context, a, b, c):
    """a b + c, rounded once."""
    return _computed(lambda builder, lanes, *args: _call(builder, lanes, "fma", *args), (a, b, c))


@intrinsic
def root(context, a):
    """The square root, correctly rounded."""
    return _computed(lambda builder, lanes, a: _call(builder, lanes, "sqrt", a), (a,))


@intrinsic
def size(context, a):
    """a without its sign."""
    return _computed(lambda builder, lanes, a: _call(builder, lanes, "fabs", a), (a,))


@intrinsic
def with_sign(context, a, b):
    """a with the sign of b."""
    return _computed(lambda builder, lanes, *args: _call(builder, lanes, "copysign", *args), (a, b))


@intrinsic
def above(context, a, b, yes, no):
    """``yes`` where a > b, else ``no``, which is also the answer where a or b is NaN."""

    def emit(builder: Any, lanes: Lanes, a: Any, b: Any, yes: Any, no: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", a, b), yes, no)

    return _computed(emit, (a, b, yes, no))


@intrinsic
def two_to(context, shifted):
    """2 ** k, where the lowest bits of ``shifted`` hold the whole number k; k from -126 to 127 (-1022 to 1023)."""

    def emit(builder: Any, lanes: Lanes, shifted: Any) -> Any:
        bits = builder.shl(builder.bitcast(shifted, lanes.integers), _integer(lanes, _MANTISSA_BITS[lanes.dtype]))
        return builder.bitcast(builder.add(bits, _integer(lanes, _ONE[lanes.dtype])), lanes.vector)

    return _computed(emit, (shifted,))


@intrinsic
def exponent(context, a):
    """The k of a = 2 ** k f with f from the root of 1/2 to the root of 2; for a positive and normal."""

    def emit(builder: Any, lanes: Lanes, a: Any) -> Any:
        above_root = builder.sub(builder.bitcast(a, lanes.integers), _integer(lanes, _ROOT_OF_HALF[lanes.dtype]))
        return builder.sitofp(builder.ashr(above_root, _integer(lanes, _MANTISSA_BITS[lanes.dtype])), lanes.vector)

    return _computed(emit, (a,))


@intrinsic
def mantissa(context, a):
    """The f that goes with :func:`exponent`."""

    def emit(builder: Any, lanes: Lanes, a: Any) -> Any:
        root = _integer(lanes, _ROOT_OF_HALF[lanes.dtype])
        above_root = builder.sub(builder.bitcast(a, lanes.integers), root)
        low = builder.and_(above_root, _integer(lanes, (1 << _MANTISSA_BITS[lanes.dtype]) - 1))
        return builder.bitcast(builder.add(low, root), lanes.vector)

    return _computed(emit, (a,))


@intrinsic
def load(context, array, row):
    """Row ``row`` of a C-contiguous array whose last axis is the starts."""
    lanes = Lanes(array.dtype)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, sig, args), align=array.dtype.bitwidth // 8)

    return lanes(array, types.intp), code


@intrinsic
def store(context, array, row, value):
    """Put ``value``, lanes or a number for all of them, into row ``row``."""
    lanes = Lanes(array.dtype)

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        spread = _spread(context, builder, args[2], value, lanes)
        builder.store(spread, _place(context, builder, sig, args[:2]), align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), code


def _place(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """Where a row begins. Rows are not aligned to 64 bytes, and that is said in each load and store."""
    lanes = Lanes(sig.args[0].dtype)
    data = context.make_array(sig.args[0])(context, builder, args[0]).data
    index = builder.mul(args[1], ir.Constant(args[1].type, lanes.width))
    return builder.bitcast(builder.gep(data, [index]), lanes.vector.as_pointer())
