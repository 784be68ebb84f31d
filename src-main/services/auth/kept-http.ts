/** One HTTP client of a site's portal for code that asks more than once. */
import type { PortalHttp } from '../../protocols/portal/http.ts'

export class KeptHttp<Http extends Pick<PortalHttp, 'close'> = PortalHttp> {
  private readonly access: { open(): Promise<Http> }
  private opened: Promise<Http> | null = null

  constructor(access: { open(): Promise<Http> }) {
    this.access = access
  }

  /** Opened when it is first needed, also by two at once; what could not be opened is tried again. */
  get(): Promise<Http> {
    if (this.opened === null) {
      const opening = this.access.open()
      this.opened = opening
      opening.catch(() => {
        if (this.opened === opening) this.opened = null
      })
    }
    return this.opened
  }

  /** Ends its connections; the next request opens new ones, as the portal is trusted then. */
  async close(): Promise<void> {
    const { opened } = this
    this.opened = null
    await (await opened?.catch(() => null))?.close()
  }
}
