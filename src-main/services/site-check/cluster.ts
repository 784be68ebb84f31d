/** The check's own login at the cluster: commands on the login host and on one node, by scripts that only read. */
import type { Hop } from '../../link-process/messages.ts'
import type { ProcessHost } from '../../ports/process-host.ts'
import { loadSigner } from '../link/key-signer.ts'
import { createLinkClient, type LinkClient, type QuestionHandlers } from '../link/link-client.ts'
import type { LoadedProfile } from '../sites/load-profile.ts'
import { sshUser } from '../sites/ssh-user.ts'

export type ClusterQuestions = Omit<QuestionHandlers, 'sign'>

/** Nobody is there to answer: a host key that the profile does not name is refused. */
export const noQuestions: ClusterQuestions = {
  verifyHostKey: async () => false,
  answerPrompts: async () => null,
}

const loginDeadlineMs = 20_000
const hopDeadlineMs = 15_000
const maximumOutput = 256 * 1024

export interface ScriptOutput {
  /** Lines `@@name text` that the script printed; a login shell may print others. */
  lines: { name: string; text: string }[]
  stdout: string
  code: number | null
}

export class CheckLogin {
  private readonly loaded: LoadedProfile
  private readonly processes: ProcessHost
  private readonly questions: ClusterQuestions
  private link: LinkClient | null = null

  constructor(loaded: LoadedProfile, processes: ProcessHost, questions: ClusterQuestions) {
    this.loaded = loaded
    this.processes = processes
    this.questions = questions
  }

  async login(): Promise<{ seen: string }> {
    const signer = await loadSigner(this.loaded.identityFile)
    const { loginHost } = this.loaded.profile.ssh
    const user = sshUser(this.loaded.profile)
    const link = createLinkClient(this.processes.start('link'), {
      ...this.questions,
      sign: (input) => signer.sign(input),
    })
    this.link = link
    const { address, port, hostKeys } = loginHost
    const hop: Hop = { label: address, address, port, user, hostKeys }
    await link.request('login', { hops: [hop], keys: signer.keys, deadlineMs: loginDeadlineMs })
    return { seen: `${user}@${address}:${port}` }
  }

  /** Logs in to a node through the login host. */
  async openNode(node: string): Promise<string> {
    const { ssh } = this.loaded.profile
    const special = ssh.nodes.byName[node]
    const hop: Hop = {
      label: node,
      address: special?.address ?? node,
      port: special?.port ?? ssh.nodes.port,
      user: sshUser(this.loaded.profile),
      hostKeys: special?.hostKeys.length ? special.hostKeys : ssh.nodes.hostKeys,
    }
    return (await this.mustLink().request('open-hop', { hop, deadlineMs: hopDeadlineMs })).hopId
  }

  /**
   * Runs a script by `sh`, on the login host or (with `hopId`) on a node.
   * @param script without single quotes
   * @param input its standard input
   */
  async run(hopId: string | null, script: string, deadlineMs: number, input?: string): Promise<ScriptOutput> {
    if (script.includes("'")) throw new Error('a script may hold no single quote')
    const { stdout, code } = await this.mustLink().request('exec', {
      hopId,
      command: `sh -c '${script}'`,
      deadlineMs,
      maximumBytes: maximumOutput,
      ...(input === undefined ? {} : { input }),
    })
    const lines = [...stdout.matchAll(/^@@([a-z-]+) ?(.*)$/gm)].map(([, name = '', text = '']) => ({
      name,
      text,
    }))
    return { lines, stdout, code }
  }

  async close(): Promise<void> {
    await this.link?.close()
  }

  private mustLink(): LinkClient {
    if (!this.link) throw new Error('not logged in')
    return this.link
  }
}
