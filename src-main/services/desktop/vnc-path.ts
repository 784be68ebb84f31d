/** The path of a VNC picture: the route to the node, and channels to the server there. The page speaks RFB. */
import { means } from '../../domain/failure-policy.ts'
import { routeWarning } from '../../domain/routes.ts'
import { pause } from '../../domain/retry.ts'
import { fail, toFailure, type Failure } from '../../shared/errors.ts'
import type { LinkFacts } from '../../shared/model/desktop.ts'
import type { SiteProfile } from '../../shared/model/site-profile.ts'
import type { Clock } from '../../ports/platform.ts'
import { checkPortOwner, type ClusterLogin, type LinkClient } from '../cluster/index.ts'
import { linkLost, withEvidence } from '../sessions/index.ts'
import type { PortTaker } from './frame-ports.ts'
import { NodePort } from './node-port.ts'
import { gone, nodeOf, type PicturePath, type Placed } from './picture-path.ts'
import type { DesktopReport } from './report.ts'
import { VncServer } from './vnc-server.ts'
import { asText } from '../../shared/texts/index.ts'

const askServerEveryMs = 500

export interface VncPathOptions {
  cluster: Pick<ClusterLogin, 'linkTo' | 'opensshReason'>
  profile: SiteProfile
  clock: Clock
  report: DesktopReport
  onLost: (failure: Failure) => void
}

export class VncPath implements PicturePath {
  readonly tunnel = null
  readonly stream = null
  private readonly options: VncPathOptions
  private server: VncServer | null = null
  /** The login that `server` is reached through. */
  private link: LinkClient | null = null
  /** A loss before the server was found is met by looking for it again. */
  private found = false

  constructor(options: VncPathOptions) {
    this.options = options
  }

  async open({ session, job }: Placed): Promise<void> {
    const node = nodeOf(job)
    const { cluster, profile, clock, report, onLost } = this.options
    report.describe('tunnelling', asText('desktop.detail.opening', { node }))
    const { link, hop } = await cluster.linkTo(node)
    const { opensshReason } = cluster
    if (opensshReason !== null)
      report.describe('tunnelling', asText(`status.access.openssh.${opensshReason}`))
    const port = new NodePort({ link, node, hop, port: session.port, allowed: profile.ssh.access })
    this.link = link
    this.server = new VncServer(port, clock, () => {
      if (this.found) onLost(linkLost(false))
    })
  }

  async waitForHost(placed: Placed, limitMs: number, signal: AbortSignal): Promise<void> {
    const end = performance.now() + limitMs
    for (;;) {
      try {
        if (this.server === null) {
          await placed.job.look()
          signal.throwIfAborted()
          await this.open(placed)
        }
        const server = this.mustServer()
        await this.untilAnswers(server, placed.job, end, signal)
        await this.warnOf(server, placed)
        if (server.lost) throw lostAtOnce()
        this.found = true
        return
      } catch (error) {
        signal.throwIfAborted()
        if (!means(toFailure(error), 'login-gone') || performance.now() > end) throw error
      }
      // Server or login went as soon as it had answered: once more from the login on.
      await this.close()
      await pause(askServerEveryMs, signal)
    }
  }

  async takePort(): Promise<PortTaker> {
    const server = this.mustServer()
    const { link } = this
    const channelId = await server.take()
    return {
      attachSocket: (upgrade, socket) => link?.attachSocket(channelId, upgrade, socket) ?? false,
      attachPort: (port) => link?.attachPort(channelId, port) ?? false,
    }
  }

  linkLost(relayId: string | null): boolean {
    // Before, the search for the server meets it itself.
    return relayId === null && this.found
  }

  /** SSH alone carries it: nothing counts its bytes. */
  facts(): Promise<LinkFacts | null> {
    return Promise.resolve(null)
  }

  async close(): Promise<void> {
    const { server } = this
    this.server = null
    this.link = null
    this.found = false
    await server?.close()
  }

  /** @throws VizlinkError certificate-mismatch: somebody else's program answers there */
  private async warnOf(server: VncServer, { session, job }: Placed): Promise<void> {
    const warnings = [
      await checkPortOwner(this.link ?? gone(), server.hopId, session.port, job.owner),
      server.route === null ? null : routeWarning(server.route),
    ]
    for (const warning of warnings) if (warning !== null) this.options.report.warn(warning)
  }

  /** @param end by the clock of `performance.now()` */
  private async untilAnswers(
    server: VncServer,
    job: Placed['job'],
    end: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      try {
        return await server.find()
      } catch (error) {
        signal.throwIfAborted()
        if (toFailure(error).kind !== 'host-not-ready') throw error
        await job.look()
        if (performance.now() > end) throw withEvidence(error, await job.evidence())
        this.options.report.describe('waiting-for-host', asText('desktop.detail.vncServer'))
      }
      await pause(askServerEveryMs, signal)
    }
  }

  private mustServer(): VncServer {
    return this.server ?? gone()
  }
}

const lostAtOnce = (): Error => fail('link-lost', 'lost-at-once')
