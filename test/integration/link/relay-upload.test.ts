/** How the relay gets onto the node: once, whole, and with a clear refusal where it cannot. */
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { portsOfNoHost as ports, type RunningLink, startLink } from '../../support/running-link.ts'
import { startSshServers, type SshServers, type SshServersOptions } from '../../support/ssh-servers.ts'

const relayFile = join(import.meta.dirname, `../../../resources/relay/linux-${process.arch}/vizlink-relay`)
let servers: SshServers
let link: RunningLink
afterEach(async () => {
  await link.dispose()
  await servers.dispose()
})

async function start(options: SshServersOptions = {}): Promise<void> {
  servers = await startSshServers(options)
  link = await startLink({ identityFile: servers.identityFile })
  await link.client.request('login', { hops: servers.hops, keys: link.keys, deadlineMs: 30_000 })
}

const openRelay = (): Promise<{ relayId: string }> =>
  link.client.request('open-relay', {
    hopId: null,
    ports,
    maximumUnacknowledgedBytes: 1 << 20,
    deadlineMs: 30_000,
  })
const closeAfterwards = async (): Promise<void> => {
  const { relayId } = await openRelay()
  await link.client.request('close-relay', { relayId })
  await vi.waitUntil(() => servers.remoteProcesses().length === 0, {
    timeout: 30_000,
    message: 'the relay ended',
  })
}
const refusal = (): Promise<unknown> => openRelay().catch((error: unknown) => error)
const folder = (): string => join(servers.home, '.cache', 'vizlink')

describe('the relay', () => {
  test('is put once, whole, under its hash, for the user alone', async () => {
    await start()
    await closeAfterwards()
    const binary = await readFile(relayFile)
    const name = `relay-${createHash('sha256').update(binary).digest('hex').slice(0, 32)}`
    expect(await readdir(folder())).toEqual([name])
    const first = await stat(join(folder(), name))
    expect({ file: first.mode & 0o777, folder: (await stat(folder())).mode & 0o777 }).toEqual({
      file: 0o700,
      folder: 0o700,
    })
    expect((await readFile(join(folder(), name))).equals(binary)).toBe(true)
    await closeAfterwards()
    expect((await stat(join(folder(), name))).ino).toBe(first.ino)
  })

  test.each([
    ['cut short', async (path: string) => writeFile(path, (await readFile(path)).subarray(0, 1000))],
    [
      'changed in one byte',
      async (path: string) => {
        const bytes = await readFile(path)
        bytes[5000] = (bytes[5000] ?? 0) ^ 1
        await writeFile(path, bytes)
      },
    ],
    ['not executable', (path: string) => chmod(path, 0o600)],
  ])('is replaced when it is %s', async (_name, damage) => {
    await start()
    await closeAfterwards()
    const [name = ''] = await readdir(folder())
    await damage(join(folder(), name))
    await closeAfterwards()
    expect(await readdir(folder())).toEqual([name])
    expect((await readFile(join(folder(), name))).equals(await readFile(relayFile))).toBe(true)
  })

  test('may be put by several logins at the same time', async () => {
    await start()
    await Promise.all([openRelay(), openRelay(), openRelay()])
    expect(await readdir(folder())).toHaveLength(1)
  })
})

describe('a node that does not take or run it is named so', () => {
  test('no folder can be made', async () => {
    await start({ home: '/dev/null' })
    expect(await refusal()).toMatchObject({ failure: { kind: 'relay-refused' } })
  })

  test('the disk takes only a part of it', async () => {
    // As a quota does: the write fails in the middle. The shell's limit counts blocks of 512 or 1024 bytes.
    await start({ keyOptions: () => `command="ulimit -f 100; exec sh -c \\"$SSH_ORIGINAL_COMMAND\\""` })
    expect(await refusal()).toMatchObject({ failure: { kind: 'relay-refused' } })
    expect(await readdir(folder())).toEqual([])
  })

  test('what arrives has changed on the way: it is never run', async () => {
    // Every step on the node reports success.
    await start({
      keyOptions: (directory) => `command="sh ${directory}/damage \\"$SSH_ORIGINAL_COMMAND\\" ${directory}"`,
    })
    await writeFile(
      join(servers.directory, 'damage'),
      `case "$1" in
*"cat >"*) tr A B | sh -c "$1";;
exec\\ \\"*) echo run >>"$2/runs"; exec sh -c "$1";;
*) exec sh -c "$1";;
esac
`,
    )
    const failure = await refusal()
    expect(failure).toMatchObject({ failure: { kind: 'relay-refused', reason: 'not-put' } })
    expect(await readdir(servers.directory)).not.toContain('runs')
  })

  test('its file may not be executed', async () => {
    await start({
      keyOptions: (directory) => `command="sh ${directory}/no-exec \\"$SSH_ORIGINAL_COMMAND\\""`,
    })
    await writeFile(
      join(servers.directory, 'no-exec'),
      'case "$1" in exec*) echo "sh: relay: Permission denied" >&2; exit 126;; *) exec sh -c "$1";; esac\n',
    )
    const failure = await refusal()
    expect(failure).toMatchObject({ failure: { kind: 'relay-refused' } })
    expect(JSON.stringify(failure)).toContain('Permission denied')
  })

  test('its processor is another', async () => {
    await start({
      keyOptions: () => `command="case $SSH_ORIGINAL_COMMAND in uname*) echo riscv64;; esac"`,
    })
    const failure = await refusal()
    expect(failure).toMatchObject({ failure: { kind: 'relay-refused' } })
    expect(JSON.stringify(failure)).toContain('riscv64')
  })
})

test('words that a login shell says by itself do not disturb', async () => {
  await start({
    keyOptions: () => `command="echo Welcome to the cluster; exec sh -c \\"$SSH_ORIGINAL_COMMAND\\""`,
  })
  await closeAfterwards()
  await closeAfterwards()
})
