/** A gateway's error names the service that does not run, and the whole path that was asked for. */
import { expect, test } from 'vitest'
import { unexpected } from '../../../../src-main/protocols/portal/http.ts'
import { sentenceOf } from '../../../../src-main/shared/failure-text.ts'
import { translate } from '../../../../src-main/shared/texts/index.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

test.each([
  ['/sessions', '/api/moonlight/sessions', 'desktop service (8004)'],
  ['/images', '/api/moonlight/images', 'desktop service (8004)'],
  ['/vnc/sessions', '/api/vnc/sessions', 'dashboard service (5010)'],
  ['/nodes', '/api/api/nodes', 'dashboard service (5010)'],
  ['/auth/info', '/auth/info', 'sign-in service (4430)'],
  ['/slurm/squeue', '/cae/api/slurm/squeue', 'CAE service (5000)'],
])('%s at %s', (path, whole, service) => {
  const { failure } = unexpected(path, portalAnswer({ path: whole, status: 502 }))
  expect(translate(sentenceOf(failure), 'en')).toBe(
    `The portal’s ${service} is not running, or has too much to do.`,
  )
  expect(failure.evidence[0]).toEqual({ label: 'request', value: whole })
})

test.each([
  ['error', { success: false, error: 'Path /data does not exist' }, 'Path /data does not exist'],
  ['message', { message: 'Redis: Connection\nrefused' }, 'Redis: Connection refused'],
])('a service’s own words are passed on: %s', (_field, json, words) => {
  const answer = portalAnswer({ status: 404, json, text: JSON.stringify(json) })
  const { failure } = unexpected('/storage/data/stats', answer)
  expect(translate(sentenceOf(failure), 'en')).toBe(`The portal answered with an error: “${words}”.`)
})

test.each(['<html>502</html>', '{"error":{"code":5}}', '{"error":""}', '[1]', ''])(
  'what is no word of it is not: %j',
  (text) => {
    const { failure } = unexpected('/nodes', portalAnswer({ status: 500, text }))
    expect(failure.reason).toBe('answered-with-error')
  },
)

test('where a profile names a service’s own address, the path is the service’s', () => {
  const { failure } = unexpected('/auth/info', portalAnswer({ path: '/info', status: 500 }))
  expect(failure.evidence[0]).toEqual({ label: 'request', value: '/auth/info' })
})

const page = '<!DOCTYPE html><html lang="ko"><title>점검 중</title>'
test.each([
  ['a page where JSON belongs: maintenance, or a network that wants a sign-in', { text: page }, 'web-page'],
  ['anything else where JSON belongs', { text: 'ok' }, 'unreadable'],
  ['a password that a web server asks for', { status: 401, text: page }, 'refused-in-front'],
  ['a firewall’s refusal without a page', { status: 403 }, 'refused-in-front'],
  ['a network that wants a sign-in and says so', { status: 511, text: page }, 'refused-in-front'],
  ['a service’s own refusal', { status: 403, json: { error: 'Permission denied' } }, 'answered-with-error'],
  ['too many requests', { status: 429, text: page }, 'service-down'],
  ['a gateway without a backend', { status: 503, text: page }, 'service-down'],
])('%s', (_what, parts, reason) => {
  const { failure } = unexpected('/auth/info', portalAnswer(parts))
  expect([failure.kind, failure.reason]).toEqual(['portal-error', reason])
})
