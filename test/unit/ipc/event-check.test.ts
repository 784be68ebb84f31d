/** An event that the page would not take is a fault of the app's, and its log says where. */
import { expect, test } from 'vitest'
import { createEventCheck } from '../../../src-main/ipc/event-check.ts'
import { events } from '../../../src-main/shared/contract.ts'
import { collectingLogger } from '../../support/silent-logger.ts'

test('an event that fits is not logged', () => {
  const logger = collectingLogger()
  createEventCheck(events, logger)('site.opened', { siteId: 'one', sites: [] })
  expect(logger.lines).toEqual([])
})

test('each event that does not fit is logged once, by its fields and not by what is in them', () => {
  const logger = collectingLogger()
  const check = createEventCheck(events, logger)
  for (let count = 0; count < 3; count++) check('site.opened', { siteId: 7, sites: 'a secret' })
  check('status.changed', null)
  expect(logger.lines.map(({ level, event }) => [level, event])).toEqual([
    ['error', 'event.malformed'],
    ['error', 'event.malformed'],
  ])
  expect(logger.lines[0]?.fields).toEqual({
    issues: [
      { label: 'message', value: 'site.opened' },
      { label: 'field', values: { field: 'siteId' }, value: 'invalid_type' },
      { label: 'field', values: { field: 'sites' }, value: 'invalid_type' },
    ],
  })
  expect(JSON.stringify(logger.lines)).not.toContain('a secret')
})
