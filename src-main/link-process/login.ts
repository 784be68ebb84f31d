/** One login: the chain of hops, further hops opened through it, relays on them. */
import type { Duplex } from 'node:stream'
import { longest } from '../shared/bounds.ts'
import { fail, toFailure, type Failure } from '../shared/errors.ts'
import type { NativeAddon } from '../protocols/native.ts'
import { connectHop, type HopQuestions, type LoginTimer, type UserKeys } from '../protocols/ssh/connect.ts'
import type { SshConnection } from '../protocols/ssh/connection.ts'
import { hopLost, lost } from '../protocols/ssh/failures.ts'
import type { HostKnowledge } from '../protocols/ssh/script.ts'
import { plainText } from '../protocols/ssh/server-words.ts'
import { ByteChannel } from './byte-channel.ts'
import type { Deadlines } from './deadlines.ts'
import { openForward } from './forward.ts'
import { HostShells } from './host-shells.ts'
import { OpensshLogin } from './openssh-login.ts'
import type { Hop, LinkRequests } from './messages.ts'
import { PrivateSockets, type PrivateSocket } from './private-sockets.ts'
import { RelayLink } from './relay-link.ts'

type Input<N extends keyof LinkRequests> = LinkRequests[N]['input']
type Output<N extends keyof LinkRequests> = LinkRequests[N]['output']

export interface LoginEvents {
  /** A relay or, with null, the whole login. */
  onLost(relayId: string | null, failure: Failure): void
  onKeyFrameWanted(relayId: string): void
  onChannelEnded(channelId: string, byFarEnd: boolean): void
}

export class Login {
  private readonly chain: SshConnection[] = []
  private readonly hops = new Map<string, SshConnection>()
  private readonly shells = new Map<SshConnection, HostShells>()
  private readonly relays = new Map<string, RelayLink>()
  private readonly forwards = new Map<string, PrivateSocket>()
  private readonly sockets = new PrivateSockets()
  private readonly channels = new Map<string, ByteChannel>()
  private known: HostKnowledge | null = null
  private openssh: OpensshLogin | null = null
  private keys: UserKeys = { publicKeys: [], unusable: [] }
  private counter = 0
  private closing = false
  private readonly addon: NativeAddon
  private readonly questions: HopQuestions
  private readonly deadlines: Deadlines
  private readonly events: LoginEvents

  constructor(addon: NativeAddon, questions: HopQuestions, deadlines: Deadlines, events: LoginEvents) {
    this.addon = addon
    this.questions = questions
    this.deadlines = deadlines
    this.events = events
  }

  async login({
    hops,
    keys,
    unusableKeys = [],
    openssh,
    known,
    deadlineMs,
  }: Input<'login'>): Promise<Output<'login'>> {
    if (this.chain.length > 0) throw fail('bad-request', 'already-logged-in')
    this.keys = { publicKeys: keys.map(({ publicKey }) => publicKey), unusable: unusableKeys }
    this.known = known ?? null
    if (openssh) this.openssh = new OpensshLogin(openssh, this.sockets, this.questions)
    const timer = this.deadlines.start(deadlineMs)
    for (const hop of hops) {
      const through = this.chain.at(-1) ?? null
      const client = await this.connect(hop, through, timer)
      this.watch(client, { hop, through, hopId: null })
      this.chain.push(client)
    }
    return null
  }

  async openHop({ hop, deadlineMs }: Input<'open-hop'>): Promise<Output<'open-hop'>> {
    const timer = this.deadlines.start(deadlineMs)
    const through = this.host(null)
    const client = await this.connect(hop, through, timer)
    const hopId = `hop-${++this.counter}`
    this.hops.set(hopId, client)
    this.watch(client, { hop, through, hopId })
    return { hopId }
  }

  closeHop({ hopId }: Input<'close-hop'>): null {
    const client = this.hops.get(hopId)
    this.hops.delete(hopId)
    client?.end()
    return null
  }

  async exec({ hopId, step, input, ...run }: Input<'exec'>): Promise<Output<'exec'>> {
    const result = await this.shellsOn(hopId).run({
      ...run,
      step: step ?? null,
      ...(input === undefined ? {} : { input: Buffer.from(input) }),
    })
    const learned = this.shellsOn(null).learned()
    return learned === null ? result : { ...result, learned }
  }

  async openRelay({ hopId, step, ...options }: Input<'open-relay'>): Promise<Output<'open-relay'>> {
    const relayId = `relay-${++this.counter}`
    const { link, place, local } = await RelayLink.open(
      this.shellsOn(hopId),
      this.addon,
      this.sockets,
      { ...options, step: step ?? null },
      (ms) => this.deadlines.start(ms),
      {
        onLost: (failure) => {
          this.relays.delete(relayId)
          this.events.onLost(relayId, failure)
        },
        onKeyFrameWanted: () => this.events.onKeyFrameWanted(relayId),
      },
    )
    this.relays.set(relayId, link)
    return { relayId, place, local }
  }

  prepareStream({ relayId, encryptedRtsp, remoteInputKey }: Input<'prepare-stream'>): null {
    if (!/^[0-9a-f]{32}$/i.test(remoteInputKey)) throw fail('bad-request', 'no-stream-key')
    this.relay(relayId).prepareStream(encryptedRtsp ? Buffer.from(remoteInputKey, 'hex') : null)
    return null
  }

  linkFacts({ relayId }: Input<'link-facts'>): Output<'link-facts'> {
    return this.relay(relayId).facts()
  }

  measureLine({ relayId, deadlineMs }: Input<'measure-line'>): Promise<Output<'measure-line'>> {
    return this.relay(relayId).measure(deadlineMs)
  }

  closeRelay({ relayId }: Input<'close-relay'>): null {
    this.relays.get(relayId)?.close()
    this.relays.delete(relayId)
    return null
  }

  async openForward({ address, port, deadlineMs }: Input<'open-forward'>): Promise<Output<'open-forward'>> {
    const timer = this.deadlines.start(deadlineMs)
    const forward = await openForward(this.host(null), { address, port }, this.sockets, timer)
    if (this.closing) {
      forward.close()
      throw lost('ssh')
    }
    const forwardId = `forward-${++this.counter}`
    this.forwards.set(forwardId, forward)
    return { forwardId, path: forward.path }
  }

  closeForward({ forwardId }: Input<'close-forward'>): null {
    this.forwards.get(forwardId)?.close()
    this.forwards.delete(forwardId)
    return null
  }

  async openChannel({
    hopId,
    address,
    port,
    deadlineMs,
  }: Input<'open-channel'>): Promise<Output<'open-channel'>> {
    const channelId = `channel-${++this.counter}`
    const channel = await ByteChannel.open(
      this.host(hopId),
      { address, port },
      this.deadlines.start(deadlineMs),
      (byFarEnd) => {
        this.channels.delete(channelId)
        // Behind the reply that names it, also for one that is closed as soon as it is open.
        setImmediate(() => {
          if (!this.closing) this.events.onChannelEnded(channelId, byFarEnd)
        })
      },
    )
    if (this.closing) {
      channel.close()
      throw lost('ssh')
    }
    this.channels.set(channelId, channel)
    return { channelId }
  }

  /** Connects a page with a channel; without one of that name (any more) the page is sent away. */
  attach(channelId: string, page: Duplex): void {
    const channel = this.channels.get(channelId)
    if (channel) channel.attach(page)
    else page.destroy()
  }

  closeChannel({ channelId }: Input<'close-channel'>): null {
    this.channels.get(channelId)?.close()
    return null
  }

  close(): null {
    this.closing = true
    for (const channel of this.channels.values()) channel.close()
    for (const forward of this.forwards.values()) forward.close()
    this.forwards.clear()
    for (const relay of this.relays.values()) relay.close()
    this.sockets.close()
    for (const client of [...this.hops.values(), ...this.chain.toReversed()]) client.end()
    return null
  }

  private connect(hop: Hop, through: SshConnection | null, timer: LoginTimer): Promise<SshConnection> {
    if (this.openssh) return this.openssh.connect(hop, through, timer)
    const { ownKeys } = hop
    const keys = ownKeys ? { publicKeys: ownKeys.keys, unusable: ownKeys.unusable } : this.keys
    return connectHop(hop, through, keys, this.questions, timer)
  }

  private host(hopId: string | null): SshConnection {
    const client = hopId === null ? this.chain.at(-1) : this.hops.get(hopId)
    if (!client) throw fail('bad-request', 'not-open')
    return client
  }

  private shellsOn(hopId: string | null): HostShells {
    const there = this.shells.get(this.host(hopId))
    if (!there) throw lost('ssh')
    return there
  }

  private relay(relayId: string): RelayLink {
    const relay = this.relays.get(relayId)
    if (!relay) throw lost('node')
    return relay
  }

  /** A connection that ends unasked: a further hop takes its relays with it, one of the chain takes everything. */
  private watch(
    client: SshConnection,
    { hop, through, hopId }: { hop: Hop; through: SshConnection | null; hopId: string | null },
  ): void {
    const host = {
      name: hop.label,
      startTimer: (ms: number) => this.deadlines.start(ms),
      logInAgain: (timer: LoginTimer) => this.connect(hop, through, timer),
      known: hopId === null ? this.known : null,
    }
    const shells = new HostShells(client, host)
    this.shells.set(client, shells)
    let said = ''
    client.on('error', (error) => (said = plainText(error.message, longest.sentence)))
    client.on('close', () => {
      shells.close()
      this.shells.delete(client)
      if (this.closing) return
      if (hopId !== null) {
        this.hops.delete(hopId)
        return
      }
      this.closing = true
      this.events.onLost(null, toFailure(hopLost(hop.label, said)))
    })
  }
}
