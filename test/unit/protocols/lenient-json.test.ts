/** JSON as Python's services write it: what is JSON reads as ever, numbers that are none are null, and nothing else is let through. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLenientJson } from '../../../src-main/protocols/lenient-json.ts'

const strict = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A JSON value in which a number may be none, and its text as Python writes it. */
const pythons = fc.letrec<{ value: { value: unknown; text: string } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('NaN', 'Infinity', '-Infinity').map((text) => ({ value: null, text })),
    fc
      .oneof(
        fc.string(),
        fc.constantFrom('NaN', '"NaN', 'a\\"Infinity', '\\', '[NaN, -Infinity]'),
        fc.jsonValue(),
      )
      .map((value) => ({ value: strict(JSON.stringify(value)), text: JSON.stringify(value) })),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => ({
      value: items.map(({ value }) => value),
      text: `[${items.map(({ text }) => text).join(', ')}]`,
    })),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }).map((fields) => ({
      value: Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value])),
      text: `{${Object.entries(fields)
        .map(([name, { text }]) => `${JSON.stringify(name)}: ${text}`)
        .join(', ')}}`,
    })),
  ),
}))

describe('B34: JSON of Python', () => {
  test('whatever is nested in it, a number that is none is null and every string stays as it is', () => {
    fc.assert(
      fc.property(pythons.value, ({ value, text }) => {
        expect(parseLenientJson(text)).toEqual(value)
        expect(parseLenientJson(`\ufeff${text}`)).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  test('any other text reads as JSON does, or not at all', () => {
    const text = fc.string({ unit: fc.constantFrom(...'{}[]",:\\ntrue1-.eNaIf iy'), maxLength: 30 })
    fc.assert(
      fc.property(fc.oneof(text, fc.string(), fc.json()), (one) => {
        const expected = strict(one)
        const found = parseLenientJson(one)
        if (expected !== undefined) expect(found).toEqual(expected)
        else if (!/NaN|Infinity/.test(one)) expect(found).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    '{NaN: 1}',
    '-NaN',
    '[1NaN]',
    '[NaN1]',
    '[Infinity Infinity]',
    '"NaN',
    'NaN"',
    '[nan]',
    '{"a": NaN',
  ])('%s is none', (text) => expect(parseLenientJson(text)).toBeUndefined())

  test('a megabyte of quotes and escapes is read in one pass', () => {
    const text = `[NaN, "${'\\"'.repeat(500_000)}`
    expect(parseLenientJson(text)).toBeUndefined()
    expect(parseLenientJson(`${text}"]`)).toEqual([null, '"'.repeat(500_000)])
  })
})
