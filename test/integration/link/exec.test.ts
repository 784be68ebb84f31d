/** Commands on the last host of a login: whole output up to its bound, the true exit status, no hanging. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { kindOf, startLink, type RunningLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers } from '../../support/ssh-servers.ts'
import { markedProcesses } from '../../site/support/processes.ts'

let servers: SshServers
let link: RunningLink
beforeAll(async () => {
  servers = await startSshServers()
  link = await startLink({ identityFile: servers.identityFile })
  await link.client.request('login', { hops: servers.hops, keys: link.keys, deadlineMs: 30_000 })
})
afterAll(async () => {
  await link.dispose()
  await servers.dispose()
})

/** Kills the SSH server under a command. */
const killServer = `pid=$$
while [ "$(cat /proc/$pid/comm)" != sshd ]; do pid=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$pid/stat"); done
kill -KILL "$pid"; sleep 1`

interface Result {
  stdout: string
  stderr: string
  code: number
  truncated: boolean
}
const exec = (script: string, maximumBytes = 1000, deadlineMs = 30_000): Promise<Result> =>
  link.client.request('exec', { hopId: null, command: { script }, deadlineMs, maximumBytes })

const quiet = { stdout: '', stderr: '', code: 0, truncated: false }

test.each([
  ['nothing', 'true', quiet],
  ['both outputs', 'echo out; echo err >&2', { ...quiet, stdout: 'out\n', stderr: 'err\n' }],
  ['a status', 'exit 7', { ...quiet, code: 7 }],
  ['a signal, as a shell counts it', 'kill -TERM $$', { ...quiet, stderr: 'Terminated\n', code: 143 }],
  ['the end of its input at once', 'cat; echo done', { ...quiet, stdout: 'done\n' }],
  [
    'output of exactly the bound',
    "printf '%1000s' x | tr ' ' a",
    { ...quiet, stdout: `${'a'.repeat(999)}x` },
  ],
  [
    'output of one byte more, cut',
    "printf '%1001s' x | tr ' ' a",
    { ...quiet, stdout: 'a'.repeat(1000), truncated: true },
  ],
  [
    'the end of too many errors, apart from the output',
    "echo out; printf '%20000s' x | tr ' ' a >&2",
    { ...quiet, stdout: 'out\n', stderr: `${'a'.repeat(16 * 1024 - 3)}x` },
  ],
])('a command gives %s', async (_name, command, result) => {
  expect(await exec(command)).toEqual(result)
})

test('a status is never missed, however short the command', async () => {
  const results = await Promise.all(Array.from({ length: 40 }, (_, index) => exec(`exit ${index}`)))
  expect(results.map(({ code }) => code)).toEqual(results.map((_, index) => index))
})

test('characters that lie across the packets of the channel arrive whole', async () => {
  const { stdout } = await exec(`printf x; yes '€' | head -n 100000 | tr -d '\\n'`, 1 << 20)
  expect(stdout).toBe(`x${'€'.repeat(100_000)}`)
})

test('much more output than the bound is read to its end and not kept', async () => {
  const result = await exec('head -c 100000000 /dev/zero; exit 3', 4096)
  expect({ ...result, stdout: result.stdout.length }).toEqual({
    ...quiet,
    stdout: 4096,
    code: 3,
    truncated: true,
  })
})

describe('a command that does not end', () => {
  test('is given up at its deadline; the login stays open', async () => {
    expect(await kindOf(exec('sleep 3', 100, 300))).toBe('deadline-exceeded')
    expect(await kindOf(exec('yes', 100, 300))).toBe('deadline-exceeded')
    expect((await exec('echo still here')).stdout).toBe('still here\n')
    await vi.waitUntil(() => markedProcesses(servers.directory, /^(sleep|yes)/).length === 0, {
      timeout: 30_000,
      message: 'nothing runs on',
    })
  })

  test('has failed when the connection is cut under it', async () => {
    const other = await startLink({ identityFile: servers.identityFile })
    await other.client.request('login', { hops: servers.hops, keys: other.keys, deadlineMs: 30_000 })
    const outcome = kindOf(
      other.client.request('exec', {
        hopId: null,
        command: { script: killServer },
        deadlineMs: 30_000,
        maximumBytes: 100,
      }),
    )
    expect(await outcome).toBe('link-lost')
    expect(await other.lost).toMatchObject({ relayId: null, failure: { kind: 'link-lost' } })
    await other.dispose()
  })
})

test('a hop that was never opened is named as such', async () => {
  const input = { hopId: 'hop-99', command: { script: 'true' }, deadlineMs: 30_000, maximumBytes: 10 }
  expect(await kindOf(link.client.request('exec', input))).toBe('bad-request')
})
