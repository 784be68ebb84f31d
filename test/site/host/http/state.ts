/** The host's state file, in the shape of Sunshine 0.23: user, paired clients, unique id. Read once, written on change. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

interface StateFile {
  username?: string
  salt?: string
  password?: string
  root?: {
    uniqueid?: string
    devices?: { uniqueid: string; certs: string[] }[]
    named_devices?: { name?: string; cert: string; uuid?: string; enabled?: boolean }[]
  }
}

/** SHA-256 of password and salt as upper-case hex of its bytes in reverse order, as Sunshine stores it. */
function passwordHash(password: string, salt: string): string {
  return createHash('sha256')
    .update(password + salt)
    .digest()
    .reverse()
    .toString('hex')
    .toUpperCase()
}

export class HostState {
  readonly uniqueId: string
  private readonly path: string | null
  private user: { name: string; salt: string; hash: string } | null = null
  private clients: { id: string; certificate: string }[] = []

  /** @param path state file, or null to keep everything in memory */
  constructor(path: string | null) {
    this.path = path
    let stored: StateFile = {}
    try {
      if (path) stored = JSON.parse(readFileSync(path, 'utf8')) as StateFile
    } catch {
      // No file yet.
    }
    this.uniqueId = stored.root?.uniqueid ?? randomUUID().toUpperCase()
    if (stored.username && stored.salt && stored.password) {
      this.user = { name: stored.username, salt: stored.salt, hash: stored.password }
    }
    for (const device of stored.root?.devices ?? []) {
      for (const certificate of device.certs) this.clients.push({ id: device.uniqueid, certificate })
    }
    for (const device of stored.root?.named_devices ?? []) {
      if (device.enabled !== false) this.clients.push({ id: device.uuid ?? '', certificate: device.cert })
    }
  }

  get hasUser(): boolean {
    return this.user !== null
  }

  /** Certificates (PEM) of paired clients. */
  get certificates(): string[] {
    return this.clients.map((client) => client.certificate)
  }

  /** Whether a client with this unique id was paired. */
  hasClient(id: string): boolean {
    return this.clients.some((client) => client.id === id)
  }

  setUser(name: string, password: string): void {
    const salt = randomBytes(8).toString('hex')
    this.user = { name, salt, hash: passwordHash(password, salt) }
    this.save()
  }

  checkUser(name: string, password: string): boolean {
    if (!this.user || this.user.name !== name) return false
    return timingSafeEqual(Buffer.from(passwordHash(password, this.user.salt)), Buffer.from(this.user.hash))
  }

  addClient(id: string, certificate: string): void {
    this.clients.push({ id, certificate })
    this.save()
  }

  /** Knows no user and no client any more. */
  clear(): void {
    this.user = null
    this.clients = []
    this.save()
  }

  private save(): void {
    if (!this.path) return
    const state: StateFile = {
      ...(this.user ? { username: this.user.name, salt: this.user.salt, password: this.user.hash } : {}),
      root: {
        uniqueid: this.uniqueId,
        devices: this.clients.map((client) => ({ uniqueid: client.id, certs: [client.certificate] })),
      },
    }
    writeFileSync(`${this.path}.part`, JSON.stringify(state, null, 4), { mode: 0o600 })
    renameSync(`${this.path}.part`, this.path)
  }
}
