/**
 * SSH logins that lists of sessions share. A page that shows a list asks for it twice a minute, and where sessions are jobs of
 * the user's own each question would be a login. One is kept for as long as questions come.
 */
import type { ClusterLogin } from '../cluster/index.ts'

/** A little more than a page waits between two questions. */
const usualIdleMs = 45_000

type Closable = Pick<ClusterLogin, 'close'>

interface KeptLogin<Login> {
  cluster: Login
  uses: number
  /** Ends the login after its last use. */
  ending: NodeJS.Timeout | null
}

export class KeptLogins<Login extends Closable = ClusterLogin> {
  private readonly idleMs: number
  private readonly kept = new Map<string, KeptLogin<Login>>()
  private disposed = false

  /** @param idleMs how long a login is kept after its last use */
  constructor(idleMs = usualIdleMs) {
    this.idleMs = idleMs
  }

  /** Works with the login that is kept under `key`, else with one that `open` makes. One that was lost logs in again by itself. */
  async use<T>(key: string, open: () => Login, work: (cluster: Login) => Promise<T>): Promise<T> {
    const login = this.kept.get(key) ?? { cluster: open(), uses: 0, ending: null }
    this.kept.set(key, login)
    if (login.ending) clearTimeout(login.ending)
    login.ending = null
    login.uses++
    try {
      return await work(login.cluster)
    } finally {
      login.uses--
      if (this.disposed) await this.end(key, login)
      else if (login.uses === 0)
        login.ending = setTimeout(() => void this.end(key, login), this.idleMs).unref()
    }
  }

  async dispose(): Promise<void> {
    this.disposed = true
    await Promise.all([...this.kept].map(([key, login]) => this.end(key, login)))
  }

  private async end(key: string, login: KeptLogin<Login>): Promise<void> {
    if (login.ending) clearTimeout(login.ending)
    if (this.kept.get(key) === login) this.kept.delete(key)
    await login.cluster.close()
  }
}
