/** A computer that takes no file: the command line names the place and what the user can do. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const asRoot = ['--user', '--map-root-user', '--mount']
const possible = spawnSync('unshare', [...asRoot, 'true'], { stdio: 'ignore' }).status === 0
const program = join(import.meta.dirname, '../../../src-main/cli.ts')

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-full-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs a command whose folder of data lies on a small disk that `prepare` makes unfit. */
function onDisk(prepare: string, place: string): { code: number | null; stderr: string } {
  const script = `set -e; mount -t tmpfs -o size=64k none "$1"; mkdir "$1/vizlink"; ${prepare}
    XDG_DATA_HOME="$2" exec "$3" "$4" connect --host 127.0.0.1:47989 --seconds 1`
  const { status, stderr } = spawnSync(
    'unshare',
    [...asRoot, 'sh', '-c', script, 'sh', folder, join(folder, place), process.execPath, program],
    { encoding: 'utf8', env: { ...process.env, LANGUAGE: 'en', LC_ALL: 'C.UTF-8' } },
  )
  return { code: status, stderr }
}

test('B41: a token’s file that is not there is named', () => {
  const site = join(folder, 'site.json')
  const token = join(folder, 'token')
  writeFileSync(
    site,
    JSON.stringify({
      ...{ version: 1, id: 'site', name: 'Site', portal: { origin: 'https://portal.invalid', user: 'ada' } },
      ssh: { user: 'ada', loginHost: { address: '127.0.0.1' }, nodes: {} },
    }),
  )
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, 'check', '--site', site, '--token-file', token],
    { encoding: 'utf8', env: { ...process.env, LANGUAGE: 'en', LC_ALL: 'C.UTF-8' } },
  )
  expect([status, stderr.split('\n')[0]]).toEqual([
    2,
    `The file with the token cannot be read: ${token}. Check the path after --token-file, and that you may read the file.`,
  ])
})

describe.runIf(possible)('B41', () => {
  test('a disk that is full', () => {
    const { code, stderr } = onDisk('head -c 65536 /dev/zero > "$1/others"', '.')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      new RegExp(
        `^${folder}/vizlink/secrets/\\w+ cannot be written: the disk is full, or your share of it\\.`,
      ),
    )
    expect(stderr).toContain('ENOSPC')
    expect(stderr).not.toContain('inside Vizlink')
  })

  test.each([
    ['.', 'vizlink/vizlink.log'],
    ['deeper', 'deeper/vizlink'],
  ])('a folder that can only be read, with the data in %s', (place, named) => {
    const { code, stderr } = onDisk('mount -o remount,ro "$1"', place)
    expect(code).toBe(1)
    expect(stderr).toContain(`${join(folder, named)} cannot be written. Check that its folder exists`)
    expect(stderr).not.toContain('inside Vizlink')
  })
})
