/** The user's SSH agent: which keys it holds, also those that cannot be used here, and signatures by them. */
import { connect } from 'node:net'
import type { ParsedKey } from 'ssh2'
import type { LinkQuestions } from '../../link-process/messages.ts'
import { typeOfBlob, WireReader } from '../../protocols/ssh/wire.ts'
import { lineOf, loadSsh2 } from './key-file.ts'

export interface AgentKeys {
  /** `type base64`, in the agent's order. */
  keys: string[]
  /** Security keys and certificates: type and comment. */
  unusable: string[]
  sign(input: LinkQuestions['sign']['input']): Promise<string | null>
}

const agentDeadlineMs = 30_000
/** An agent may ask its user to touch a key; only that ends it, for the link's own clock is paused while it is asked. */
const signatureDeadlineMs = 120_000
/** As OpenSSH bounds an agent's answer. */
const maximumAnswer = 256 * 1024
/** The agent's protocol (draft-miller-ssh-agent): a request for the identities and its answer. */
const requestIdentities = Buffer.from([0, 0, 0, 1, 11])
const identitiesAnswer = 12

/** Where the agent of Windows listens; no variable names it. */
const windowsPipe = '\\\\.\\pipe\\openssh-ssh-agent'

/** The agent that ssh takes where no configuration names one; empty: there is none. */
export const usualAgent = (
  { SSH_AUTH_SOCK }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string => SSH_AUTH_SOCK ?? (platform === 'win32' ? windowsPipe : '')

/** What the agent answers when it is asked for its keys; an agent that is gone or hangs answers nothing. */
function askForIdentities(path: string): Promise<Buffer> {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0)
    const socket = connect(path)
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(end, agentDeadlineMs)
    socket.on('error', end)
    socket.on('close', end)
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      const length = new WireReader(answer).number() ?? maximumAnswer
      if (answer.length >= 4 + length || answer.length > maximumAnswer) end()
    })
    socket.write(requestIdentities)
  })
}

/** Keys and comments in an agent's answer; what is cut off in it counts as absent. */
export function parseIdentities(answer: Buffer): { blob: Buffer; comment: string }[] {
  if (answer.length < 9 || answer[4] !== identitiesAnswer) return []
  const reader = new WireReader(answer, 5)
  const found: { blob: Buffer; comment: string }[] = []
  for (let left = reader.number() ?? 0; left > 0; left--) {
    const blob = reader.string()
    const comment = reader.string()
    if (!blob || !comment) break
    found.push({ blob, comment: comment.toString('utf8') })
  }
  return found
}

/** @param path the agent's socket or pipe */
export async function agentKeys(path: string): Promise<AgentKeys> {
  const { createAgent, utils } = await loadSsh2()
  const byLine = new Map<string, ParsedKey>()
  const unusable: string[] = []
  for (const { blob, comment } of parseIdentities(await askForIdentities(path))) {
    const parsed = utils.parseKey(blob)
    if (!(parsed instanceof Error)) byLine.set(lineOf(parsed), parsed)
    else unusable.push(`${typeOfBlob(blob)} ${comment}`)
  }
  const agent = createAgent(path)
  return {
    keys: [...byLine.keys()],
    unusable,
    sign: ({ publicKey, data, hash }) =>
      new Promise((resolve) => {
        const key = byLine.get(publicKey)
        if (!key) return resolve(null)
        const options = hash ? { hash } : {}
        const timer = setTimeout(() => resolve(null), signatureDeadlineMs)
        agent.sign(key, Buffer.from(data, 'base64'), options, (error, signature) => {
          clearTimeout(timer)
          resolve(error || !signature ? null : Buffer.from(signature).toString('base64'))
        })
      }),
  }
}
