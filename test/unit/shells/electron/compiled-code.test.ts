import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepCompiledCode } from '../../../../src-main/shells/electron/compiled-code.ts'

const folder = join('/home/ada', 'compiled')
const cache = { enableCompileCache: () => ({ status: 1, directory: `${folder}/v24` }) }

test('a Node.js that keeps compiled code does so for the children, too', () => {
  const environment: NodeJS.ProcessEnv = {}
  const asked: unknown[] = []
  const kept = keepCompiledCode('/home/ada', environment, {
    enableCompileCache: (place) => {
      asked.push(place)
      return cache.enableCompileCache()
    },
  })
  expect([kept, asked, environment]).toEqual([true, [folder], { NODE_COMPILE_CACHE: folder }])
})

test('a folder that the user named stays', () => {
  const environment: NodeJS.ProcessEnv = { NODE_COMPILE_CACHE: '/own' }
  keepCompiledCode('/home/ada', environment, cache)
  expect(environment).toEqual({ NODE_COMPILE_CACHE: '/own' })
})

test('one that cannot changes nothing', () => {
  const environment: NodeJS.ProcessEnv = {}
  expect(keepCompiledCode('/home/ada', environment, {})).toBe(false)
  expect(keepCompiledCode('/home/ada', environment, { enableCompileCache: () => ({ status: 0 }) })).toBe(
    false,
  )
  expect(environment).toEqual({})
})
