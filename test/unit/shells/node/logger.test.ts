import { describe, expect, test } from 'vitest'
import { createLogger } from '../../../../src-main/shells/node/logger.ts'
import { redact, redactText } from '../../../../src-main/shells/node/redact.ts'

const canary = 'CaNaRy-0123456789'

describe('the log', () => {
  test('is one JSON object a line, with level and event', () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'info', stream: { write: (line) => void lines.push(line) } })
    logger.log('debug', 'not.shown')
    logger.log('warn', 'link.lost', { hop: 'login', attempt: 2 })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 40,
      msg: 'link.lost',
      hop: 'login',
      attempt: 2,
    })
  })

  test.each<[string, Record<string, unknown>]>([
    ['a password', { password: canary }],
    ['a token at depth', { request: { headers: [{ authorization: canary }, { accessToken: canary }] } }],
    ['a stream key', { start: { remoteInputKey: canary, rikey: canary } }],
    ['a private key', { privateKey: canary }],
    ['a cookie', { headers: { 'set-cookie': canary } }],
    ['an nvhttp URL', { url: `https://h:47984/launch?uniqueid=1&rikey=${canary}&rikeyid=${canary}` }],
    ['a bearer header in a text', { line: `Authorization: Bearer ${canary}` }],
    [
      'a PEM key in a text',
      { line: `-----BEGIN OPENSSH PRIVATE KEY-----\n${canary}\n-----END OPENSSH PRIVATE KEY-----` },
    ],
    ['an answer’s JSON in a text', { value: `{"ok":true,"token":"${canary}","user":"alice"}` }],
    ['an answer’s JSON that is cut off', { value: `{"ok":true,"access_token": "x\\"${canary}` }],
    ['an inspected object', { value: `{ password: '${canary}' }` }],
    ['a web token anywhere', { value: `refused: eyJhbGciOiJIUzI1NiJ9.${canary}.${canary}` }],
    ['a lower-case scheme', { value: `authorization: bearer ${canary}` }],
    ['a password in a URL', { url: `redis://default:${canary}@127.0.0.1:6379/0` }],
    ['an error inside a list', { errors: [new Error(`password=${canary}`)] }],
    ['the message of an error', { error: new Error(`failed: token=${canary}`) }],
    ['bytes', { data: Buffer.from(canary) }],
  ])('never holds %s', (_what, fields) => {
    const lines: string[] = []
    createLogger({ stream: { write: (line) => void lines.push(line) } }).log('error', 'event', fields)
    expect(lines.join('')).not.toContain(canary)
    expect(lines.join('')).not.toContain(Buffer.from(canary).toString('base64'))
  })

  test.each([
    'connect to ssh://login.example:22 as alice',
    'the job pins CPUs: 8',
    '{"kind":"auth-refused","keyType":"ssh-ed25519"}',
    'see https://portal.example/api:v2/x@y',
  ])('leaves %j as it is', (text) => expect(redactText(text)).toBe(text))

  test('takes no long over hostile text', () => {
    for (const text of [
      '"token":"'.repeat(500),
      'token:"\\'.repeat(600),
      'eyJ'.repeat(1400),
      'a://:'.repeat(900),
    ])
      redactText(text)
  })

  test('keeps what is no secret, and has bounds', () => {
    expect(redact({ pid: 1, keyFrames: 3, publicKey: 'ssh-ed25519 AAAA', ok: true, none: null })).toEqual({
      pid: 1,
      keyFrames: 3,
      publicKey: 'ssh-ed25519 AAAA',
      ok: true,
      none: null,
    })
    expect(redactText('x'.repeat(1e6)).length).toBeLessThan(5000)
    const circular: Record<string, unknown> = {}
    circular.self = circular
    expect(JSON.stringify(redact(circular))).toContain('[deeper]')
  })
})
