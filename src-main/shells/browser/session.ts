/** Signs one browser in: a single-use token in a local file, exchanged for a cookie. Nothing secret in argv or URLs. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeOwnFolder } from '../../protocols/own-folders.ts'

const tokenLifetimeMs = 30_000
const maximumCookies = 16

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
/** Compares hashes, so that time betrays neither length nor content. */
const same = (hash: Buffer, text: string): boolean => timingSafeEqual(hash, digest(text))

export interface SignIn {
  readonly cookieName: string
  /** Makes a file (0600 in a folder 0700) that signs in whatever browser opens it within 30 s. */
  makeFile(origin: string): Promise<string>
  /** Uses a token up. Returns the cookie's value, or null. */
  redeem(token: string): string | null
  /** Whether a `Cookie` header holds a value of ours. */
  accepts(cookieHeader: string | undefined): boolean
  dispose(): Promise<void>
}

/** @param now Unix time in ms */
export function createSignIn(port: number, now: () => number = Date.now): SignIn {
  const folders = new Map<string, NodeJS.Timeout>()
  let tokens: { hash: Buffer; expiresAt: number; folder: string }[] = []
  const cookies: Buffer[] = []
  // Cookies know no ports: two programs of ours on one machine must not overwrite each other's.
  const cookieName = `vizlink-${port}`

  async function removeFolder(folder: string): Promise<void> {
    clearTimeout(folders.get(folder))
    folders.delete(folder)
    await rm(folder, { recursive: true, force: true })
  }

  return {
    cookieName,
    async makeFile(origin) {
      const token = randomBytes(32).toString('base64url')
      const folder = await makeOwnFolder('sign-in')
      const file = join(folder, 'vizlink.html')
      await writeFile(file, signInPage(origin, token), { mode: 0o600, flag: 'wx' })
      tokens.push({ hash: digest(token), expiresAt: now() + tokenLifetimeMs, folder })
      const timer = setTimeout(() => void removeFolder(folder), tokenLifetimeMs)
      timer.unref()
      folders.set(folder, timer)
      return file
    },
    redeem(token) {
      tokens = tokens.filter((entry) => entry.expiresAt > now())
      const found = tokens.find((entry) => same(entry.hash, token))
      if (!found) return null
      tokens = tokens.filter((entry) => entry !== found)
      void removeFolder(found.folder)
      const value = randomBytes(32).toString('base64url')
      cookies.push(digest(value))
      if (cookies.length > maximumCookies) cookies.shift()
      return value
    },
    accepts(header) {
      for (const part of (header ?? '').split(';', 64)) {
        const at = part.indexOf('=')
        if (part.slice(0, at).trim() !== cookieName) continue
        const value = part.slice(at + 1).trim()
        if (cookies.some((hash) => same(hash, value))) return true
      }
      return false
    },
    async dispose() {
      tokens = []
      cookies.length = 0
      await Promise.all([...folders.keys()].map(removeFolder))
    },
  }
}

/** The URL under which a browser opens such a file. */
export const fileUrl = (path: string): string => pathToFileURL(path).href

function signInPage(origin: string, token: string): string {
  const script = 'document.forms[0].submit()'
  const hash = createHash('sha256').update(script).digest('base64')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${hash}'; form-action ${origin}">
<meta name="referrer" content="no-referrer">
<title>Vizlink</title>
</head>
<body>
<form method="post" action="${origin}/session"><input type="hidden" name="token" value="${token}"><noscript><button>Open Vizlink</button></noscript></form>
<script>${script}</script>
</body>
</html>
`
}
