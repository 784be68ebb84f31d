import { expect, test } from 'vitest'
import { InOrder } from '../../../src-main/domain/in-order.ts'

test('pieces of work do not overlap, and one that fails stops none', async () => {
  const order = new InOrder()
  const seen: string[] = []
  const piece = (name: string, fails = false) =>
    order.run(async () => {
      seen.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const results = await Promise.allSettled([piece('one'), piece('two', true), piece('three')])
  expect(seen).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends'])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
