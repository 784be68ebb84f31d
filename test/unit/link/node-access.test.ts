/** A way to the node that does not hold leaves nothing open behind it. */
import { expect, test } from 'vitest'
import { climbLadder } from '../../../src-main/services/connection/node-access.ts'
import { hostPorts } from '../../../src-main/services/connection/cluster-side.ts'
import type { LinkClient } from '../../../src-main/services/link/link-client.ts'
import { fail } from '../../../src-main/shared/errors.ts'
import { failureOf } from '../../support/failure-of.ts'

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
    throw fail(kind, { message: 'No relay.', nextStep: 'Ask.' })
  }
  const climb = climbLadder(
    { request: request as LinkClient['request'] },
    {
      node: 'viz-node001',
      jobId: '1',
      plan: [{ rung: 'node-ssh', skipped: null }],
      hop: { label: 'viz-node001', address: 'viz-node001', port: 22, user: 'alice', hostKeys: [] },
      ports: hostPorts(47_989),
      onProgress: () => undefined,
    },
  )
  expect((await failureOf(climb)).kind).toBe(seen)
  expect([...open]).toEqual([])
})
