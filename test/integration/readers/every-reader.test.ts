/**
 * Every reader of what the portal, Prometheus, Redis and Slurm say, before answers that are changed, cut, huge, of other
 * types, or that never end: an answer or a failure in time, and never more than a bounded part of it in memory.
 */
import { assert, asyncProperty, constantFrom, nat, oneof, property, string, tuple } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PortalHttp, type PortalAnswer, type PortalRequest } from '../../../src-main/protocols/portal/http.ts'
import { toFailure } from '../../../src-main/shared/errors.ts'
import { failureSchema } from '../../../src-main/shared/model/failure.ts'
import { other, places, statuses } from '../../support/mutations.ts'
import { readAnswers, startStandIn, type Answerer, type StandIn } from '../../support/stand-in-portal.ts'
import { exportsOf } from './exports.ts'
import { apart, httpReaders, protocolFolders, textReaders, token } from './table.ts'

const megabyte = 1024 * 1024
const root = new URL('../../../src-main/protocols', import.meta.url).pathname
const recorded = readAnswers('answers')

test('no reader is missing here', () => {
  const offered = protocolFolders.flatMap((folder) => exportsOf(root, folder)).sort()
  const covered = [...Object.keys(httpReaders), ...Object.keys(textReaders), ...Object.keys(apart)]
  // One reader may be here with several texts.
  expect([...new Set(covered.map((name) => name.split(',')[0]))].sort()).toEqual(offered)
})

/** A portal whose deadlines come soon. */
class HastyHttp extends PortalHttp {
  override send(url: string, options: PortalRequest = {}): Promise<PortalAnswer> {
    return super.send(url, { ...options, deadlineMs: 400 })
  }
}

let http: PortalHttp
let hasty: PortalHttp
let server: StandIn
let answer: Answerer
beforeAll(async () => {
  http = new PortalHttp(null)
  hasty = new HastyHttp(null)
  server = await startStandIn((asked, response) => answer(asked, response))
})
afterAll(async () => {
  await Promise.all([http.close(), hasty.close()])
  await server[Symbol.asyncDispose]()
})

const wholeAnswer = (wanted: string | object): object => {
  const text =
    typeof wanted === 'string'
      ? recorded.find(({ name }) => name === wanted)?.body.replace('TOKEN', token)
      : JSON.stringify(wanted)
  return JSON.parse(text ?? '') as object
}

/** An answer in bounds, or a failure that has a name. @returns null: an answer */
async function settles(reading: () => unknown): Promise<string | null> {
  try {
    const value = await reading()
    expect((JSON.stringify(value) ?? '').length).toBeLessThan(3 * megabyte)
    return null
  } catch (error) {
    const failure = failureSchema.parse(toFailure(error))
    expect(failure.kind, JSON.stringify(failure)).not.toBe('internal')
    expect(JSON.stringify(failure).length).toBeLessThan(20_000)
    expect(JSON.stringify(failure)).not.toContain(token)
    return failure.kind
  }
}

describe.each(Object.entries(httpReaders))('%s', (_name, { answer: wanted, ask }) => {
  test('changed answers', async () => {
    const body = wholeAnswer(wanted)
    const spots = places(body, (changed) => changed)
    await assert(
      asyncProperty(tuple(nat(), other), statuses, nat(3), async ([at, value], status, how) => {
        const text = JSON.stringify(spots[at % spots.length]?.(value)) ?? ''
        const said = how === 0 ? text.slice(0, at % (text.length + 1)) : text
        answer = (_asked, response) => void response.writeHead(status).end(said)
        await settles(() => ask(http, server.origin))
      }),
      { numRuns: 60 },
    )
  })

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['a list of everything', '[null,1,"a",{},[]]'],
    ['nested without end', '['.repeat(200_000)],
    ['HTML', '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>'],
    ['bytes', Buffer.from([0xff, 0xfe, 0, 1, 0x80])],
  ])('%s', async (_what, body) => {
    answer = (_asked, response) => void response.end(body)
    await settles(() => ask(http, server.origin))
  })

  test('ten megabytes of a good answer are no answer', async () => {
    const body = JSON.stringify({ ...wholeAnswer(wanted), padding: 'x'.repeat(10 * megabyte) })
    answer = (_asked, response) => void response.end(body)
    const kind = await settles(() => ask(http, server.origin))
    // Looking at services and routes gives what was seen instead of a failure.
    expect(kind === null ? await ask(http, server.origin) : kind).not.toEqual(wholeAnswer(wanted))
  })

  test('an answer without end is left', async () => {
    let written = 0
    let requests = 0
    const chunk = Buffer.alloc(64 * 1024, ' ')
    answer = (_asked, response) => {
      requests++
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    await settles(() => ask(http, server.origin))
    // What the kernel's buffers hold may be on its way, no more.
    expect(written / requests).toBeLessThan(32 * megabyte)
  })

  test('an answer that drips is left at the deadline', async () => {
    answer = (_asked, response) => {
      const timer = setInterval(() => response.write(' '), 20)
      response.once('close', () => clearInterval(timer))
    }
    await settles(() => ask(hasty, server.origin))
  })
})

describe.each(Object.entries(textReaders))('%s', (_name, { text, read }) => {
  const piece = oneof(
    string({ unit: 'binary', maxLength: 20 }),
    constantFrom('|', '\n', '[', '"', '9'.repeat(400), '\u0000', '$9999999\r\n'),
  )
  test('changed texts', async () => {
    await settles(() => read(text))
    assert(
      property(nat(text.length), nat(12), piece, (at, length, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + length)
        for (const one of [changed, changed.slice(0, at), put]) {
          try {
            expect((JSON.stringify(read(one)) ?? '').length).toBeLessThan(20_000)
          } catch (error) {
            const failure = failureSchema.parse(toFailure(error))
            expect(failure.kind, JSON.stringify(failure)).not.toBe('internal')
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['of the same', text],
    ['of the same without its end', text.trim().slice(0, -1)],
    ['of one letter', 'a'],
    ['of brackets', '['],
    ['of bars', '|'],
    ['of lines', '\n'],
    ['of blanks', ' '],
    ['of digits', '7'],
  ])('a megabyte %s, more than any command is let print', async (_what, unit) => {
    const long = unit.repeat(Math.ceil(megabyte / unit.length))
    await settles(() => read(long))
    await settles(() => read(`${text}${long}${text}`))
  })
})
