/** What an SSH server says to people while somebody logs in: banners, notices, the reason of an end. */
import { stripVTControlCharacters } from 'node:util'
import { bounded, longest } from '../../shared/bounds.ts'
import type { EvidenceItem } from '../../shared/errors.ts'

/** A server that says more than this before it is left speaks to no person. */
const mostBytes = 16 * 1024

/** Characters that steer a terminal, hide, or turn the direction of writing. Lines stay lines. */
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g

/**
 * Text of a server, fit to be shown on a page and in a terminal.
 * @param most characters that are kept
 */
export function plainText(text: string, most: number): string {
  const lines = stripVTControlCharacters(text.slice(0, mostBytes).replace(/\r\n?/g, '\n'))
    .replace(unseen, ' ')
    .toWellFormed()
    .split('\n')
    .map((line) => line.trimEnd())
  return bounded(
    lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    most,
  )
}

/** Collects what one server says; the last words are kept, for they are nearest to the end. */
export class ServerWords {
  private said: string[] = []

  add(text: string): string {
    const plain = plainText(text, longest.evidence)
    if (plain !== '' && this.said.at(-1) !== plain) this.said.push(plain)
    while (this.said.length > 1 && this.said.join('\n').length > longest.evidence) this.said.shift()
    return plain
  }

  /** All of it, empty where the server said nothing. */
  get text(): string {
    return this.said.join('\n')
  }

  /** The last thing that it said, empty where it said nothing. */
  get last(): string {
    return this.said.at(-1) ?? ''
  }

  get evidence(): EvidenceItem[] {
    return this.said.length === 0 ? [] : [{ label: 'server-said', value: this.text }]
  }
}
