/** What `ssh -v` says on standard error while it logs in: its own steps, and the words of servers and programs. No I/O. */
import type { EvidenceItem } from '../../shared/errors.ts'
import type { Tried } from '../ssh/authentication.ts'
import type { LoginEnd } from '../ssh/login-end.ts'
import { ServerWords } from '../ssh/server-words.ts'

/** Bytes of a line that has not ended. */
const longestLine = 16 * 1024

/** Text as it was before `ssh` wrote what its locale cannot show in octal digits. */
const shownAgain = (latin1: string): string =>
  Buffer.from(
    latin1.replace(/\\([0-3][0-7]{2})|\\\\/g, (whole, octal?: string) =>
      octal === undefined ? whole.slice(1) : String.fromCharCode(Number.parseInt(octal, 8)),
    ),
    'latin1',
  ).toString('utf8')

/** A prompt or a line of `ssh`, as its author wrote it. */
export const unescaped = (text: string): string => shownAgain(Buffer.from(text, 'utf8').toString('latin1'))

/** Cuts standard error into lines. */
export class Lines {
  private rest = ''

  /** @returns the lines that this ends */
  push(chunk: Buffer): string[] {
    const lines = (this.rest + chunk.toString('latin1')).split('\n')
    this.rest = (lines.pop() ?? '').slice(-longestLine)
    return lines.map((line) => Buffer.from(line.replace(/\r$/, ''), 'latin1').toString('utf8'))
  }

  /** What came behind the last line. */
  end(): string[] {
    return this.rest === '' ? [] : this.push(Buffer.from('\n'))
  }
}

/** Steps of `ssh`. */
export const isDebugLine = (line: string): boolean => /^(debug[123]: |OpenSSH_\d)/.test(line)

/** Results that `ssh` itself states; what else is on standard error is said by servers and programs. */
const ownLine = new RegExp(
  `^(${[
    'Authenticated (to|using) ',
    'Connection (closed|reset|to) ',
    '(kex_exchange_identification|banner exchange|ssh_dispatch_run_fatal|client_loop|ssh|mux_client_\\w+): ',
    'ssh: ',
    'Received disconnect from ',
    'Disconnect(ed|ing) ',
    'Timeout, server ',
    '[^ ]+: Permission denied \\(',
    'Permission denied, please try again',
    'Host key verification failed',
    'Unable to negotiate ',
    'No \\S+ host key is known for ',
    'Warning: ',
    'Transferred: ',
    'Bytes per second: ',
    'debug',
  ].join('|')})`,
)

/** Words of a server in lines of `ssh`. */
const quotedWords = [
  /^Received disconnect from \S+ port \d+:\d+: (.*)$/,
  /^debug1: kex_exchange_identification: banner line \d+: (.*)$/,
]

const mostOwn = 20

export class LoginLog {
  stage: LoginEnd['stage'] = 'greeting'
  readonly words = new ServerWords()
  readonly tried: Tried = { keysOffered: 0, keysLeft: 0, proofGiven: false, methods: null, answered: false }
  /** It began to look for the host: configuration and arguments are in order. */
  begun = false
  /** A program leads to the host. */
  byProgram = false
  /** The server may wait for a person, who approves on a phone for instance. */
  waitsForPerson = false
  /** Why there is no ticket of Kerberos; null: one was not looked for, or is there. */
  noTicket: string | null = null
  /** The lines that follow belong to a step of GSSAPI. */
  private inGssapi = false
  private readonly own: string[] = []

  /** @returns what is for people; empty where nothing is */
  hear(lines: readonly string[]): string {
    const said: string[] = []
    for (const line of lines) {
      const quoted = quotedWords.map((pattern) => pattern.exec(line)?.[1]).find((text) => text !== undefined)
      if (quoted !== undefined) this.words.add(unescaped(quoted))
      if (isDebugLine(line)) this.step(line.replace(/^debug[123]: /, ''))
      else if (this.inGssapi) this.noTicket = line.trim() || this.noTicket
      else if (ownLine.test(line)) this.own.push(line)
      else said.push(unescaped(line))
    }
    this.own.splice(0, this.own.length - mostOwn)
    return said.length === 0 ? '' : this.words.add(said.join('\n'))
  }

  /** Everything but its steps. */
  get text(): string {
    return [this.words.text, ...this.own].join('\n')
  }

  /** The last result, or what a program said instead. */
  get result(): string {
    return this.own.at(-1) ?? this.words.last
  }

  get evidence(): EvidenceItem[] {
    return [
      ...this.words.evidence,
      ...(this.own.length === 0 ? [] : [{ label: 'answer', value: this.own.join('\n') }]),
    ]
  }

  private step(text: string): void {
    this.inGssapi = /GSS failure|credentials were/i.test(text)
    if (text.startsWith('Executing proxy command')) this.begun = this.byProgram = true
    else if (text.startsWith('Connecting to')) this.begun = true
    else if (text.startsWith('Next authentication method: '))
      this.waitsForPerson = text.endsWith('keyboard-interactive')
    else if (text.startsWith('Remote protocol version')) this.stage = 'key-exchange'
    else if (text.startsWith('SSH2_MSG_NEWKEYS received')) this.stage = 'authentication'
    else if (text.startsWith('Offering public key')) this.tried.keysOffered++
    else if (text.startsWith('Server accepts key')) this.tried.proofGiven = true
    const methods = /^Authentications that can continue: (.*)$/.exec(text)?.[1]
    if (methods === undefined) return
    this.tried.methods = methods.split(',')
    this.tried.proofGiven = false
  }
}
