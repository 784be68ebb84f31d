/** The file that signs the browser's window in: for its user alone, once, for half a minute. */
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSignIn, type SignIn } from '../../../../src-main/shells/browser/session.ts'

let signIn: SignIn
let now = 0
beforeEach(() => {
  now = 0
  signIn = createSignIn(8080, () => now)
})
afterEach(() => signIn.dispose())

async function newToken(): Promise<{ file: string; token: string }> {
  const file = await signIn.makeFile('http://127.0.0.1:8080')
  return { file, token: /name="token" value="([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '' }
}
const cookie = (value: string | null): string => `${signIn.cookieName}=${value}`

test('the file is its user’s alone, whatever the process’s mask is', async () => {
  const before = process.umask(0)
  try {
    const { file } = await newToken()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
  } finally {
    process.umask(before)
  }
})

test('a token signs in once', async () => {
  const { token } = await newToken()
  expect(signIn.accepts(cookie(signIn.redeem(token)))).toBe(true)
  expect(signIn.redeem(token)).toBe(null)
})

test('a token is good for 30 seconds', async () => {
  const first = await newToken()
  now = 29_900
  const second = await newToken()
  expect(signIn.redeem(first.token)).not.toBe(null)
  now += 30_100
  expect(signIn.redeem(second.token)).toBe(null)
})

test('sixteen windows stay signed in, not a seventeenth', async () => {
  const cookies: string[] = []
  for (let window = 0; window < 17; window++) cookies.push(cookie(signIn.redeem((await newToken()).token)))
  expect(cookies.map((one) => signIn.accepts(one))).toEqual([
    false,
    ...Array.from({ length: 16 }, () => true),
  ])
})
