/** IEEE 754 binary16 ("half"), in which TensorFlow.js keeps float16-quantised weights. */

/** The number that 16 bits stand for: 1 sign, 5 exponent (bias 15) and 10 fraction bits; exact in float32. */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
