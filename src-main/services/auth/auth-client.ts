/** The client of one portal's sign-in service, on the way that is trusted now. */
import { AuthPortal, type AuthInfo } from '../../protocols/portal/auth.ts'
import type { SignInHttp } from '../../protocols/portal/http.ts'
import { authBase, withEveryPath } from '../../protocols/portal/probe.ts'
import type { AuthPorts } from './auth-ports.ts'
import type { PersonWait, SignInRequest } from './interaction.ts'
import { KeptHttp } from './kept-http.ts'

export class AuthClient {
  private readonly ports: Pick<AuthPorts, 'portal' | 'access' | 'clock'>
  private readonly http: KeptHttp<SignInHttp>

  constructor(ports: Pick<AuthPorts, 'portal' | 'access' | 'clock'>) {
    this.ports = ports
    this.http = new KeptHttp(ports.access)
  }

  /** What the portal says of itself; a certificate that no authority vouches for is offered to the person first. */
  async info({ interaction, signal }: SignInRequest, wait: PersonWait): Promise<AuthInfo> {
    try {
      return await (await this.auth()).info()
    } catch (error) {
      const http = await this.mustHttp()
      const reason = await withEveryPath(http, this.ports.portal, error)
      if (reason !== error) throw reason
      const confirmed = await wait.during(() => this.ports.access.offer(error, http, interaction, signal))
      if (!confirmed) throw error
      await this.close()
      return (await this.auth()).info()
    }
  }

  mustHttp(): Promise<SignInHttp> {
    return this.http.get()
  }

  async auth(): Promise<AuthPortal> {
    const { portal, clock } = this.ports
    return new AuthPortal(await this.mustHttp(), authBase(portal), () => clock.now())
  }

  /** Where a sign-in may lead to: the portal's origin, and where its sign-in service's `/auth` lies. */
  places(): [string, string] {
    const { portal } = this.ports
    return [new URL(portal.origin).origin, authBase(portal).replace(/\/auth$/, '')]
  }

  /** Ends its connections; the next request opens new ones. */
  async close(): Promise<void> {
    await this.http.close()
  }
}
