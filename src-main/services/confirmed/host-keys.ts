/**
 * Host keys that the user has confirmed where the site profile lists none: one for each computer behind a login host. Asked
 * at every connection, people stop comparing; remembered, another key stops the connection, as OpenSSH does it.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { fail } from '../../shared/errors.ts'
import { confirmedFile, forgetConfirmed, nameOf, readConfirmed, writeConfirmed } from './files.ts'

const fileSchema = z.strictObject({
  version: z.literal(1),
  host: z.string(),
  publicKey: z.string().regex(/^[\w@.-]{1,64} [A-Za-z0-9+/=]+$/),
})

export class ConfirmedHostKeys {
  private readonly folder: string

  /** @param loginHost names of nodes mean something behind it only */
  constructor(dataFolder: string, loginHost: { address: string; port?: number | undefined }) {
    this.folder = join(dataFolder, 'host-keys', nameOf(`${loginHost.address}:${loginHost.port ?? 22}`))
  }

  /**
   * @param host the login host's address, or a node's name
   * @returns the key (`type base64`) that was confirmed, in a list; an empty one where none was
   * @throws VizlinkError host-key-unknown: there is one, and it cannot be read
   */
  async of(host: string): Promise<string[]> {
    const path = this.fileOf(host)
    try {
      const text = await readConfirmed(path)
      if (text === null) return []
      const stored = fileSchema.parse(JSON.parse(text))
      if (stored.host !== host) throw new Error('it is for another host')
      return [stored.publicKey]
    } catch (cause) {
      // A key that is damaged must not turn into "never seen before".
      throw fail('host-key-unknown', 'key-unreadable', {
        facts: { host },
        evidence: [
          { label: 'host', value: host },
          { label: 'file', value: path },
        ],
        retryable: false,
        cause,
      })
    }
  }

  async remember(host: string, publicKey: string): Promise<void> {
    await writeConfirmed(this.fileOf(host), { version: 1, host, publicKey })
  }

  /** Forgets the keys of the login host and of all nodes behind it. @returns whether there were any */
  forget(): Promise<boolean> {
    return forgetConfirmed(this.folder)
  }

  private fileOf(host: string): string {
    return confirmedFile(this.folder, host)
  }
}
