/** Systematic Reed-Solomon over GF(2^8), polynomial 0x11D, as GameStream uses it for video (nanors' Cauchy matrix). */

const exponent = new Uint8Array(510)
const logarithm = new Uint8Array(256)
for (let power = 0, value = 1; power < 255; power++) {
  exponent[power] = value
  exponent[power + 255] = value
  logarithm[value] = power
  value <<= 1
  if (value & 0x100) value ^= 0x11d
}

const inverse = (value: number): number => exponent[255 - (logarithm[value] ?? 0)] ?? 0

/** Product in the field. */
export function multiply(left: number, right: number): number {
  if (left === 0 || right === 0) return 0
  return exponent[(logarithm[left] ?? 0) + (logarithm[right] ?? 0)] ?? 0
}

/** Coefficient of data shard `column` in parity shard `row`. */
export function coefficient(parityCount: number, row: number, column: number): number {
  return inverse((parityCount + column) ^ row)
}

/** 256 products of `factor`, for one pass over a shard. */
function productTable(factor: number): Uint8Array {
  const table = new Uint8Array(256)
  const log = logarithm[factor] ?? 0
  for (let value = 1; value < 256; value++) table[value] = exponent[log + (logarithm[value] ?? 0)] ?? 0
  return table
}

/**
 * Parity shards over whole data shards of equal size.
 * @param data at least one shard; data + parity at most 255
 */
export function encodeParity(data: readonly Uint8Array[], parityCount: number): Buffer[] {
  if (data.length + parityCount > 255) throw new Error('too many shards for Reed-Solomon')
  const size = data[0]?.length ?? 0
  return Array.from({ length: parityCount }, (_, row) => {
    const parity = Buffer.alloc(size)
    data.forEach((shard, column) => {
      const table = productTable(coefficient(parityCount, row, column))
      for (let index = 0; index < size; index++) parity[index]! ^= table[shard[index]!]!
    })
    return parity
  })
}
