/**
 * Questions of the system's `ssh`: `vizlink-askpass` (native/askpass) brings each one by a socket of the app alone and prints the
 * answer. Nothing of an answer is in arguments, environment or files.
 */
import type { Socket } from 'node:net'
import { z } from 'zod'
import { longest } from '../shared/bounds.ts'
import type { PrivateSocket, PrivateSockets } from './private-sockets.ts'

/** Bytes of one question; a host key with its certificate is the largest. */
const mostQuestion = 64 * 1024
/** A question comes in one piece. */
const questionMs = 10_000
const maximumConnections = 8

const promptSchema = z
  .tuple([z.literal('prompt'), z.enum(['', 'confirm', 'none']), z.string().max(mostQuestion)])
  .transform(([kind, hint, text]) => ({ kind, hint, text }))

const hostKeySchema = z
  .tuple([
    z.literal('host-key'),
    /** The host that the login leads to; another one that `ssh` passes on its way. */
    z.enum(['target', 'jump']),
    /** What `ssh` wants to know: which keys a host has, or whether this one is the host's. */
    z.enum(['ORDER', 'HOSTNAME', 'ADDRESS']),
    z
      .string()
      .max(longest.line)
      .regex(/^[\w.:[\]%-]+$/),
    z
      .string()
      .max(64)
      .regex(/^[\w@.-]+$/),
    z.string().regex(/^([A-Za-z0-9+/]+=*|NONE)$/),
  ])
  .transform(([kind, role, reason, name, type, key]) => ({ kind, role, reason, name, type, key }))

const questionSchema = z.union([promptSchema, hostKeySchema])
export type AskpassQuestion = z.infer<typeof questionSchema>

/** Reads a question. @returns null: more of it has to come; undefined: it is none */
export function readQuestion(bytes: Buffer): AskpassQuestion | null | undefined {
  const end = bytes.indexOf('\n')
  if (end < 0) return bytes.length > 8 ? undefined : null
  const digits = bytes.subarray(0, end).toString('latin1')
  const length = /^\d{1,6}$/.test(digits) ? Number(digits) : 0
  if (length === 0 || length > mostQuestion) return undefined
  const body = bytes.subarray(end + 1)
  if (body.length < length) return null
  if (body.length > length || body.at(-1) !== 0) return undefined
  const fields = body.subarray(0, -1).toString('utf8').split('\0')
  return questionSchema.safeParse(fields).data
}

/**
 * Listens for the questions of one login.
 * @param answer what is printed; null: there is no answer. A prompt with the hint `none` wants none: `ssh` ends it
 */
export function listenForQuestions(
  sockets: PrivateSockets,
  answer: (question: AskpassQuestion) => Promise<string | null>,
): Promise<PrivateSocket> {
  return sockets.listen({ purpose: 'askpass', maximumConnections }, (socket) => serve(socket, answer))
}

function serve(socket: Socket, answer: (question: AskpassQuestion) => Promise<string | null>): void {
  let bytes = Buffer.alloc(0)
  const timer = setTimeout(() => socket.destroy(), questionMs)
  socket.on('close', () => clearTimeout(timer))
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    const question = readQuestion(bytes)
    if (question === null) return
    clearTimeout(timer)
    socket.removeAllListeners('data')
    socket.resume()
    if (question === undefined) return void socket.destroy()
    answer(question).then(
      (text) => {
        if (question.kind === 'prompt' && question.hint === 'none') return
        socket.end(text === null ? '-' : `+${text}`)
      },
      () => socket.destroy(),
    )
  })
}
