/** A token of the portal from standard input: never from arguments or environment, which others can read. */
import { fail } from '../shared/errors.ts'

const maximumBytes = 16 * 1024

/** @throws VizlinkError bad-request: nothing came, or too much */
export async function readToken(): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > maximumBytes) break
    chunks.push(bytes)
  }
  const token = Buffer.concat(chunks).toString('utf8').trim()
  if (token !== '' && size <= maximumBytes) return token
  throw fail('bad-request', 'no-token-on-input', { retryable: false })
}
