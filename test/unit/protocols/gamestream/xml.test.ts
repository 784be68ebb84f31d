/** nvhttp's XML: what a real host says is read; what no host should say is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNvhttp } from '../../../../src-main/protocols/gamestream/xml.ts'
import { VizlinkError } from '../../../../src-main/shared/errors.ts'
import { recordedExchanges, recordedExchange } from '../../../support/recordings.ts'

const bodyOf = (response: string): string => response.slice(response.indexOf('\r\n\r\n') + 4)

describe('recorded answers', () => {
  test('all are read', () => {
    const answers = recordedExchanges().filter(({ response }) => response.includes('<root'))
    expect(answers.length).toBeGreaterThan(30)
    for (const { name, response } of answers) {
      // A 404 is followed by a second status line, which HTTP leaves out.
      const body = bodyOf(response).replace(/HTTP\/1\.1 404.*$/s, '')
      const code = Number(/status_code="(-?\d+)"/.exec(body)?.[1])
      expect({ name, code: parseNvhttp(body).code }).toEqual({ name, code })
    }
  })

  test('a refusal is readable', () => {
    const answer = parseNvhttp(bodyOf(recordedExchange('calls/launch-while-pending').response))
    expect(answer.code).toBe(503)
    expect(answer.message).toMatch(/^The host's concurrent stream limit .* 'Channels' value/)
    expect(answer.text('resume')).toBe('0')
  })

  test('repeated elements are a list', () => {
    const answer = parseNvhttp(bodyOf(recordedExchange('calls/applist').response))
    expect(answer.list('App', 'AppTitle')).toEqual(['Desktop', 'Xterm', 'Broken'])
    expect(answer.list('App', 'ID')).toEqual(['958645192', '1242188678', '452482750'])
    expect(answer.list('Nothing', 'ID')).toEqual([])
    expect(answer.text('App')).toBeNull()
  })
})

const bomb = `<?xml version="1.0"?><!DOCTYPE root [<!ENTITY a "${'x'.repeat(1000)}">${Array.from(
  { length: 10 },
  (_, index) => `<!ENTITY b${index} "${'&a;'.repeat(100)}">`,
).join('')}]><root status_code="200">${'&b9;'.repeat(100)}</root>`

describe('refused', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['no XML', 'Internal Server Error'],
    ['HTML', '<!doctype html><html><body>502</body></html>'],
    ['another root', '<answer status_code="200"/>'],
    ['a root without status', '<root><hostname>x</hostname></root>'],
    ['a status that is no number', '<root status_code="ok"/>'],
    ['an empty status', '<root status_code=""/>'],
    ['an entity bomb', bomb],
    ['an external entity', '<!DOCTYPE root SYSTEM "file:///etc/passwd"><root status_code="200">&x;</root>'],
    [
      'a document type under another name',
      '<!DXCTYPE root [<!ENTITY a "b">]><root status_code="200">&a;</root>',
    ],
    ['deep nesting', `<root status_code="200">${'<a>'.repeat(50_000)}`],
    [
      'deep nesting that closes',
      `<root status_code="200">${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</root>`,
    ],
    ['too much', `<root status_code="200"><x>${'y'.repeat(300_000)}</x></root>`],
    ['two roots', '<root status_code="200"/><root status_code="200"/>'],
  ])('%s', (_what, body) => {
    expect(() => parseNvhttp(body)).toThrow(VizlinkError)
  })
})

describe('read without surprise', () => {
  test.each([
    [
      'names of every object',
      '<root status_code="200"><constructor>x</constructor><__proto__>y</__proto__></root>',
    ],
    ['unknown entities', '<root status_code="200"><hostname>&nope;&#x41;</hostname></root>'],
    [
      'many attributes',
      `<root status_code="200" ${Array.from({ length: 2000 }, (_, n) => `a${n}="1"`).join(' ')}/>`,
    ],
  ])('%s', (_what, body) => {
    const answer = (() => {
      try {
        return parseNvhttp(body)
      } catch (error) {
        expect(error).toBeInstanceOf(VizlinkError)
        return null
      }
    })()
    expect(answer?.text('toString') ?? null).toBeNull()
    expect(({} as Record<string, unknown>).y).toBeUndefined()
  })

  test('any text either parses or is refused as such', () => {
    const piece = fc.constantFrom(
      '<root status_code="200">',
      '</root>',
      '<a>',
      '</a>',
      '<',
      '>',
      '&lt;',
      '"',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      '?>',
      '<!',
      '=',
      "'",
      'x',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        try {
          const answer = parseNvhttp(pieces.join(''))
          expect(Number.isInteger(answer.code)).toBe(true)
          answer.text('a')
          answer.list('a', 'b')
        } catch (error) {
          if (!(error instanceof VizlinkError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })
})
