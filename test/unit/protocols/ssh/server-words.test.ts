/** What a server says, fit for people: bounded, on lines, and without what steers a terminal or hides. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText, ServerWords } from '../../../../src-main/protocols/ssh/server-words.ts'

test.each([
  ['lines stay lines', 'one\r\ntwo\n', 'one\ntwo'],
  ['colours go', '\u001b[1;31mred\u001b[0m', 'red'],
  ['a title of the window goes', '\u001b]0;owned\u0007words', 'words'],
  ['what turns the direction of writing goes', 'evil\u202egnp.exe', 'evil gnp.exe'],
  ['a terminal is not rung', 'ding\u0007dong', 'ding dong'],
  ['many blank lines are one', 'a\n\n\n\n\nb', 'a\n\nb'],
])('%s', (_what, text, plain) => expect(plainText(text, 100)).toBe(plain))

test('no text steers a terminal, and none is too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const plain = plainText(text, 50)
      expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      expect(plain.length).toBeLessThanOrEqual(50)
    }),
  )
})

test('the last words are kept, for they are nearest to the end', () => {
  const words = new ServerWords()
  for (let time = 0; time < 10; time++) words.add(`${time}${'x'.repeat(3000)}`)
  words.add('Access denied')
  words.add('Access denied')
  expect(words.last).toBe('Access denied')
  expect(words.text.match(/Access denied/g)).toHaveLength(1)
  expect(words.text.length).toBeLessThanOrEqual(8000)
  expect(new ServerWords().evidence).toEqual([])
})
