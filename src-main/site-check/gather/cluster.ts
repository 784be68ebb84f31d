/** The check's way into the cluster: commands on the login host and on one node, by scripts that only read. */
import type { Platform } from '../../ports/platform.ts'
import {
  type ClusterAccess,
  clusterAccessOf,
  type ClusterForward,
  ClusterLogin,
  type NodeLogin,
  type QuestionHandlers,
} from '../../services/cluster/index.ts'
import type { HostCommand } from '../../protocols/ssh/script.ts'
import type { LoadedProfile } from '../../services/sites/index.ts'
import type { Saying } from '../../shared/texts/index.ts'
import { asText } from '../../shared/texts/index.ts'

export type ClusterQuestions = Omit<QuestionHandlers, 'sign'>

/** No person is there to answer: a host key that the profile does not name is refused. */
export const noQuestions: ClusterQuestions = {
  verifyHostKey: async () => false,
  answerPrompts: async () => null,
}

const maximumOutput = 256 * 1024
export interface ScriptOutput {
  /** Lines `@@name text` that the script printed. */
  lines: { name: string; text: string }[]
  /** All that the script printed. */
  stdout: string
  code: number
}

export interface CheckLoginOptions {
  loaded: LoadedProfile
  platform: Pick<Platform, 'processes' | 'dataFolder'>
  /** Asked by a login of the check's own. */
  questions: ClusterQuestions
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
   * Runs a command on the login host or (with `node`) on a node. It has the deadline there too.
   * @param input its standard input
   * @throws VizlinkError no-commands: something else answers; and what keeps the host from being asked
   */
  async run(
    node: NodeLogin | null,
    command: HostCommand,
    deadlineMs: number,
    input?: string,
  ): Promise<ScriptOutput> {
    const options = { deadlineMs, ...(input === undefined ? {} : { input }) }
    const { stdout, code } = await (node
      ? node.run(command, maximumOutput, options)
      : this.access.onLogin(command, maximumOutput, options))
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
