/** Port ids by which a page gets a picture: good once, and no more than 16 wait. */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { FramePorts } from '../../../../src-main/services/desktop/frame-ports.ts'

function onePicture() {
  const attached: unknown[] = []
  const attach = (...values: unknown[]): boolean => attached.push(values.at(-1)) > 0
  return { ports: new FramePorts(), taker: { attachSocket: attach, attachPort: attach }, attached }
}
const upgrade = { headers: {}, head: Buffer.alloc(0) }
const socket = {} as Socket

test('an id works once, by socket and by port', () => {
  const { ports, taker, attached } = onePicture()
  const bySocket = ports.add(taker)
  expect([1, 2].map(() => ports.attachSocket(bySocket, upgrade, socket))).toEqual([true, false])
  expect(ports.attachPort(bySocket, {})).toBe(false)
  const byPort = ports.add(taker)
  expect([1, 2].map(() => ports.attachPort(byPort, {}))).toEqual([true, false])
  expect(attached.length).toBe(2)
})

test('the seventeenth id makes the first one useless', () => {
  const { ports, taker } = onePicture()
  const ids = Array.from({ length: 17 }, () => ports.add(taker))
  expect(ids.map((id) => ports.attachPort(id, {}))).toEqual([
    false,
    ...Array.from({ length: 16 }, () => true),
  ])
})
