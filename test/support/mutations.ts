/** Changes to the answers of services, in the terms of their shapes. */
import { anything, constantFrom, oneof, string } from 'fast-check'

/** All places in a JSON value, as ways to put something else there. */
export function places(value: unknown, put: (other: unknown) => unknown): ((other: unknown) => unknown)[] {
  if (typeof value !== 'object' || value === null) return [put]
  const inside = Object.entries(value).flatMap(([key, member]) =>
    places(member, (other) => {
      const copy = structuredClone(value) as Record<string, unknown>
      if (other === undefined) delete copy[key]
      else Object.defineProperty(copy, key, { value: other, enumerable: true, configurable: true })
      return put(copy)
    }),
  )
  return [put, ...inside]
}

/** Values that such services have been seen to send, and ones that they should not. */
export const other = oneof(
  constantFrom<unknown>(undefined, null, true, 0, -1, 1.5, 1e308, '', '0', '47989', '9'.repeat(400), [], {}),
  constantFrom<unknown>('__proto__', 'ml-alice-1', '4711; id', '\u0000', 'ä'.repeat(5000), [[[[]]]]),
  string({ unit: 'binary' }),
  anything({ withNullPrototype: false }),
)

/** HTTP statuses, success more often than its share. */
export const statuses = constantFrom(
  200,
  200,
  200,
  201,
  204,
  302,
  400,
  401,
  403,
  404,
  413,
  415,
  418,
  500,
  502,
  503,
  504,
)
