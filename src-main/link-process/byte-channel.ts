/** A TCP connection behind the login for one page: opened first, so that a refusal is known, then joined with the page. */
import type { Duplex } from 'node:stream'
import { excerpt } from '../shared/bounds.ts'
import { fail } from '../shared/errors.ts'
import { asText } from '../shared/texts/index.ts'
import type { Timer } from '../protocols/ssh/connect.ts'
import type { ForwardingLogin } from '../protocols/ssh/connection.ts'
import { channelTo, forbids, type ForwardTarget } from './forward.ts'

/** How long it waits for its page. */
const unusedMs = 30_000

export class ByteChannel {
  private readonly channel: Duplex
  private readonly timer: NodeJS.Timeout
  private page: Duplex | null = null
  private over = false
  private notified = false
  private readonly onEnded: (byFarEnd: boolean) => void
  /** The far end was the first to say that nothing more comes. */
  private farEndFirst = false

  private constructor(channel: Duplex, onEnded: (byFarEnd: boolean) => void) {
    this.channel = channel
    this.onEnded = onEnded
    this.timer = setTimeout(() => this.close(), unusedMs)
    channel.on('error', () => undefined)
    channel.on('end', () => this.farEnded())
    channel.on('close', () => {
      this.farEnded()
      this.end()
    })
  }

  /** A page that has ended is answered by the far end’s end, which may be here before the page’s stream is closed. */
  private farEnded(): void {
    this.farEndFirst ||= !this.over && !this.page?.readableEnded
  }

  /**
   * @param onEnded called once
   * @throws VizlinkError host-not-ready: no server answers; forward-refused: the host forwards nothing
   */
  static async open(
    client: ForwardingLogin,
    target: ForwardTarget,
    timer: Timer,
    onEnded: (byFarEnd: boolean) => void,
  ): Promise<ByteChannel> {
    const opened = channelTo(client, target)
    try {
      const channel = await timer.race(
        asText('work.channel'),
        opened.catch((error: Error) => Promise.reject(refusal(error, target))),
      )
      return new ByteChannel(channel, onEnded)
    } catch (error) {
      // One that comes after the deadline is not left open.
      void opened.then((channel) => channel.destroy()).catch(() => undefined)
      throw error
    }
  }

  /** Joins both; each reads no faster than the other takes. A second page is sent away. */
  attach(page: Duplex): void {
    if (this.page || this.over) return void page.destroy()
    clearTimeout(this.timer)
    this.page = page
    page.on('error', () => undefined)
    page.on('close', () => this.close())
    this.channel.pipe(page).pipe(this.channel)
  }

  close(): void {
    this.over = true
    this.channel.destroy()
    // Not once the channel says so: one whose last bytes are never read does not.
    this.end()
  }

  private end(): void {
    this.over = true
    clearTimeout(this.timer)
    // What is still on its way to the page arrives before the end does.
    this.page?.end()
    if (this.notified) return
    this.notified = true
    this.onEnded(this.farEndFirst)
  }
}

function refusal(error: Error, { address, port }: ForwardTarget): Error {
  const said = excerpt(error.message)
  const evidence = [
    { label: 'port', value: `${address}:${port}` },
    { label: 'answer', value: said },
  ]
  return forbids(error)
    ? fail('forward-refused', 'page', { facts: { said }, evidence })
    : fail('host-not-ready', 'nothing-answers', { evidence })
}
