/** A shell whose start-up files are slow, or start something else: with programs of this computer in the place of a channel. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { Duplex } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { HostShell } from '../../../../src-main/protocols/ssh/exec.ts'
import type { ExecLogin } from '../../../../src-main/protocols/ssh/connection.ts'
import { deadline } from '../../../../src-main/protocols/ssh/failures.ts'
import type { Timer } from '../../../../src-main/protocols/ssh/connect.ts'
import { emptyMemory } from '../../../../src-main/protocols/ssh/script.ts'
import { failureOf } from '../../../support/failure-of.ts'

const children = new Set<ChildProcessWithoutNullStreams>()
afterEach(() => children.forEach((child) => child.kill('SIGKILL')))

/** A login whose shell runs `startUp` first. */
const login = (startUp: string): ExecLogin => ({
  exec(command, opened) {
    const child = spawn('bash', ['--norc', '-c', `${startUp}\n${command}`])
    children.add(child)
    const duplex = Duplex.from({ readable: child.stdout, writable: child.stdin })
    const close = (): void => void child.kill('SIGKILL')
    const channel = Object.assign(duplex, { stderr: child.stderr, close })
    child.on('exit', (code, signal) => channel.emit('exit', code, signal ?? undefined))
    opened(undefined, channel)
  },
})

const timer = (ms: number): Timer => ({
  race: (what, work) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(deadline(what)), ms)
      work.then(resolve, reject).finally(() => clearTimeout(late))
    }),
})
const open = (startUp: string): Promise<HostShell> =>
  HostShell.open(login(startUp), { name: 'login1', memory: emptyMemory() }, timer(10_000))

test('start-up files that run on are called slow, with their names and what they have said', async () => {
  const shell = await open('echo "Loading modules"; exec 3>&1; sleep 60 <&- & wait')
  expect(await failureOf(shell.untilReady(timer(1000)))).toMatchObject({
    ...{ kind: 'no-commands', reason: 'slow-start' },
    facts: {
      host: 'login1',
      seconds: expect.any(Number) as number,
      files: expect.stringContaining('~/.bashrc') as string,
    },
    evidence: [{}, { value: 'Loading modules' }],
  })
})

test('another shell in its place is noticed as soon as it answers', async () => {
  const shell = await open('echo "Starting another"; exec bash --norc')
  expect(await failureOf(shell.untilReady(timer(60_000)))).toMatchObject({
    ...{ kind: 'no-commands', reason: 'unheard' },
    evidence: [{}, { value: 'Starting another' }],
  })
})

test('what was asked meanwhile is no command of the shell that comes', async () => {
  const shell = await open('read -r -t 5 asked; read -r -t 1 next')
  await shell.untilReady(timer(60_000))
  const run = { timer: timer(10_000), maximumBytes: 1000, limitSeconds: 9 }
  expect(await shell.run({ script: 'echo out' }, run)).toMatchObject({ stdout: 'out\n', stderr: '', code: 0 })
})
