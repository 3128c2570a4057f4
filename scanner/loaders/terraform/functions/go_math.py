"""`log` and `pow` of 64-bit floats step by step as Go computes them, since the last digit depends on the steps.

Go's own last digit of a power with a fractional exponent depends on the processor; ours is the C library's.
Facts: `src/math/log.go` and `src/math/pow.go` of the Go standard library.
"""

from __future__ import annotations

import math
from typing import Final

_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_LOG: Final = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip


def natural_logarithm(x: float) -> float:
    """`math.Log` of a positive number."""
    if math.isinf(x):
        return x
    fraction, exponent = math.frexp(x)
    if fraction < math.sqrt(2) / 2:
        fraction, exponent = fraction * 2, exponent - 1
    f, k = fraction - 1, float(exponent)
    l1, l2, l3, l4, l5, l6, l7 = _LOG
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    rest = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7))) + s4 * (l2 + s4 * (l4 + s4 * l6))
    half = 0.5 * f * f
    return k * _LN2_HIGH - ((half - (s * (half + rest) + k * _LN2_LOW)) - f)


def raised(x: float, y: float) -> float:
    """`math.Pow`; NaN where the result is none, infinite where it is out of range."""
    if y == 0 or x == 1:
        return 1.0
    if y == 1:
        return x
    if x == 0 or math.isinf(x) or math.isinf(y):
        return _of_limits(x, y)
    if abs(y) == 0.5:
        return (math.sqrt(x) if y > 0 else 1 / math.sqrt(x)) if x > 0 else math.nan
    fraction, whole = math.modf(abs(y))
    if fraction and x < 0:
        return math.nan
    if whole >= 2.0**63:
        return 1.0 if x == -1 else 0.0 if (abs(x) < 1) == (y > 0) else math.inf
    return _stepwise(x, y, fraction, int(whole))


def _of_limits(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except ValueError:
        return math.copysign(math.inf, x) if y % 2 == 1 else math.inf


def _stepwise(x: float, y: float, fraction: float, whole: int) -> float:
    result, scale = 1.0, 0
    if fraction:
        if fraction > 0.5:
            fraction, whole = fraction - 1, whole + 1
        result = math.exp(fraction * natural_logarithm(x))
    factor, exponent = math.frexp(x)
    while whole:
        if not -(1 << 12) <= exponent <= 1 << 12:
            scale += exponent
            break
        if whole & 1:
            result, scale = result * factor, scale + exponent
        factor, exponent = factor * factor, exponent * 2
        if factor < 0.5:
            factor, exponent = factor * 2, exponent - 1
        whole >>= 1
    if y < 0:
        result, scale = 1 / result, -scale
    try:
        return math.ldexp(result, scale)
    except OverflowError:
        return math.copysign(math.inf, result)
