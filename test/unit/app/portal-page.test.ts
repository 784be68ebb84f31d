/** Pages of the portal that are opened in the user's browser: those that are listed, at the portal's own address. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApp } from '../../../src-main/app.ts'
import { loadProfile } from '../../../src-main/services/sites/load-profile.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

async function opened(page: string, origin = 'http://portal.example:8080/'): Promise<unknown[][]> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-portal-page-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'site.json')
  const ssh = { loginHost: { address: 'login.example' }, nodes: {} }
  const portal = { origin }
  writeFileSync(file, JSON.stringify({ version: 1, id: 'site', name: 'Site', portal, ssh }))
  const platform = createNodePlatform({ logger: collectingLogger(), dataFolder: join(folder, 'data') })
  stack.defer(() => platform.dispose())
  const asked: unknown[][] = []
  const openExternal = async (...words: unknown[]): Promise<void> => void asked.push(words)
  const app = createApp({ ...platform, openExternal }, { profiles: [await loadProfile(file)] })
  stack.defer(() => app.dispose())
  await app.call({ id: 'test', trusted: true }, 'portal.open', { siteId: 'site', page })
  return asked
}

test('a page of the portal is opened at its origin, which may be without encryption', async () => {
  expect(await opened('/vnc')).toEqual([['http://portal.example:8080/vnc', 'http://portal.example:8080']])
})

test('the portal itself can be opened, for a failure that asks for it', async () => {
  expect(await opened('/')).toEqual([['http://portal.example:8080/', 'http://portal.example:8080']])
})

test('a portal that lies below a path has its pages there', async () => {
  expect(await opened('/vnc', 'http://portal.example/vizlink/')).toEqual([
    ['http://portal.example/vizlink/vnc', 'http://portal.example'],
  ])
})

test.each(['@evil.example/', '/auth/logout', '', '.evil.example', '/vnc/../admin'])(
  '%j is no page',
  async (page) => {
    expect(await opened(page)).toEqual([])
  },
)
