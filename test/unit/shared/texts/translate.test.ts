import { expect, test } from 'vitest'
import { textSchema } from '../../../../src-main/shared/model/text.ts'
import { asText, isTextKey, translate, translator } from '../../../../src-main/shared/texts/index.ts'

const key = 'failures.internal.unexpected.message'

test('a text in each language', () => {
  expect(translator('en')(key)).toBe('Something went wrong inside Vizlink.')
  expect(translator('ko')(key)).toMatch(/^Vizlink .*다\.$/)
  expect(translate(asText(key), 'ko')).toBe(translator('ko')(key))
})

test('which names are texts', () => {
  expect(isTextKey(key)).toBe(true)
  for (const name of ['failures.internal', 'failures', 'nothing', '', '__proto__', 'constructor'])
    expect(isTextKey(name), name).toBe(false)
})

test('a text from another process is checked and bounded', () => {
  expect(textSchema.parse({ key })).toEqual({ key })
  expect(textSchema.parse({ key, values: { host: 'node01', at: { key } } }).values).toEqual({
    host: 'node01',
    at: { key },
  })
  for (const wrong of [
    { key: 'no.such.text' },
    { key, values: { host: 'x'.repeat(1001) } },
    { key, values: { host: { key: 'no.such.text' } } },
    // Three texts inside a text are enough.
    { key, values: { a: { key, values: { b: { key, values: { c: { key, values: { d: { key } } } } } } } } },
    { key, values: { host: ['x'] } },
  ])
    expect(textSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
})

test('what is inserted is not read again: no placeholder, no other text, no markup', () => {
  const key = 'evidence.program'
  for (const program of ['{{port}}', '$t(evidence.error)', '<b>&amp;</b>'])
    expect(translator('en')(key, { program }), program).toBe(program)
})

test('a value may be a text, in the language of the sentence', () => {
  const late = asText('failures.deadline-exceeded.work.message', {
    what: asText('work.reaching', { hop: 'viz01' }),
  })
  expect(translate(late, 'en')).toBe('Reaching viz01 took too long.')
  expect(translate(late, 'ko')).toContain(translate(asText('work.reaching', { hop: 'viz01' }), 'ko'))
})
