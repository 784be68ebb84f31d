/** The page's client: what does not fit the contract is reported, once. */
import { expect, test } from 'vitest'
import type { Failure } from '../../../../src-main/shared/errors.ts'
import { createClient } from '../../../../src-renderer/api/client.ts'

test('an event that does not fit is reported once, and the next one that fits is heard', () => {
  let emit: (event: string, data: unknown) => void = () => undefined
  const client = createClient({
    state: 'connected',
    call: () => Promise.reject(new Error('no call is answered')),
    onEvent: (listener) => {
      emit = listener
      return () => undefined
    },
    onState: () => () => undefined,
    takeFramePort: () => Promise.reject(new Error('there is no stream')),
  })
  const [heard, reported]: [unknown[], Failure[]] = [[], []]
  client.on('site.opened', (data) => heard.push(data))
  const stop = client.onMalformed((failure) => reported.push(failure))
  emit('site.opened', { siteId: 5 })
  emit('site.opened', null)
  emit('another.event', null)
  emit('site.opened', { siteId: 'one', sites: [] })
  expect(heard).toEqual([{ siteId: 'one', sites: [] }])
  expect(reported).toMatchObject([{ kind: 'internal', evidence: [{ value: 'site.opened' }, {}] }])
  stop()
})
