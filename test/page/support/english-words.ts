/** What of the English catalogue is in a text that should be Korean. */
import { catalogues } from '../../../src-main/shared/texts/catalogues.generated.ts'

/** Texts of a catalogue, cut at their placeholders. */
function partsOf(tree: object): string[] {
  return Object.values(tree).flatMap((value: unknown) =>
    typeof value === 'string' ? value.split(/\{\{.*?\}\}/) : partsOf(value as object),
  )
}

/** Every so many English words that follow each other in a text; numbers and Korean words end a row. */
function rowsOf(count: number, text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}'’_-]+/gu) ?? []
  return words
    .map((_, at) => words.slice(at, at + count))
    .filter((row) => row.length === count && row.every((word) => /^[a-z'’_-]{2,}$|^a$/.test(word)))
    .map((row) => row.join(' '))
}

/** By their length, the rows of words that the English catalogue has and the Korean one has not. */
const onlyEnglish = [1, 2, 3].map((count) => {
  const korean = new Set(partsOf(catalogues.ko).flatMap((part) => rowsOf(count, part)))
  return new Set(
    partsOf(catalogues.en)
      .flatMap((part) => rowsOf(count, part))
      .filter((row) => !korean.has(row)),
  )
})

/**
 * Whether a text has so many words in a row that are English in the catalogue. One or two may as well be of a portal or cluster,
 * whose words are to be taken out before.
 */
export const hasEnglishRow = (count: 1 | 2 | 3, text: string): boolean =>
  rowsOf(count, text).some((row) => onlyEnglish[count - 1]?.has(row))
