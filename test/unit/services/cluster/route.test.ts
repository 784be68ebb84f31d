/** A way to the node that does not hold leaves nothing open behind it; each step of one has its time. */
import { expect, test } from 'vitest'
import { openRoute } from '../../../../src-main/services/cluster/route.ts'
import { hostPorts } from '../../../../src-main/services/cluster/cluster-login.ts'
import type { LinkClient } from '../../../../src-main/services/cluster/link-client.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { someFailure } from '../../../support/some-failure.ts'

test.each([
  ['link-lost', 'link-lost'],
  ['relay-refused', 'no-way-to-node'],
] as const)('the relay fails (%s): the login on its node is closed', async (kind, seen) => {
  const open = new Set<string>()
  const request = async (name: string, input: object): Promise<unknown> => {
    if (name === 'open-hop') {
      open.add('hop-1')
      return { hopId: 'hop-1' }
    }
    if (name === 'close-hop') return open.delete((input as { hopId: string }).hopId)
    throw someFailure(kind)
  }
  const climb = openRoute(
    { request: request as LinkClient['request'] },
    {
      node: 'viz-node001',
      jobId: '1',
      plan: [{ route: 'node-ssh', skipped: null }],
      hop: { label: 'viz-node001', address: 'viz-node001', port: 22, user: 'alice', hostKeys: [] },
      ports: hostPorts(47_989),
      onProgress: () => undefined,
    },
  )
  expect((await failureOf(climb)).kind).toBe(seen)
  expect([...open]).toEqual([])
})

test('a login on the node has 15 seconds, a relay 20, the question for an address 10', async () => {
  const asked: [string, number | undefined][] = []
  const request = async (name: string, input: { deadlineMs?: number }): Promise<unknown> => {
    asked.push([name, input.deadlineMs])
    if (name === 'open-hop' || name === 'close-hop') return { hopId: 'hop-1' }
    if (name === 'exec') return { stdout: '10.0.0.7 STREAM\n' }
    throw someFailure('relay-refused')
  }
  const climb = openRoute(
    { request: request as LinkClient['request'] },
    {
      node: 'viz-node001',
      jobId: '1',
      plan: (['node-ssh', 'srun', 'login-host'] as const).map((route) => ({ route, skipped: null })),
      hop: { label: 'viz-node001', address: 'viz-node001', port: 22, user: 'alice', hostKeys: [] },
      ports: hostPorts(47_989),
      onProgress: () => undefined,
    },
  )
  expect((await failureOf(climb)).kind).toBe('no-way-to-node')
  expect(asked).toEqual([
    ['open-hop', 15_000],
    ['open-relay', 20_000],
    ['close-hop', undefined],
    ['open-relay', 20_000],
    ['exec', 10_000],
    ['open-relay', 20_000],
  ])
})
