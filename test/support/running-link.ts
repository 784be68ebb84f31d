/** A real link process as the product starts it, and how its questions are answered. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostPorts, LinkQuestions, OfferedKey } from '../../src-main/link-process/messages.ts'
import type { ChildHandle } from '../../src-main/ports/process-host.ts'
import type { Failure } from '../../src-main/shared/errors.ts'
import type { AskPassphrase } from '../../src-main/services/cluster/key-file.ts'
import { loadSigner, selectionOf } from '../../src-main/services/cluster/key-signer.ts'
import {
  createLinkClient,
  type LinkClient,
  type QuestionHandlers,
} from '../../src-main/services/cluster/link-client.ts'
import { createNodePlatform } from '../../src-main/shells/node/index.ts'
import { collectingLogger, type CollectingLogger } from './silent-logger.ts'

/** Where no host is: a relay starts all the same, as it does before its host. */
export const portsOfNoHost: HostPorts = {
  address: '127.0.0.1',
  http: 1,
  https: 2,
  web: 3,
  rtsp: 4,
  video: 5,
  control: 6,
  audio: 7,
}

export interface RunningLink {
  client: LinkClient
  child: ChildHandle
  keys: OfferedKey[]
  unusableKeys: string[]
  /** Questions that were asked, signatures excepted. */
  asked: { name: keyof LinkQuestions; input: unknown }[]
  /** What servers said to people. */
  notices: string[]
  logger: CollectingLogger
  /** The first loss that the process reports. */
  lost: Promise<{ relayId: string | null; failure: Failure }>
  dispose(): Promise<void>
}

export interface RunningLinkOptions extends Partial<QuestionHandlers> {
  /** Private key file; null offers no key. */
  identityFile: string | null
  askPassphrase?: AskPassphrase
  /** The agent's socket. */
  agentSocket?: string
}

/** Questions without an answer of the test's own are refused. */
export async function startLink(options: RunningLinkOptions): Promise<RunningLink> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'vizlink-link-'))
  const logger = collectingLogger()
  const platform = createNodePlatform({ logger, dataFolder })
  const signer = await loadSigner(
    selectionOf(options.identityFile, options.agentSocket ?? ''),
    options.askPassphrase,
  )
  const asked: RunningLink['asked'] = []
  const notices: string[] = []
  const { verifyHostKey, answerPrompts } = options
  const child = platform.processes.start('link')
  const client = createLinkClient(child, {
    sign: options.sign ?? ((input) => signer.sign(input)),
    verifyHostKey: async (input) => {
      asked.push({ name: 'verifyHostKey', input })
      return verifyHostKey?.(input) ?? false
    },
    answerPrompts: async (input) => {
      asked.push({ name: 'answerPrompts', input })
      return answerPrompts?.(input) ?? null
    },
    notice: async ({ text }) => {
      notices.push(text)
      return null
    },
  })
  const lost = new Promise<{ relayId: string | null; failure: Failure }>((resolve) =>
    client.onLost((relayId, failure) => resolve({ relayId, failure })),
  )
  return {
    client,
    child,
    keys: signer.keys,
    unusableKeys: signer.unusable,
    asked,
    notices,
    logger,
    lost,
    async dispose() {
      await client.close()
      await platform.dispose()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

/** The kind of failure that a promise rejects with; `none` when it does not. */
export async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    return (error as { failure?: Failure }).failure?.kind ?? String(error)
  }
}
