/**
 * Runs in Electron as a Node.js program (`ELECTRON_RUN_AS_NODE`): the product's own SSH and HTTPS with Electron's cryptography. Reads
 * what it is to do as JSON from standard input, and prints one line of JSON with what came of each.
 */
import { readFileSync } from 'node:fs'
import { Deadlines } from '../../../src-main/link-process/deadlines.ts'
import { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { connectHop } from '../../../src-main/protocols/ssh/connect.ts'
import { HostShell } from '../../../src-main/protocols/ssh/exec.ts'
import { emptyMemory } from '../../../src-main/protocols/ssh/script.ts'
import { loadSigner } from '../../../src-main/services/cluster/key-signer.ts'
import { toFailure } from '../../../src-main/shared/errors.ts'
import { english } from '../../support/english.ts'

export type BoringsslTask =
  | { kind: 'ssh'; port: number; user: string; hostKeys: string[]; identityFile: string }
  | { kind: 'https'; url: string; ca: string }

const deadlineMs = 20_000

async function logIn({
  port,
  user,
  hostKeys,
  identityFile,
}: BoringsslTask & { kind: 'ssh' }): Promise<string> {
  const signer = await loadSigner(identityFile)
  const timer = new Deadlines().start(deadlineMs)
  const client = await connectHop(
    { label: 'server', address: '127.0.0.1', port, user, hostKeys },
    null,
    signer.keys.map(({ publicKey }) => publicKey),
    {
      verifyHostKey: () => Promise.resolve(false),
      sign: async (publicKey, data, hash) => {
        const signature = await signer.sign({ publicKey, data: data.toString('base64'), hash })
        return signature === null ? null : Buffer.from(signature, 'base64')
      },
      answerPrompts: () => Promise.resolve(null),
    },
    timer,
  )
  try {
    // More than one packet each way, with the keys that were agreed on.
    const shell = await HostShell.open(client, { name: 'server', memory: emptyMemory() }, timer)
    const { stdout } = await shell.run(
      { script: 'head -c 300000 /dev/zero | wc -c' },
      { timer, maximumBytes: 1000, limitSeconds: 10 },
    )
    return stdout.trim() === '300000' ? 'works' : `answered ${stdout}`
  } finally {
    client.end()
  }
}

async function ask({ url, ca }: BoringsslTask & { kind: 'https' }): Promise<string> {
  const http = new PortalHttp(ca)
  try {
    const { status } = await http.send(url)
    return status === 200 ? 'works' : `status ${status}`
  } finally {
    await http.close()
  }
}

async function main(): Promise<void> {
  const tasks = JSON.parse(readFileSync(0, 'utf8')) as BoringsslTask[]
  const outcomes: string[] = []
  for (const task of tasks) {
    const work = task.kind === 'ssh' ? logIn(task) : ask(task)
    outcomes.push(await work.catch((error: unknown) => english(toFailure(error)).message))
  }
  process.stdout.write(`${JSON.stringify(outcomes)}\n`)
  process.exit(0)
}

void main()
