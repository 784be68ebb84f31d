/** Names and ids that reach the portal: only those that can be no part of a path, a header or a shell script. */
import { expect, test } from 'vitest'
import type { PortalAnswer, PortalSender } from '../../../../src-main/protocols/portal/http.ts'
import { MoonlightApi } from '../../../../src-main/protocols/portal/moonlight.ts'
import { tokenSchema } from '../../../../src-main/protocols/portal/auth.ts'
import { machineQueries } from '../../../../src-main/protocols/prometheus/query.ts'
import { VncApi } from '../../../../src-main/protocols/portal/vnc.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import { failureText } from '../../../../src-main/shared/failure-text.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

const bad = ['', '../etc', 'ada; reboot', 'ada\nx: y', '$(id)', 'ада', 'a'.repeat(200), '*']

/** A portal that answers everything with one answer; what was asked. */
function portal(answer: Partial<PortalAnswer>): { http: PortalSender; asked: string[] } {
  const asked: string[] = []
  const send = async (url: string): Promise<PortalAnswer> => {
    asked.push(url)
    return portalAnswer(answer)
  }
  return { http: { send }, asked }
}
const base = 'https://portal.example/api'

test.each(bad)('no user %j', (user) => {
  expect(() => new MoonlightApi(portal({}).http, base, user)).toThrow('bad-request/user-name-unusable')
})

test('a name that is refused is refused with the characters that may be used', () => {
  expect(() => new MoonlightApi(portal({}).http, base, 'Ada.B_c@d+e-1')).not.toThrow()
  const { nextStep } = failureText(fail('bad-request', 'user-name-unusable').failure, 'en')
  expect(nextStep).toContain('letters, digits and . _ @ + -')
})

test.each(bad)('no session %j is ended', async (id) => {
  const { http, asked } = portal({})
  expect((await failureOf(new MoonlightApi(http, base, 'ada').remove(id))).kind).toBe('bad-request')
  expect((await failureOf(new VncApi(http, base, async () => 'token').remove(id))).kind).toBe('bad-request')
  expect(asked).toEqual([])
})

test.each([500, 403, 302])('an end that the portal answers with %i is none', async (status) => {
  const { http } = portal({ status })
  await failureOf(new MoonlightApi(http, base, 'ada').remove('ml-ada-1'))
  await failureOf(new VncApi(http, base, async () => 'token').remove('vnc-ada-1'))
})

test('only sessions of one’s own name are listed', async () => {
  const session = (id: string) => ({ session_id: id, sunshine_port: 47_989, slurm_job_id: '7' })
  const ids = ['ml-ada-1', 'ml-eve-1', 'ml-ada-1; id', 'ml-ada2-1', 'vnc-ada-1', 'ml-ada-']
  const { http } = portal({ json: { sessions: ids.map(session) } })
  expect((await new MoonlightApi(http, base, 'ada').sessions()).map(({ id }) => id)).toEqual(['ml-ada-1'])
})

test.each(['jane.doe@example.org', '4711', 'Ada+1'])(
  'B14 sessions of %s are listed and ended',
  async (user) => {
    const id = `ml-${user}-17`
    const session = { session_id: id, sunshine_port: 47_989, slurm_job_id: '7' }
    const { http, asked } = portal({
      json: { sessions: [session, { ...session, session_id: `ml-${user}x-17` }] },
    })
    const api = new MoonlightApi(http, base, user)
    expect((await api.sessions()).map((one) => one.id)).toEqual([id])
    await api.remove(id)
    expect(asked.at(-1)).toBe(`${base}/sessions/${id}`)
  },
)

test('a session that the portal makes under another name is none', async () => {
  const json = { session_id: 'ml-eve-1', sunshine_port: 47_989, slurm_job_id: '7' }
  const { http } = portal({ status: 201, json })
  await failureOf(new MoonlightApi(http, base, 'ada').create('desktop'))
})

test.each(['x'.repeat(9), 'token-token\r\nx: y', 'token token token', 'tökentoken', 'x'.repeat(8193)])(
  '%j is no token that is put into a header',
  (text) => expect(tokenSchema.safeParse(text).success).toBe(false),
)

test('the name of a machine is a word in what Prometheus is asked, and no more', () => {
  const query = machineQueries.cpu('n1"} or up{x="\\')
  expect(query).toContain('instance="n1\\"} or up{x=\\"\\\\"')
})
