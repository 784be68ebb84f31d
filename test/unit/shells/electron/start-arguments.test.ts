/** What a start of the app asks for. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { siteOfSecondStart, startArguments } from '../../../../src-main/shells/electron/start-arguments.ts'

beforeEach(() => vi.stubEnv('VIZLINK_SITE', undefined))
afterEach(() => vi.unstubAllEnvs())

const start = (...given: string[]) => startArguments(given, '/work', '1.2.3')

test.each<[string, string[], string | null]>([
  ['as an option', ['--site', 'a.json'], '/work/a.json'],
  ['in one word', ['--site=/etc/a.json'], '/etc/a.json'],
  ['as a file', ['a.json'], '/work/a.json'],
  ['as a file that a desktop opens', ['file:///home/ada/my%20site.json'], '/home/ada/my site.json'],
  ['among options of Chromium', ['--inspect=0', '--site', 'a.json', '-v'], '/work/a.json'],
  ['twice: the option counts', ['b.json', '--site', 'a.json'], '/work/a.json'],
  ['nowhere', ['--disable-gpu', '--remote-debugging-port=0'], null],
])('a site %s', (_where, given, site) => {
  expect(start(...given)).toEqual({ site, print: null })
})

test('the environment names it where nothing else does', () => {
  vi.stubEnv('VIZLINK_SITE', 'b.json')
  expect([start().site, start('--site', 'a.json').site]).toEqual(['/work/b.json', '/work/a.json'])
})

test('a file on another computer stays what it is: it will not be found', () => {
  expect(start('file://server/share/a.json').site).toBe('file://server/share/a.json')
})

test('a name that is missing is said', () => {
  expect(() => start('--site')).toThrow(/missing/)
})

test('the version and the help are printed in the place of a window', () => {
  expect(start('--version')).toEqual({ site: null, print: '1.2.3\n' })
  expect(start('--help').print).toMatch(/^Usage: vizlink [^]*--site/)
})

test('from a second start nothing but a file’s name is taken', () => {
  expect(siteOfSecondStart({ site: '/a.json', more: 1 })).toBe('/a.json')
  for (const data of [undefined, null, 'x', {}, { site: null }, { site: 5 }, { site: 'x'.repeat(5000) }])
    expect(siteOfSecondStart(data)).toBeNull()
})
