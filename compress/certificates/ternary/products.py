"""Products of few weights with many examples, and their slopes: sums in one order, everywhere.

Arrays of values are (blocks, channels, rows, columns, ``LANES``): examples lie last, ``LANES`` of
them at a time, so that an instruction serves sixteen and no sum runs across them.  Each sum is a
chain of fused multiply-adds over a list of *taps*: places in memory, from a place to begin at.  How
many chains run side by side changes no bit.
"""

import llvmlite.ir as ir
import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic

from stablenoise.kernels.compiler import jit

LANES = 32  # examples of a block: two vectors
WIDTH = 16  # floats of a vector
VECTOR = ir.VectorType(ir.FloatType(), WIDTH)
AT_ONCE = 8  # chains of two vectors that fit in 32 registers with what they need
SQUARE = 4  # weights, and units, whose slopes are summed side by side


def _fma(builder):
    name = f"llvm.fma.v{WIDTH}f32"
    return get_or_insert_function(builder.module, ir.FunctionType(VECTOR, [VECTOR] * 3), name)


def _load(builder, data, index):
    """Vector of an array of float32 from an index on."""
    pointer = builder.bitcast(builder.gep(data, [index]), VECTOR.as_pointer())
    return builder.load(pointer, align=4)


def _store(builder, value, data, index):
    pointer = builder.bitcast(builder.gep(data, [index]), VECTOR.as_pointer())
    builder.store(value, pointer, align=4)


def _spread(builder, value):
    """Vector of one float."""
    one = builder.insert_element(
        ir.Constant(VECTOR, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    mask = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), mask)


def _data(context, builder, kind, value):
    return context.make_array(kind)(context, builder, value=value).data


def _number(k):
    return ir.Constant(ir.IntType(64), k)


def product_of(units):
    """Intrinsic: ``units`` rows of weights times the values at the taps, for one block."""

    @intrinsic
    def product(_, out, o, step, weights, w, row, values, start, taps, first, count):
        """Sums over t of weights[w + u row + t] values[start + taps[first + t] :] for each u."""
        signature = types.void(
            out,
            *[types.int64] * 2,
            weights,
            *[types.int64] * 2,
            values,
            types.int64,
            taps,
            *[types.int64] * 2,
        )

        def emit(context, builder, signature, args):
            kinds = signature.args
            into, w_data, x_data, tap_data = (
                _data(context, builder, kinds[k], args[k]) for k in (0, 3, 6, 8)
            )
            _, o, step, _, w, row, _, start, _, first, count = args
            zero = ir.Constant(VECTOR, [0.0] * WIDTH)
            sums = [cgutils.alloca_once_value(builder, zero) for _ in range(2 * units)]
            for cell in sums:
                builder.store(zero, cell)
            fma = _fma(builder)
            with cgutils.for_range(builder, count) as loop:
                t = loop.index
                tap = builder.load(builder.gep(tap_data, [builder.add(first, t)]))
                place = builder.add(start, tap)
                x = [_load(builder, x_data, builder.add(place, _number(k * WIDTH))) for k in (0, 1)]
                at = builder.add(w, t)
                for u in range(units):
                    weight = _spread(builder, builder.load(builder.gep(w_data, [at])))
                    for k in (0, 1):
                        cell = sums[2 * u + k]
                        builder.store(builder.call(fma, [weight, x[k], builder.load(cell)]), cell)
                    at = builder.add(at, row)
            for u in range(units):
                for k in (0, 1):
                    _store(
                        builder,
                        builder.load(sums[2 * u + k]),
                        into,
                        builder.add(o, _number(k * WIDTH)),
                    )
                o = builder.add(o, step)
            return context.get_dummy_value()

        return signature, emit

    return product


def slopes_of(units, side):
    """Intrinsic: sums, by lanes, of slopes of ``units`` units times the values at ``side`` taps."""

    @intrinsic
    def slopes(_, lanes, slope, s, step, values, start, taps, first, columns, stride):
        """Add over q slope[s + u step + LANES q :] values[start + taps[first + t] + stride q :]."""
        signature = types.void(
            lanes, slope, *[types.int64] * 2, values, types.int64, taps, *[types.int64] * 3
        )

        def emit(context, builder, signature, args):
            kinds = signature.args
            into, s_data, x_data, tap_data = (
                _data(context, builder, kinds[k], args[k]) for k in (0, 1, 4, 6)
            )
            _, _, s, step, _, start, _, first, columns, stride = args
            sums = []
            for k in range(units * side):
                sums.append(cgutils.alloca_once(builder, VECTOR))
                builder.store(_load(builder, into, _number(k * WIDTH)), sums[-1])
            places = []
            for t in range(side):
                tap = builder.load(builder.gep(tap_data, [builder.add(first, _number(t))]))
                places.append(builder.add(start, tap))
            fma = _fma(builder)
            with cgutils.for_range(builder, columns) as loop:
                here = builder.add(s, builder.mul(loop.index, _number(LANES)))
                there = builder.mul(loop.index, stride)
                for k in (0, WIDTH):
                    x = [
                        _load(builder, x_data, builder.add(builder.add(p, there), _number(k)))
                        for p in places
                    ]
                    at = builder.add(here, _number(k))
                    for u in range(units):
                        d = _load(builder, s_data, at)
                        for t in range(side):
                            cell = sums[u * side + t]
                            builder.store(builder.call(fma, [d, x[t], builder.load(cell)]), cell)
                        at = builder.add(at, step)
            for k in range(units * side):
                _store(builder, builder.load(sums[k]), into, _number(k * WIDTH))
            return context.get_dummy_value()

        return signature, emit

    return slopes


P1, P2, P3, P4, P5, P6, P7, P8 = (product_of(k) for k in range(1, AT_ONCE + 1))
S1, S2, S3, S4 = (slopes_of(k, SQUARE) for k in range(1, SQUARE + 1))


@jit
def multiplied(out, weights, values, taps, stride):
    """Fill ``out`` with weights, (units, count), times the values at taps from each place on.

    ``values`` are (blocks, channels, rows, columns, LANES), wide enough that no tap leaves them;
    a place is ``stride`` rows and columns from the next.
    """
    blocks, units, rows, columns, _ = out.shape
    flat, w, x = out.reshape(-1), weights.reshape(-1), values.reshape(-1)
    _, channels, high, wide, _ = values.shape
    row = weights.shape[1]
    step = rows * columns * LANES
    groups = (units + AT_ONCE - 1) // AT_ONCE
    for b in range(blocks):
        for g in range(groups):
            first, last = g * units // groups, (g + 1) * units // groups
            many = last - first
            for r in range(rows):
                for q in range(columns):
                    o = ((b * units + first) * rows + r) * columns * LANES + q * LANES
                    s = ((b * channels * high + r * stride) * wide + q * stride) * LANES
                    a = first * row
                    if many == 1:
                        P1(flat, o, step, w, a, row, x, s, taps, 0, row)
                    elif many == 2:
                        P2(flat, o, step, w, a, row, x, s, taps, 0, row)
                    elif many == 3:
                        P3(flat, o, step, w, a, row, x, s, taps, 0, row)
                    elif many == 4:
                        P4(flat, o, step, w, a, row, x, s, taps, 0, row)
                    elif many == 5:
                        P5(flat, o, step, w, a, row, x, s, taps, 0, row)
                    elif many == 6:
                        P6(flat, o, step, w, a, row, x, s, taps, 0, row)
                    elif many == 7:
                        P7(flat, o, step, w, a, row, x, s, taps, 0, row)
                    else:
                        P8(flat, o, step, w, a, row, x, s, taps, 0, row)


@jit
def slopes(slope, values, taps, stride):
    """Slopes in the weights, (units, count), from those in the outputs; see ``multiplied``."""
    blocks, units, rows, columns, _ = slope.shape
    _, channels, high, wide, _ = values.shape
    count = taps.size
    padded = np.zeros((count + SQUARE - 1) // SQUARE * SQUARE, np.int64)
    padded[:count] = taps
    out = np.zeros((units, count), np.float32)
    flat, x = slope.reshape(-1), values.reshape(-1)
    lanes = np.zeros(SQUARE * SQUARE * WIDTH, np.float32)
    groups = (units + SQUARE - 1) // SQUARE
    step = rows * columns * LANES
    for g in range(groups):
        begin, end = g * units // groups, (g + 1) * units // groups
        many = end - begin
        for first in range(0, padded.size, SQUARE):
            lanes[:] = 0
            for b in range(blocks):
                for r in range(rows):
                    s = ((b * units + begin) * rows + r) * columns * LANES
                    v = (b * channels * high + r * stride) * wide * LANES
                    if many == 1:
                        S1(lanes, flat, s, step, x, v, padded, first, columns, stride * LANES)
                    elif many == 2:
                        S2(lanes, flat, s, step, x, v, padded, first, columns, stride * LANES)
                    elif many == 3:
                        S3(lanes, flat, s, step, x, v, padded, first, columns, stride * LANES)
                    else:
                        S4(lanes, flat, s, step, x, v, padded, first, columns, stride * LANES)
            for u in range(many):
                for t in range(min(SQUARE, count - first)):
                    total = np.float32(0)
                    for k in range(WIDTH):
                        total += lanes[(u * SQUARE + t) * WIDTH + k]
                    out[begin + u, first + t] = total
    return out
