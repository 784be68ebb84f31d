/**
 * What the host has encoded and when, for tests that compare it with what is shown: one line of JSON a picture, and one for each
 * stream that begins or gets another rate, with its size, pictures a second and bits. Host and tests are on one machine, whose clock both read.
 */
import { openSync, writeSync } from 'node:fs'

/** File of the record, in the host's folder. */
export const recordName = 'pictures.jsonl'

export type RecordLine =
  | { stream: { width: number; height: number; fps: number; bitrateKbps: number }; at: number }
  | {
      /** Of the strip: from 1 in each stream. */
      counter: number
      /** When the encoder had it, Unix ms. */
      at: number
      /** Of the encoded picture. */
      bytes: number
      keyFrame: boolean
      /** Presses of buttons so far, as in the strip. */
      buttons: number
    }

/** Adds to the record; the file ends with the process. */
export function openRecord(path: string): (line: RecordLine) => void {
  const file = openSync(path, 'a', 0o600)
  return (line) => void writeSync(file, `${JSON.stringify(line)}\n`)
}
