/** Whatever a failure is made of, it fits where failures cross a border. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounded, excerpt, longest } from '../../../src-main/shared/bounds.ts'
import { fail, toFailure } from '../../../src-main/shared/errors.ts'
import { failureSchema } from '../../../src-main/shared/model/failure.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.nat(20_000).map((n) => 'é'.repeat(n)),
)

test('every failure fits its schema, however long its texts are', () => {
  const evidence = fc.array(fc.record({ label: text, value: text }), { maxLength: 80 })
  fc.assert(
    fc.property(text, evidence, (hop, shown) => {
      const { failure } = fail('host-key-changed', 'changed', { facts: { hop }, evidence: shown })
      expect(failureSchema.safeParse(failure).error).toBeUndefined()
    }),
    { numRuns: 200 },
  )
})

test('what was thrown by others fits, too', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text.map((message) => new Error(message)),
        fc.string(),
        fc.constant(null),
      ),
      (thrown) => {
        expect(failureSchema.safeParse(toFailure(thrown)).error).toBeUndefined()
      },
    ),
  )
})

test('a text that fits stays as it is; one that is cut says so, and ends with a whole character', () => {
  expect(bounded('abc', 3)).toBe('abc')
  expect(bounded('abcd', 3)).toBe('ab…')
  expect(bounded('a😀bc', 3)).toBe('a…')
})

test('a quotation is one line', () => {
  expect(excerpt('  <html>\n\t<body> no \r\n')).toBe('<html> <body> no')
  expect(excerpt('x'.repeat(2000))).toHaveLength(longest.why)
})
