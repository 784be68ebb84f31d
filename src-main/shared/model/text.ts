/** Texts as they cross processes, bounded. Apart from `texts`, which is needed before anything is checked. */
import { z } from 'zod'
import { longest } from '../bounds.ts'
import { isTextKey, type Text, type TextKey } from '../texts/index.ts'

const key = z.custom<TextKey>((value) => typeof value === 'string' && value.length <= 120 && isTextKey(value))
const plain = z.union([z.string().max(longest.fact), z.number()])
const name = z.string().max(40)

/** A text inside a text has plain values only: nothing is nested without a bound. */
const inner = z.object({ key, values: z.record(name, plain).optional() })

export const textValuesSchema = z.record(name, z.union([plain, inner]))

export const textSchema: z.ZodType<Text> = z.object({
  key,
  values: textValuesSchema.optional(),
}) as z.ZodType<Text>

/** Words of a program as they are, or a text. */
export const sayingSchema = z.union([z.string().max(2000), textSchema])
