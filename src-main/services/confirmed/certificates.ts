/** Certificates that the user has confirmed, one for each portal's origin. */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { fail } from '../../shared/errors.ts'
import type { PinnedCertificate } from '../../protocols/portal/trust.ts'
import { confirmedFile, forgetConfirmed, readConfirmed, writeConfirmed } from './files.ts'

const fileSchema = z.strictObject({ version: z.literal(1), origin: z.string(), pem: z.string() })

export class CertificatePins {
  private readonly folder: string

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'certificates')
  }

  /** @throws VizlinkError untrusted-certificate: there is a pin, and it cannot be read */
  async get(origin: string): Promise<PinnedCertificate | null> {
    try {
      const text = await readConfirmed(this.fileOf(origin))
      if (text === null) return null
      const stored = fileSchema.parse(JSON.parse(text))
      if (stored.origin !== origin) throw new Error('it is for another portal')
      // The bytes decide, not what a file says about them.
      return { origin, pem: stored.pem, fingerprint: new X509Certificate(stored.pem).fingerprint256 }
    } catch (error) {
      throw this.unreadable(origin, error)
    }
  }

  async set(origin: string, certificate: X509Certificate): Promise<void> {
    const content = { version: 1, origin, pem: certificate.toString() }
    await writeConfirmed(this.fileOf(origin), content)
  }

  /** @returns whether there was one */
  forget(origin: string): Promise<boolean> {
    return forgetConfirmed(this.fileOf(origin))
  }

  private fileOf(origin: string): string {
    return confirmedFile(this.folder, origin)
  }

  /** A pin that is damaged must not turn into "never seen before". */
  private unreadable(origin: string, cause: unknown): Error {
    return fail('untrusted-certificate', 'pin-unreadable', {
      evidence: [
        { label: 'portal', value: origin },
        { label: 'file', value: this.fileOf(origin) },
      ],
      retryable: false,
      cause,
    })
  }
}
