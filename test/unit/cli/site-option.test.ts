import { afterEach, expect, test, vi } from 'vitest'
import { siteOf } from '../../../src-main/cli/site-option.ts'

afterEach(() => vi.unstubAllEnvs())

test.each([
  ['alone', ['--site', 'a.json'], 'a.json'],
  ['in one word', ['--site=a.json'], 'a.json'],
  ['after the folder of the program', ['/opt/vizlink', '--site', 'a.json'], 'a.json'],
  ['among options of others', ['--inspect=0', '--ozone-platform', 'x11', '--site', 'a.json', '-v'], 'a.json'],
  ['nowhere', ['/opt/vizlink', '--disable-gpu'], undefined],
])('%s', (_where, given, site) => {
  expect(siteOf(given)).toBe(site)
})

test('the environment names it where no option does', () => {
  vi.stubEnv('VIZLINK_SITE', 'b.json')
  expect([siteOf([]), siteOf(['--site', 'a.json'])]).toEqual(['b.json', 'a.json'])
})

test('a name that is missing is said', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  expect(() => siteOf(['--site'])).toThrow(/argument missing/)
  said.mockRestore()
})
