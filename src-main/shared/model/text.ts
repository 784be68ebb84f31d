/** Texts as they cross processes, bounded. Apart from `texts`, which is needed before anything is checked. */
import { z } from 'zod'
import { longest } from '../bounds.ts'
import { isTextKey, type Text, type TextKey, type TextValue } from '../texts/index.ts'

const key = z.custom<TextKey>((value) => typeof value === 'string' && value.length <= 120 && isTextKey(value))
const plain = z.union([z.string().max(longest.fact), z.number()])
const name = z.string().max(40)

/** Texts contain texts (a panel’s reason, the reason of a service, what a server said): this deep and no deeper. */
const deepest = 3
const valueAbove = (depth: number): z.ZodType<TextValue> =>
  depth === 0
    ? plain
    : (z.union([
        plain,
        z.object({ key, values: z.record(name, valueAbove(depth - 1)).optional() }),
      ]) as z.ZodType<TextValue>)

export const textValuesSchema = z.record(name, valueAbove(deepest))

export const textSchema: z.ZodType<Text> = z.object({
  key,
  values: textValuesSchema.optional(),
}) as z.ZodType<Text>

/** Words of a program as they are, or a text. */
export const sayingSchema = z.union([z.string().max(2000), textSchema])
