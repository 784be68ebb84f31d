/**
 * The body of an HTTP answer as text. Servers and proxies between compress without being asked to, name an encoding
 * that the body does not have, and write their own pages in the character set of their country.
 */
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

/** What an answer's headers say of its body. */
export interface BodyHeaders {
  'content-encoding'?: string | string[] | undefined
  'content-type'?: string | string[] | undefined
}

const decompressions = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

/**
 * Reads a body to its end.
 * @param most bytes, as they come and decompressed
 * @returns null: there are more
 * @throws what the connection fails with
 */
export async function readBody(
  body: AsyncIterable<Buffer>,
  headers: BodyHeaders,
  most: number,
): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) return null
    chunks.push(chunk)
  }
  const bytes = await decompressed(Buffer.concat(chunks), String(headers['content-encoding'] ?? ''), most)
  return bytes && decoded(bytes, String(headers['content-type'] ?? ''))
}

async function decompressed(bytes: Buffer, encoding: string, most: number): Promise<Buffer | null> {
  const decompress = decompressions.get(encoding.trim().toLowerCase())
  if (!decompress) return bytes
  try {
    return await decompress(bytes, { maxOutputLength: most })
  } catch (error) {
    // A proxy may have decompressed it and left the header as it was.
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? null : bytes
  }
}

const charset = /charset=["']?([\w-]{1,40})/i

/** UTF-8 where it is that, whatever is said of it; else as its mark, its header or its page says. */
function decoded(bytes: Buffer, contentType: string): string {
  const mark = bytes.subarray(0, 2).toString('hex')
  const byMark = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : null
  const bySaying = (): string | undefined =>
    (charset.exec(contentType) ?? charset.exec(bytes.subarray(0, 1024).toString('latin1')))?.[1]
  try {
    return new TextDecoder(byMark ?? 'utf-8', { fatal: byMark === null }).decode(bytes)
  } catch {
    // Below.
  }
  try {
    return new TextDecoder(bySaying() ?? 'utf-8').decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}

/** Whether a text is a web page: its beginning is enough. */
export const isPage = (text: string): boolean => /^\s*<(!--|!doctype\b|html\b|head\b)/i.test(text)
