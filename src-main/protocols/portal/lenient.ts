/** Shapes for answers that cannot be relied upon: what is odd becomes null or is left out, what is long is cut. */
import { z } from 'zod'

/**
 * Text from outside, fit to be shown: one line, no control characters, nothing that turns the direction of writing.
 * @param most characters that are kept
 */
export function shownText(value: unknown, most: number): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  const cleaned = text
    .slice(0, most * 8)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\s]+/g, ' ')
    .toWellFormed()
    .trim()
  return cleaned.length <= most ? cleaned : `${cleaned.slice(0, most - 1).toWellFormed()}…`
}

const anything = z.unknown().optional()

/** Text, empty where there is none. */
export const text = (most: number) => anything.transform((value) => shownText(value, most))

/** A number, also one that is written as text; null for anything else. */
export const number = anything.transform((value): number | null => {
  if (typeof value === 'string' && /^ *-?\d{1,15}(\.\d{1,15})? *$/.test(value)) return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
})

/** A share in percent. */
export const percentage = number.transform((value) =>
  value === null || value < 0 || value > 100 ? null : value,
)

/** A size in bytes, or whatever else cannot be below zero. */
export const amount = number.transform((value) => (value === null || value < 0 ? null : value))

/** At most `most` items; those that do not fit the shape are left out. */
export const list = <T extends z.ZodType>(item: T, most: number) =>
  z.array(z.unknown()).transform((items): z.infer<T>[] =>
    items.slice(0, most).flatMap((one) => {
      const parsed = item.safeParse(one)
      return parsed.success ? [parsed.data] : []
    }),
  )

const units: Record<string, number> = { B: 0, KB: 1, MB: 2, GB: 3, TB: 4, PB: 5 }

/** A size as the portal writes it (`12.0 MB`, in steps of 1024), in bytes. */
export const sizeText = anything.transform((value): number | null => {
  const found = typeof value === 'string' ? /^(\d{1,9}(?:\.\d{1,3})?) ([KMGTP]?B)$/.exec(value.trim()) : null
  return found ? Math.round(Number(found[1]) * 1024 ** (units[found[2]!] ?? 0)) : null
})
