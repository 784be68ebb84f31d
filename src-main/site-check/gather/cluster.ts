/** The check's way into the cluster: commands on the login host and on one node, by scripts that only read. */
import type { Platform } from '../../ports/platform.ts'
import {
  type ClusterAccess,
  clusterAccessOf,
  type ClusterForward,
  ClusterLogin,
  type NodeLogin,
  type LoginQuestions,
} from '../../services/cluster/index.ts'
import type { LoadedProfile } from '../../services/sites/index.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'
import { NotSeen } from './gather.ts'

/** No person is there to answer: a host key that the profile does not name is refused. */
export const noQuestions: LoginQuestions = {
  verifyHostKey: async () => false,
  answerPrompts: async () => null,
  askPassphrase: async () => null,
}

const maximumOutput = 256 * 1024
/** Begins a script's own output: a login shell's start-up files may print before it, with or without a last newline. */
const begin = '\n@@begin\n'
/** Whole groups of Base64: short words, which every shell takes. */
const wordLength = 512

/**
 * A script, in the language in which programs are read here, as one line of words that csh and fish read as `sh` does: there are no newlines in quotes, and nothing that a shell
 * would expand.
 */
function commandOf(script: string, seconds: number): string {
  const words = Buffer.from(`printf "\\n@@begin\\n"\nexport LC_ALL=C\n${script}`)
    .toString('base64')
    .match(new RegExp(`.{1,${wordLength}}`, 'g'))
  // An SSH server ends no program whose channel is closed: what hangs there is ended there.
  return `timeout -k 2 ${seconds} sh -c 'eval "$(printf %s "$@" | base64 -d)"' sh ${(words ?? []).join(' ')}`
}

export interface ScriptOutput {
  /** Lines `@@name text` that the script printed. */
  lines: { name: string; text: string }[]
  /** All that the script printed, without what a login shell printed before. */
  stdout: string
  code: number | null
}

export interface CheckLoginOptions {
  loaded: LoadedProfile
  platform: Pick<Platform, 'processes' | 'dataFolder'>
  /** Asked by a login of the check's own. */
  questions: LoginQuestions
  /** An existing login that is used in the place of one; its questions go to its owner. */
  standing: ClusterAccess | null
}

/** Uses an existing login, else one of its own, which it ends. */
export class CheckLogin {
  private readonly access: ClusterAccess
  private readonly own: ClusterLogin | null
  private readonly nodes: NodeLogin[] = []
  private closed = false

  constructor({ loaded, platform, questions, standing }: CheckLoginOptions) {
    this.own = standing ? null : new ClusterLogin(loaded, platform, questions, () => undefined)
    this.access = standing ?? clusterAccessOf(this.own!, { tunnel: null, node: null })
  }

  async login(): Promise<{ seen: Saying }> {
    await this.own?.login()
    const { login } = this.access
    return { seen: this.own ? login : asText('site-check-seen.standingLogin', { login }) }
  }

  /** Logs in to a node through the login host. */
  async openNode(name: string): Promise<NodeLogin> {
    const node = await this.access.openNode(name)
    this.nodes.push(node)
    if (this.closed) await node.close()
    return node
  }

  /** A TCP port as the login host reaches it. */
  openForward(address: string, port: number): Promise<ClusterForward> {
    return this.access.openForward(address, port)
  }

  /**
   * Runs a script by `sh`, on the login host or (with `node`) on a node. It has the deadline there too.
   * @param input its standard input
   * @throws where the login shell does not run it
   */
  async run(
    node: NodeLogin | null,
    script: string,
    deadlineMs: number,
    input?: string,
  ): Promise<ScriptOutput> {
    const command = commandOf(script, Math.ceil(deadlineMs / 1000))
    const options = { deadlineMs, ...(input === undefined ? {} : { input }) }
    const output = await (node
      ? node.run(command, maximumOutput, options)
      : this.access.onLogin(command, maximumOutput, options))
    const { code } = output
    const at = output.stdout.indexOf(begin)
    if (at < 0) throw new NotSeen(asText('site-check-reasons.noScripts', { code: code ?? '-' }))
    const stdout = output.stdout.slice(at + begin.length)
    const lines = [...stdout.matchAll(/^@@([a-z-]+) ?(.*)$/gm)].map(([, name = '', text = '']) => ({
      name,
      text,
    }))
    return { lines, stdout, code }
  }

  /** Ends what the check has opened; a login that existed before stays. */
  async close(): Promise<void> {
    this.closed = true
    if (this.own) return this.own.close()
    await Promise.all(this.nodes.splice(0).map((node) => node.close()))
  }
}
