/** Settings through the contract: what the page asks, the answer, and what every page is notified of. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApp } from '../../../src-main/app.ts'
import { calls, events, type CallName, type EventName } from '../../../src-main/shared/contract.ts'
import { createNodePlatform } from '../../../src-main/shells/node/index.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

const page = { id: 'page', trusted: true }

test('a choice is answered, sent to every page, and there at the next start', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'vizlink-app-'))
  const logger = collectingLogger()
  const platform = createNodePlatform({ logger, dataFolder })
  const start = () => createApp(platform, { profiles: [], policyFile: join(dataFolder, 'no-policy.json') })
  try {
    const app = start()
    const emitted: [EventName, unknown][] = []
    app.subscribe((event, data) => emitted.push([event, data]))
    const ask = (name: CallName, input: unknown) => app.call(page, name, input)
    expect(await ask('settings.set', { key: 'userName', siteId: 'demo', value: 'ada' })).toEqual({
      ok: true,
      value: null,
    })
    expect(emitted.map(([event]) => event)).toEqual(['settings.changed'])
    expect(events['settings.changed'].parse(emitted[0]?.[1]).userName.value).toEqual({ demo: 'ada' })
    for (const bad of [
      { key: 'userName', value: 'ada' },
      { key: 'picture', value: 'huge' },
      { key: '__proto__', value: {} },
      { key: 'lastSite', value: 'one', managed: false },
    ])
      expect(await ask('settings.set', bad)).toMatchObject({ ok: false, failure: { kind: 'bad-request' } })
    await app.dispose()
    const again = start()
    const reply = await again.call(page, 'settings.get', null)
    const { settings, notices } = calls['settings.get'].output.parse(reply.ok ? reply.value : null)
    expect(settings.userName).toEqual({ value: { demo: 'ada' }, managed: false, source: 'user' })
    expect(notices).toEqual([])
    await again.dispose()
    expect(logger.lines.filter(({ event }) => event === 'event.malformed')).toEqual([])
  } finally {
    await platform.dispose()
    rmSync(dataFolder, { recursive: true })
  }
})
