/** Signs with the user's keys inside the app: private key files and the SSH agent. Keys never reach a child process. */
import { plainText } from '../../protocols/ssh/server-words.ts'
import { toFailure } from '../../shared/errors.ts'
import type { OpensshReason } from '../../shared/model/desktop.ts'
import type { LinkQuestions, OfferedKey } from '../../link-process/messages.ts'
import { agentKeys, usualAgent, type AgentKeys } from './key-agent.ts'
import {
  certificateBeside,
  noSuchFile,
  readKeyFile,
  unusable,
  type AskPassphrase,
  type KeyFile,
} from './key-file.ts'

/** Which keys one server is offered. */
export interface KeySelection {
  /** Key files, private or public, best first: a public one names a key of the agent. */
  files: readonly string[]
  /** The agent's socket, or null. */
  agentSocket: string | null
  /** No key of the agent but those that the files name. */
  only: boolean
  /** A file that cannot be used is a failure. */
  required: boolean
}

export interface KeySigner {
  /** Public keys to offer, best first. */
  keys: OfferedKey[]
  /** Keys that are there and cannot be offered, in words. */
  unusable: string[]
  /** What these keys ask for that ssh2 has not. */
  wants: OpensshReason | null
  sign(input: LinkQuestions['sign']['input']): Promise<string | null>
}

/** @param identityFile a key file that is named, or null for the agent */
export const selectionOf = (
  identityFile: string | null,
  agentSocket = usualAgent(process.env),
): KeySelection => ({
  files: identityFile === null ? [] : [identityFile],
  agentSocket: agentSocket || null,
  only: identityFile !== null,
  required: identityFile !== null,
})

const noKeys: AgentKeys = { keys: [], unusable: [], sign: async () => null }
const longestName = 200

/**
 * In OpenSSH's order: keys of the agent that the files name, the agent's other keys, keys in files.
 * @throws VizlinkError bad-profile: a file that is required cannot be used
 */
export async function loadSigner(
  { files, agentSocket, only, required }: KeySelection,
  ask: AskPassphrase = async () => null,
): Promise<KeySigner> {
  const refused: string[] = []
  const read = files.map((path) =>
    readKeyFile(path, ask, required).catch((error: unknown) => {
      if (required) throw error
      const reason = toFailure(error).evidence.find(({ label }) => label === 'reason')?.value ?? ''
      // The usual files are looked for, and need not be there.
      if (reason !== noSuchFile) refused.push(`${path} (${reason})`)
      return null
    }),
  )
  const found = (await Promise.all(read)).filter((file): file is KeyFile => file !== null)
  // A hanging agent holds up only those who need it.
  const needsAgent = !only || found.some(({ unlock, locked }) => unlock === null || locked)
  const agent = needsAgent && agentSocket !== null ? await agentKeys(agentSocket) : noKeys
  const named = found.map(({ publicKey }) => publicKey)
  const inAgent = agent.keys.filter((key) => named.includes(key))
  const others = only ? [] : agent.keys.filter((key) => !named.includes(key))
  const inFiles = found.filter(({ publicKey, unlock }) => unlock && !inAgent.includes(publicKey ?? ''))
  const stray = found.find(
    ({ publicKey, unlock }) => publicKey !== null && !unlock && !inAgent.includes(publicKey),
  )
  if (stray && required) throw unusable(stray.path, 'it is a public key that the agent does not hold')
  const lines = [...inAgent, ...others, ...inFiles.map(({ publicKey }) => publicKey ?? '')]
  const certificates = await certificatesOf(found)
  const foreign = only ? [] : agent.unusable
  return {
    wants: wantsOf([...certificates, ...found.map(({ type }) => type), ...foreign], {
      named: required ? found.map(({ type }) => type) : [],
      usable: lines.length,
    }),
    keys: [...new Set(lines)].map((publicKey) => ({ publicKey })),
    unusable: [
      ...found.filter(({ publicKey }) => publicKey === null).map(({ type, path }) => `${type} ${path}`),
      ...refused,
      ...certificates,
      ...foreign,
    ].map((text) => plainText(text, longestName)),
    async sign(input) {
      const { publicKey, data, hash } = input
      const file = inFiles.find((one) => one.publicKey === publicKey)
      if (!file) return lines.includes(publicKey) ? agent.sign(input) : null
      const key = await file.unlock?.()
      const signature = key?.sign(Buffer.from(data, 'base64'), hash ?? undefined) as
        Buffer | Error | undefined
      return signature instanceof Error ? null : (signature?.toString('base64') ?? null)
    },
  }
}

/**
 * A certificate is there to be used. A security key is where it is named, or where there is no other: an agent may hold one for
 * other purposes.
 * @param types each begins with a type of key
 */
function wantsOf(
  types: readonly string[],
  { named, usable }: { named: readonly string[]; usable: number },
): OpensshReason | null {
  if (types.some((type) => /^\S+-cert-v\d\d@openssh\.com/.test(type))) return 'certificate'
  const candidates = usable === 0 ? types : named
  return candidates.some((type) => type.startsWith('sk-')) ? 'security-key' : null
}

/** Certificates beside key files, which OpenSSH would use. */
async function certificatesOf(files: readonly KeyFile[]): Promise<string[]> {
  const found = await Promise.all(
    files.map(async ({ path }) => ({ path, line: await certificateBeside(path) })),
  )
  return found.flatMap(({ path, line }) => (line === null ? [] : [`${line.split(' ')[0]} ${path}`]))
}

/** One signer for the keys of several: each signs with its own. */
export const signWith =
  (signers: readonly KeySigner[]): KeySigner['sign'] =>
  async (input) => {
    const signer = signers.find(({ keys }) => keys.some(({ publicKey }) => publicKey === input.publicKey))
    return signer ? signer.sign(input) : null
  }
