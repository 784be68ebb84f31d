/** Certificates that the user has confirmed, one for each portal's origin. No secrets: files in the data folder. */
import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fail } from '../../shared/errors.ts'
import type { PinnedCertificate } from '../../protocols/portal/trust.ts'

const fileSchema = z.strictObject({ version: z.literal(1), origin: z.string(), pem: z.string() })

export class CertificatePins {
  private readonly folder: string

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'certificates')
  }

  /** @throws VizlinkError untrusted-certificate: there is a pin, and it cannot be read */
  async get(origin: string): Promise<PinnedCertificate | null> {
    const text = await readFile(this.fileOf(origin), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw this.unreadable(origin, error)
    })
    if (text === null) return null
    try {
      const stored = fileSchema.parse(JSON.parse(text))
      if (stored.origin !== origin) throw new Error('it is for another portal')
      // The bytes decide, not what a file says about them.
      return { origin, pem: stored.pem, fingerprint: new X509Certificate(stored.pem).fingerprint256 }
    } catch (error) {
      throw this.unreadable(origin, error)
    }
  }

  async set(origin: string, certificate: X509Certificate): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const content = JSON.stringify({ version: 1, origin, pem: certificate.toString() })
    const part = `${this.fileOf(origin)}.${randomUUID()}`
    await writeFile(part, content, { mode: 0o600, flag: 'wx' })
    await rename(part, this.fileOf(origin))
  }

  /** @returns whether there was one */
  async forget(origin: string): Promise<boolean> {
    try {
      await rm(this.fileOf(origin))
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
  }

  private fileOf(origin: string): string {
    return join(this.folder, `${createHash('sha256').update(origin).digest('hex')}.json`)
  }

  /** A pin that is damaged must not turn into "never seen before". */
  private unreadable(origin: string, cause: unknown): Error {
    return fail('untrusted-certificate', {
      message: 'The certificate that you confirmed for this portal cannot be read.',
      nextStep: 'Forget it (vizlink forget-certificate), connect again and compare the fingerprint.',
      evidence: [
        { label: 'portal', value: origin },
        { label: 'file', value: this.fileOf(origin) },
      ],
      retryable: false,
      cause,
    })
  }
}
