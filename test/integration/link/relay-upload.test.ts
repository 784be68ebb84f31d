/** How the relay gets onto the node: once, whole, and with a clear refusal where it cannot. */
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { strangeLogin } from '../../site/ssh/login-shells.ts'
import { failureOf } from '../../support/failure-of.ts'
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

const openRelay = () =>
  link.client.request('open-relay', {
    hopId: null,
    ports,
    maximumUnacknowledgedBytes: 1 << 20,
    deadlineMs: 30_000,
  })
const closeAfterwards = async (): Promise<void> => {
  const { relayId } = await openRelay()
  await link.client.request('close-relay', { relayId })
  await vi.waitUntil(() => servers.relays().length === 0, {
    timeout: 30_000,
    message: 'the relay ended',
  })
}
const refusal = () => failureOf(openRelay())
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

/**
 * Shell lines in front of the login shell: folders of its own in the place of those that all logins of this machine share.
 * @param mounts further ones
 */
const apart = (mounts: readonly string[] = []): string => `
if [ -z "$APART" ]; then APART=yes; export APART; exec unshare --mount --map-root-user "$0"; fi
mkdir -p "$HOME/../shm"; mount --bind "$HOME/../shm" /dev/shm
TMPDIR=$HOME/../temporary; export TMPDIR; mkdir -p "$TMPDIR"
unset XDG_RUNTIME_DIR
${mounts.join('\n')}`
const noPrograms = (folder: string): string => `mount -t tmpfs -o noexec tmpfs "${folder}"`
const onNode = (before: string, programs: Record<string, string> = {}): SshServersOptions => ({
  settings: (directory) => strangeLogin({ before, programs }, { directory, home: join(directory, 'home') }),
})

describe('a home folder that will not do', () => {
  test.each([
    ['B11: that runs no programs', [noPrograms('$HOME')], /no programs may run there .*Permission denied/],
    ['B11: that is full', ['mount -t tmpfs -o size=64k tmpfs "$HOME"'], /No space left/],
    ['B13: that is read-only', ['mount -t tmpfs -o ro tmpfs "$HOME"'], /mkdir: .*Read-only file system/],
  ])(
    '%s: the relay goes to $XDG_RUNTIME_DIR, and what keeps it from its home is said',
    async (_name, mounts, why) => {
      await start(
        onNode(
          apart([
            ...mounts,
            'XDG_RUNTIME_DIR=$HOME/../run; export XDG_RUNTIME_DIR; mkdir -p "$XDG_RUNTIME_DIR"',
          ]),
        ),
      )
      const { place } = await openRelay()
      expect(place.folder).toMatch(/\/run\/vizlink$/)
      expect(place.passedOver.map(({ folder: passed }) => passed)).toEqual([`${servers.home}/.cache/vizlink`])
      expect(place.passedOver[0]?.why).toMatch(why)
      const [name = ''] = await readdir(place.folder)
      expect((await readFile(join(place.folder, name))).equals(await readFile(relayFile))).toBe(true)
      expect((await stat(place.folder)).mode & 0o777).toBe(0o700)
    },
  )

  test('B11: without $XDG_RUNTIME_DIR it goes to /dev/shm', async () => {
    await start(onNode(apart([noPrograms('$HOME')])))
    expect((await openRelay()).place).toMatchObject({
      folder: `/dev/shm/vizlink-${process.getuid?.()}`,
      passedOver: [{}, { folder: '-', why: 'there is no such folder' }],
    })
  })

  test('a link in the place of its folder is not followed: the next one is taken', async () => {
    const link = `ln -s "$TMPDIR" "/dev/shm/vizlink-$(id -u)"`
    await start(onNode(apart([noPrograms('$HOME'), link])))
    const { place } = await openRelay()
    expect(place.folder).toMatch(/\/temporary\/vizlink-\d+$/)
    expect(place.passedOver.at(-1)?.why).toBe('a link')
  })

  test('no place at all: each is named with what keeps the relay from it', async () => {
    await start(onNode(apart([noPrograms('$HOME'), noPrograms('/dev/shm'), noPrograms('$TMPDIR')])))
    const refused = await refusal()
    expect(refused).toMatchObject({ kind: 'relay-refused', reason: 'not-put' })
    expect(
      refused.evidence.find(({ label }) => label === 'answer')?.value.match(/no programs may run there/g),
    ).toHaveLength(3)
  })
})

describe('a node that does not take or run it is named so', () => {
  test('what arrives has changed on the way: it is never run, and does not stay', async () => {
    // Every step on the node reports success.
    await start(onNode(apart(), { cat: 'exec tr A B' }))
    const refused = await refusal()
    expect(refused).toMatchObject({ kind: 'relay-refused', reason: 'not-put' })
    expect(JSON.stringify(refused)).toContain('it arrived damaged')
    expect(await readdir(folder())).toEqual([])
  })

  test('the disk takes only a part of it', async () => {
    // As a quota does: the write fails in the middle. The shell's limit counts blocks of 512 or 1024 bytes.
    await start(onNode(apart(['ulimit -f 100'])))
    expect(await refusal()).toMatchObject({ kind: 'relay-refused', reason: 'not-put' })
    expect(await readdir(folder())).toEqual([])
  })

  test('its processor is another', async () => {
    await start(onNode(apart(), { uname: 'echo riscv64' }))
    const refused = await refusal()
    expect(refused).toMatchObject({ kind: 'relay-refused', reason: 'no-program-for-node' })
    expect(JSON.stringify(refused)).toContain('riscv64')
  })
})

test('words that a login shell says by itself do not disturb', async () => {
  await start({
    keyOptions: () => `command="echo Welcome to the cluster; exec sh -c \\"$SSH_ORIGINAL_COMMAND\\""`,
  })
  await closeAfterwards()
  await closeAfterwards()
})
