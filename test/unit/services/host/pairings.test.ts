/** What is kept of hosts: the last 32, and nothing of a session that has ended. */
import { expect, test } from 'vitest'
import { pairingsOf } from '../../../../src-main/services/host/pairings.ts'

function store() {
  const secrets = new Map<string, string>()
  const pairings = pairingsOf(
    {
      persistent: true,
      get: async (name) => secrets.get(name) ?? null,
      set: async (name, value) => void secrets.set(name, value),
      delete: async (name) => void secrets.delete(name),
    },
    'demo',
  )
  return { secrets, pairings }
}

test('33 hosts: the first one is forgotten', async () => {
  const { pairings } = store()
  for (let session = 1; session <= 33; session++)
    await pairings.remember(`ml-ada-${session}`, 'certificate', 'port-owner')
  expect(await pairings.hostCertificate('ml-ada-1')).toBe(null)
  expect(await pairings.hostCertificate('ml-ada-2')).toBe('certificate')
})

test('what proved a host is kept with its certificate', async () => {
  const { pairings } = store()
  await pairings.owner('ml-ada-1')
  expect(await pairings.proof('ml-ada-1')).toBe(null)
  await pairings.remember('ml-ada-1', 'certificate', 'record')
  expect([await pairings.proof('ml-ada-1'), await pairings.hostCertificate('ml-ada-1')]).toEqual([
    'record',
    'certificate',
  ])
})

test('the password of an ended session is gone, the others’ stay', async () => {
  const { secrets, pairings } = store()
  const { password } = await pairings.owner('ml-ada-1')
  const other = await pairings.owner('ml-ada-2')
  await pairings.forget('ml-ada-1')
  expect([...secrets.values()].join()).not.toContain(password)
  expect(await pairings.owner('ml-ada-2')).toEqual(other)
  await pairings.forget('ml-ada-2')
  expect(secrets.size).toBe(0)
})

test('a host that was set up again: its certificate is forgotten, its owner is not', async () => {
  const { pairings } = store()
  const owner = await pairings.owner('ml-ada-1')
  await pairings.remember('ml-ada-1', 'certificate', 'user')
  await pairings.forgetCertificate('ml-ada-1')
  expect(await pairings.hostCertificate('ml-ada-1')).toBe(null)
  expect(await pairings.owner('ml-ada-1')).toEqual(owner)
})
