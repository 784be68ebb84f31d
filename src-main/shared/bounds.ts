/** Texts from outside, held to a length. Schemas check the same lengths; they have them from here. */

/** Longest texts, in UTF-16 units. */
export const longest = {
  /** Label of a piece of evidence. */
  label: 200,
  /** A sentence for people. */
  sentence: 1000,
  /** Value of a piece of evidence. */
  evidence: 8000,
  /** A line of progress, or a name that others chose. */
  line: 300,
  /** Why something did not work, in a few words. */
  why: 500,
  /** A value that a text needs. */
  fact: 1000,
} as const

/** Pieces of evidence in one failure. */
export const mostEvidence = 50

/** `text`, cut where it is too long; an ellipsis shows that. */
export const bounded = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`

/** What a program or a server said, to be quoted: on one line, and not more of it than anybody reads. */
export const excerpt = (text: string, limit: number = longest.why): string =>
  bounded(text.replace(/\s+/g, ' ').trim(), limit)

/** The first of each name: lists of others name a thing once for each place that it is in. @param nameOf by which things are one */
export function onceEach<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const names = new Set<string>()
  return items.filter((item) => !names.has(nameOf(item)) && names.add(nameOf(item)))
}
