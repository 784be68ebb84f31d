import { expect, test } from 'vitest'
import { keepCompiledCode } from '../../../../src-main/shells/electron/compiled-code.ts'

test('a Node.js that keeps compiled code does so in the user’s folder', () => {
  const asked: unknown[] = []
  const kept = keepCompiledCode('/home/ada', {
    enableCompileCache: (place) => {
      asked.push(place)
      return { status: 1, directory: '/home/ada/compiled/v24' }
    },
  })
  expect([kept, asked]).toEqual(['/home/ada/compiled', ['/home/ada/compiled']])
})

test('one that cannot says so', () => {
  expect(keepCompiledCode('/home/ada', {})).toBeNull()
  expect(keepCompiledCode('/home/ada', { enableCompileCache: () => ({ status: 0 }) })).toBeNull()
})
