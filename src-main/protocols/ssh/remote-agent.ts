/** An SSH agent whose keys lie elsewhere: identities are public lines, signatures are asked for. */
import ssh2, {
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'

/** Signs `data` with the key; null when refused. */
export type AskSignature = (
  publicKey: string,
  data: Buffer,
  hash: 'sha256' | 'sha512' | null,
) => Promise<Buffer | null>

/** @param publicKeys `type base64` lines; those that cannot be parsed are left out */
export function createRemoteAgent(publicKeys: readonly string[], ask: AskSignature): BaseAgent<ParsedKey> {
  const keys = publicKeys.flatMap((line) => {
    const parsed = ssh2.utils.parseKey(line)
    return parsed instanceof Error ? [] : [parsed]
  })
  class RemoteAgent extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(callback: IdentityCallback<ParsedKey>): void {
      callback(undefined, keys)
    }

    override sign(
      key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      callback?: SignCallback,
    ): void {
      const done = typeof options === 'function' ? options : callback
      const hash =
        typeof options === 'function' ? undefined : (options as { hash?: 'sha256' | 'sha512' }).hash
      const line = `${key.type} ${key.getPublicSSH().toString('base64')}`
      ask(line, data, hash ?? null).then(
        (signature) => (signature ? done?.(undefined, signature) : done?.(new Error('the key was not used'))),
        (error: unknown) => done?.(error instanceof Error ? error : new Error(String(error))),
      )
    }
  }
  return new RemoteAgent()
}
