/**
 * The RTSP answers that pass the endpoint: `server_port=` of the three SETUP answers becomes the endpoint's own port, and
 * what the stream's first datagrams will carry is learned from them. Pure functions over whole messages.
 * Format of encrypted RTSP: moonlight-common-c RtspConnection.c (24 bytes of header, AES-128-GCM of the message).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

export interface LocalPorts {
  video: number
  control: number
  audio: number
}

/** What a SETUP answer says about the coming stream. */
export interface StreamExpectation {
  pingPayload?: string
  connectData?: number
}

export type StreamKind = keyof LocalPorts

const headerSize = 24
const encryptedFlag = 0x80000000
export const maximumRtspMessage = 64 * 1024

function nonce(sequence: number, side: 'C' | 'H'): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32LE(sequence, 0)
  iv[10] = side.charCodeAt(0)
  iv[11] = 'R'.charCodeAt(0)
  return iv
}

/** Opens an encrypted message of the client (C) or host (H); null if it is none or the key does not fit. */
export function openEncrypted(
  key: Buffer,
  message: Buffer,
  side: 'C' | 'H',
): { text: string; sequence: number } | null {
  if (
    message.length < headerSize ||
    message.readUInt32BE(0) !== encryptedFlag + (message.length - headerSize)
  )
    return null
  const sequence = message.readUInt32BE(4)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce(sequence, side), { authTagLength: 16 })
  decipher.setAuthTag(message.subarray(8, headerSize))
  try {
    const plain = Buffer.concat([decipher.update(message.subarray(headerSize)), decipher.final()])
    return { text: plain.toString('latin1'), sequence }
  } catch {
    return null
  }
}

/**
 * Seals a rewritten answer under the host's own sequence number, which the client checks. The same nonce then covers two
 * plaintexts; both are seen only inside SSH and on this computer's loopback, by parties that hold the key anyway.
 */
export function sealEncrypted(key: Buffer, text: string, sequence: number, side: 'C' | 'H'): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, nonce(sequence, side), { authTagLength: 16 })
  const body = Buffer.concat([cipher.update(text, 'latin1'), cipher.final()])
  const head = Buffer.alloc(8)
  head.writeUInt32BE((encryptedFlag + body.length) >>> 0, 0)
  head.writeUInt32BE(sequence, 4)
  return Buffer.concat([head, cipher.getAuthTag(), body])
}

/** Which stream a request sets up; null for every other request. */
export function setupKind(request: string): StreamKind | null {
  const match = /^SETUP \S*streamid=(audio|video|control)[/ ]/.exec(request)
  return match ? (match[1] as StreamKind) : null
}

/** Rewrites the answer to a SETUP. An answer without a port (the client would then assume a default one) gets it. */
export function rewriteSetupAnswer(
  answer: string,
  kind: StreamKind,
  ports: LocalPorts,
): { answer: string; expectation: StreamExpectation } {
  const expectation: StreamExpectation = {}
  // Printable ASCII alone: any other payload could not be compared byte by byte with what arrives.
  const ping = /\r\nX-SS-Ping-Payload: ([!-~]{16})\r\n/.exec(answer)?.[1]
  if (ping !== undefined) expectation.pingPayload = ping
  const connect = /\r\nX-SS-Connect-Data: (\d{1,10})\r\n/.exec(answer)?.[1]
  if (connect !== undefined) expectation.connectData = Number(connect) >>> 0
  if (!/^RTSP\/1\.0 200 /.test(answer)) return { answer, expectation }
  const port = `server_port=${ports[kind]}`
  const rewritten = /(\r\nTransport: [^\r\n]*)server_port=\d+/.test(answer)
    ? answer.replace(/(\r\nTransport: [^\r\n]*)server_port=\d+/, `$1${port}`)
    : answer.replace('\r\n\r\n', `\r\nTransport: ${port}\r\n\r\n`)
  return { answer: rewritten, expectation }
}

/**
 * Rewrites one whole exchange's answer.
 * @param key launch key when the session URL says rtspenc, else null
 * @returns the answer's bytes for the client; the original where there is nothing to rewrite or it cannot be opened
 */
export function rewriteExchange(
  request: Buffer,
  answer: Buffer,
  key: Buffer | null,
  ports: LocalPorts,
): { answer: Buffer; expectation: StreamExpectation } {
  const open = (message: Buffer, side: 'C' | 'H'): ReturnType<typeof openEncrypted> =>
    key ? openEncrypted(key, message, side) : { text: message.toString('latin1'), sequence: 0 }
  const kind = setupKind(open(request, 'C')?.text ?? '')
  const opened = kind && open(answer, 'H')
  if (!opened) return { answer, expectation: {} }
  const { answer: text, expectation } = rewriteSetupAnswer(opened.text, kind, ports)
  const sealed = key ? sealEncrypted(key, text, opened.sequence, 'H') : Buffer.from(text, 'latin1')
  return { answer: sealed, expectation }
}
