/**
 * JSON of services that write more than JSON: Python's `json.dumps` writes NaN and Infinity, and some files begin with a byte order
 * mark. Nothing else is forgiven.
 */

/** Strings, to be left as they are (also one without an end), and the words for numbers that are none. */
const stringOrWord = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|$)|-?\bInfinity\b|\bNaN\b/g

/** The value of a text; a number that is none is null. Undefined where the text is no JSON even so. */
export function parseLenientJson(text: string): unknown {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    return JSON.parse(body) as unknown
  } catch {
    // Most answers are JSON as they are.
  }
  const replaced = body.replace(stringOrWord, (found) => (found.startsWith('"') ? found : 'null'))
  if (replaced === body) return undefined
  try {
    return JSON.parse(replaced) as unknown
  } catch {
    return undefined
  }
}
