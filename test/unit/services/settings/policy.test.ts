/** Which files count as the administrator's policy: one that root alone can have written, whole, where no link leads astray. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { policyPath, readPolicy } from '../../../../src-main/services/settings/policy.ts'
import { failureText } from '../../../../src-main/shared/failure-text.ts'

const stranger = 65_534
const isRoot = process.getuid?.() === 0

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-policy-'))
  chmodSync(folder, 0o755)
  file = join(folder, 'policy.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (text: string, mode = 0o644): void => {
  writeFileSync(file, text)
  chmodSync(file, mode)
}
const good = '{"picture":"light","panel":"hidden"}'
const reasonOf = async (path = file): Promise<string | undefined> => {
  const { policy, failure } = await readPolicy(path, 'linux')
  expect(policy).toEqual({})
  expect(failure?.kind).toBe('bad-settings')
  // Words of the catalogue: a person reads it in each language.
  expect(failure?.facts.reason).toHaveProperty('key')
  return failure?.evidence.find(({ label }) => label === 'reason')?.value
}

test('it lies where only an administrator writes, whatever the environment says', () => {
  expect(policyPath('linux')).toBe('/etc/vizlink/policy.json')
  expect(policyPath('darwin')).toBe('/etc/vizlink/policy.json')
  expect(policyPath('win32')).toBe('C:\\ProgramData\\vizlink\\policy.json')
})

test('without a file there is no policy, and nothing to report', async () => {
  expect(await readPolicy(file, 'linux')).toEqual({ policy: {}, failure: null })
  expect(await readPolicy(join(folder, 'none', 'policy.json'), 'linux')).toEqual({
    policy: {},
    failure: null,
  })
  expect(await readPolicy(file, 'win32')).toEqual({ policy: {}, failure: null })
})

test('on Windows, where nothing looks at its owner yet, one is refused', async () => {
  write(good)
  const { policy, failure } = await readPolicy(file, 'win32')
  expect(policy).toEqual({})
  expect(failure?.evidence.at(-1)?.value).toContain('Windows')
  expect(failureText(failure!, 'ko').message).toContain(
    '이 버전은 Windows에서 파일의 소유자를 확인할 수 없습니다',
  )
})

test.skipIf(isRoot)('a file of an ordinary user is refused', async () => {
  write(good)
  expect(await reasonOf()).toContain('does not belong to root')
})

describe.skipIf(!isRoot)('as root (only root can make a file of root)', () => {
  test('a file of root that others only read counts', async () => {
    write(good)
    expect(await readPolicy(file, 'linux')).toEqual({
      policy: { picture: 'light', panel: 'hidden' },
      failure: null,
    })
  })

  test.each([0o664, 0o646, 0o666, 0o777])('mode %o: others could have written it', async (mode) => {
    write(good, mode)
    expect(await reasonOf()).toBe('others than root may write it')
  })

  test('a file of somebody else', async () => {
    write(good)
    chownSync(file, stranger, stranger)
    expect(await reasonOf()).toBe('it does not belong to root')
  })

  test.each([
    [
      'belongs to somebody else',
      (path: string) => chownSync(path, stranger, stranger),
      'does not belong to root',
    ],
    ['is open to a group', (path: string) => chmodSync(path, 0o775), 'others than root may write'],
    ['is open to everybody', (path: string) => chmodSync(path, 0o777), 'others than root may write'],
  ])('a folder on the way that %s', async (_what, open, reason) => {
    const deep = join(folder, 'a', 'b')
    mkdirSync(deep, { recursive: true })
    write(good)
    renameSync(file, join(deep, 'policy.json'))
    expect((await readPolicy(join(deep, 'policy.json'), 'linux')).failure).toBeNull()
    open(join(folder, 'a'))
    expect(await reasonOf(join(deep, 'policy.json'))).toContain(reason)
  })

  test('a link in the place of the file is not followed', async () => {
    write(good)
    const link = join(folder, 'link.json')
    symlinkSync(file, link)
    expect(await reasonOf(link)).toBe('it is a link')
  })

  test('a link of somebody else’s on the way, in a folder where everybody may make one', async () => {
    const shared = join(folder, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o1777)
    write(good)
    symlinkSync(folder, join(shared, 'link'))
    expect((await readPolicy(join(shared, 'link', 'policy.json'), 'linux')).failure).toBeNull()
    execFileSync('chown', ['-h', `${stranger}:${stranger}`, join(shared, 'link')])
    expect(await reasonOf(join(shared, 'link', 'policy.json'))).toContain('does not belong to root')
  })

  test('a pipe and a folder are no file, and nothing waits for them', async () => {
    execFileSync('mkfifo', ['-m', '644', file])
    expect(await reasonOf()).toBe('it is no file')
    rmSync(file)
    mkdirSync(file)
    expect(await reasonOf()).toBe('it is no file')
  })

  test.each([
    ['half of one', '{"picture":"light"', ''],
    ['a list', '[]', 'top level'],
    ['one value out of bounds', '{"panel":"hidden","picture":"enormous"}', 'picture'],
    ['a setting that is not known', '{"panel":"hidden","pictures":"light"}', 'pictures'],
    ['a prototype', '{"panel":"hidden","__proto__":{"picture":"light"}}', '__proto__'],
    ['what is no text', '\u00ff\u00fe', ''],
    ['more than a policy has', `{"panel":"hidden"${' '.repeat(300_000)}}`, 'too large'],
  ])('%s is refused as a whole', async (_what, text, reason) => {
    writeFileSync(file, Buffer.from(text, 'latin1'))
    chmodSync(file, 0o644)
    expect(await reasonOf()).toContain(reason)
  })
})
