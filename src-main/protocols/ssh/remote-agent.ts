/** An SSH agent whose keys lie elsewhere: identities are public lines, signatures are asked for. */
import ssh2, {
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'
import { publicLine } from './host-keys.ts'

type Hash = 'sha256' | 'sha512'

/** Signs `data` with the key (`type base64`); null when refused. */
export type AskSignature = (publicKey: string, data: Buffer, hash: Hash | null) => Promise<Buffer | null>

const sha512 = 'rsa-sha2-512'

/**
 * An RSA key that is offered for signatures with SHA-512. ssh2 signs with SHA-256 wherever it can; a server may take the other
 * alone, and lists both all the same.
 */
const withSha512 = (key: ParsedKey): ParsedKey =>
  Object.create(key, { type: { value: sha512, enumerable: true } }) as ParsedKey

/** Keys in the order in which they are offered. */
export interface OfferedKeys {
  keys: readonly ParsedKey[]
  /** RSA keys once more; they come behind all others. */
  again: readonly ParsedKey[]
}

/** @param publicKeys `type base64` lines; those that cannot be parsed are left out */
export function offeredKeys(publicKeys: readonly string[]): OfferedKeys {
  const keys = publicKeys.flatMap((line) => {
    const parsed = ssh2.utils.parseKey(line)
    return parsed instanceof Error ? [] : [parsed]
  })
  return { keys, again: keys.filter(({ type }) => type === 'ssh-rsa').map(withSha512) }
}

/** An agent with one key. */
export function createRemoteAgent(key: ParsedKey, ask: AskSignature): BaseAgent<ParsedKey> {
  class RemoteAgent extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(callback: IdentityCallback<ParsedKey>): void {
      callback(undefined, [key])
    }

    override sign(
      signing: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      callback?: SignCallback,
    ): void {
      const done = typeof options === 'function' ? options : callback
      const named = typeof options === 'function' ? undefined : (options as { hash?: Hash }).hash
      const hash = (signing.type as string) === sha512 ? 'sha512' : (named ?? null)
      ask(publicLine(signing.getPublicSSH()), data, hash).then(
        (signature) => (signature ? done?.(undefined, signature) : done?.(new Error('the key was not used'))),
        (error: unknown) => done?.(error instanceof Error ? error : new Error(String(error))),
      )
    }
  }
  return new RemoteAgent()
}
