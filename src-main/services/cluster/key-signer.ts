/** Signs with the user's keys inside the app: a private key file, else the SSH agent. Keys never reach a child process. */
import { readFile, stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { fail } from '../../shared/errors.ts'
import type { LinkQuestions, OfferedKey } from '../../link-process/messages.ts'

export interface KeySigner {
  /** Public keys to offer, best first. */
  keys: OfferedKey[]
  sign(input: LinkQuestions['sign']['input']): Promise<string | null>
}

/** Loaded with the first key: it is large, and the window comes first. */
const loadSsh2 = async () => (await import('ssh2')).default

const maximumKeyFile = 64 * 1024
const agentDeadlineMs = 30_000
/** An agent may ask its user to touch a key; only that ends it, for the link's own clock is paused while it is asked. */
const signatureDeadlineMs = 120_000

const lineOf = (key: ParsedKey): string => `${key.type} ${key.getPublicSSH().toString('base64')}`

function unusable(path: string, reason: string): Error {
  return fail('bad-profile', 'key-unusable', {
    evidence: [
      { label: 'file', value: path },
      { label: 'reason', value: reason },
    ],
  })
}

/** Signer for one key file. @throws VizlinkError bad-profile when it is missing, open to others, encrypted or broken */
async function fileSigner(path: string): Promise<KeySigner> {
  const information = await stat(path).catch(() => null)
  if (!information?.isFile() || information.size > maximumKeyFile)
    throw unusable(path, 'there is no such file')
  if (process.platform !== 'win32' && (information.mode & 0o077) !== 0)
    throw unusable(path, 'others may read it')
  const { utils } = await loadSsh2()
  const parsed = utils.parseKey(await readFile(path))
  if (parsed instanceof Error) throw unusable(path, parsed.message)
  if (!parsed.isPrivateKey()) throw unusable(path, 'it holds a public key')
  const line = lineOf(parsed)
  return {
    keys: [{ publicKey: line }],
    async sign({ publicKey, data, hash }) {
      if (publicKey !== line) return null
      const signature = parsed.sign(Buffer.from(data, 'base64'), hash ?? undefined) as Buffer | Error
      return signature instanceof Error ? null : signature.toString('base64')
    },
  }
}

/** Signer that passes on to the user's SSH agent. */
async function agentSigner(socket: string): Promise<KeySigner> {
  const { createAgent, utils } = await loadSsh2()
  const agent = createAgent(socket)
  const identities = await new Promise<ParsedKey[]>((resolve) => {
    const timer = setTimeout(() => resolve([]), agentDeadlineMs)
    agent.getIdentities((error, keys) => {
      clearTimeout(timer)
      const parsed = (keys ?? []).map((key) =>
        typeof key === 'object' && 'type' in key ? key : utils.parseKey(key as Buffer),
      )
      resolve(error ? [] : parsed.filter((key): key is ParsedKey => !(key instanceof Error)))
    })
  })
  const byLine = new Map(identities.map((key) => [lineOf(key), key]))
  return {
    keys: [...byLine.keys()].map((publicKey) => ({ publicKey })),
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

/** @param identityFile private key file, or null for the SSH agent that `agentSocket` names */
export async function loadSigner(
  identityFile: string | null,
  agentSocket = process.env.SSH_AUTH_SOCK,
): Promise<KeySigner> {
  if (identityFile !== null) return fileSigner(identityFile)
  if (agentSocket) return agentSigner(agentSocket)
  return { keys: [], sign: async () => null }
}
