/** Nodes are looked at side by side, a bounded number of them, and each is left again. */
import { expect, test } from 'vitest'
import type { NodeLogin } from '../../../../src-main/services/cluster/index.ts'
import { siteCheckProfileSchema } from '../../../../src-main/shared/model/site-check-profile.ts'
import { lookAtNodes } from '../../../../src-main/site-check/gather/nodes.ts'

const { paths, nodePaths } = siteCheckProfileSchema.parse({})
const { xConfiguration, inputDevice } = nodePaths
const options = {
  paths: { ...paths, xConfiguration, inputDevice },
  image: 'sunshine_desktop.sif',
  loginMs: 1000,
}
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `viz${index}`)

/** A login whose nodes lack xauth; those of `refused` let no user in. */
function nodesOf(refused: readonly string[] = []) {
  const seen = { open: 0, most: 0, closed: [] as string[] }
  const login = {
    openNode: async (name: string): Promise<NodeLogin> => {
      if (refused.includes(name)) throw new Error('Permission denied')
      seen.most = Math.max(seen.most, ++seen.open)
      await new Promise((resolve) => setImmediate(resolve))
      const close = async () => {
        seen.open--
        seen.closed.push(name)
      }
      return { run: () => Promise.reject(new Error('not by itself')), close }
    },
    run: async () => ({
      lines: ['home', 'scratch', 'jobLogs', 'sessions', 'temporary']
        .map((name) => ({ name: 'folder', text: `${name} missing` }))
        .concat({ name: 'lacks', text: 'xauth' }, { name: 'has', text: 'input-device' }),
      stdout: '',
      code: 0,
    }),
  }
  return { login, seen }
}

test('all nodes in their order, four side by side, and every login is ended', async () => {
  const { login, seen } = nodesOf()
  const names = namesOf(10)
  const { looked, all } = await lookAtNodes(login, { ...options, names })
  expect([looked.map(({ name }) => name), all, seen.most, seen.open]).toEqual([names, 10, 4, 0])
  expect([...seen.closed].sort()).toEqual([...names].sort())
  expect(looked[9]).toMatchObject({
    way: { ok: true },
    sight: {
      value: { missingPrograms: ['xauth'], xConfiguration: { there: false }, inputDevice: { there: true } },
    },
  })
})

test('of a large partition the first, and how many there are', async () => {
  const { looked, all } = await lookAtNodes(nodesOf().login, { ...options, names: namesOf(100) })
  expect([looked.length, looked.at(-1)?.name, all]).toEqual([32, 'viz31', 100])
})

test('a node that lets no user in hides no other', async () => {
  const { looked } = await lookAtNodes(nodesOf(['viz0']).login, { ...options, names: namesOf(2) })
  expect(looked).toMatchObject([
    { way: { ok: false, reason: 'Permission denied' }, sight: { ok: false, reason: 'Permission denied' } },
    { way: { ok: true }, sight: { ok: true } },
  ])
})
