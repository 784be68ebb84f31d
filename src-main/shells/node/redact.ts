/** Takes secrets out of what is going to be logged: by field name at any depth, and inside texts. */

const secretField =
  /^(.*(password|passphrase|passwd|secret|token|cookie|authorization|privatekey|private_key|credential)|pin|rikey|rikeyid|remoteinputkey|key|keydata|signature|salt)$/i
const secretInText =
  /\b(password|passphrase|secret|access_token|refresh_token|token|rikey|rikeyid|pin|clientchallenge|clientpairingsecret|serverchallengeresp|salt)=[^&\s"']+/gi
/** The same names in JSON and in source text of objects, where the value is quoted; a value may be cut off. */
const quotedSecret =
  /(["']?\w*(?:password|passphrase|secret|token|rikey|pin|signature|authorization|cookie|private_?key)["']?\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?)/gi
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9+/._~=-]+/gi
const webToken = /\beyJ[\w-]{8,}(\.[\w-]*){0,2}/g
const urlPassword = /(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g
const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g

const removed = '[removed]'
const maximumDepth = 6
const maximumText = 4000
const maximumEntries = 100

/** A text without what looks like a secret, cut at 4000 characters. */
export function redactText(text: string): string {
  const cut = text.length > maximumText ? `${text.slice(0, maximumText)}…` : text
  return cut
    .replace(pem, removed)
    .replace(secretInText, (_match, name: string) => `${name}=${removed}`)
    .replace(quotedSecret, `$1"${removed}"`)
    .replace(bearer, (_match, scheme: string) => `${scheme} ${removed}`)
    .replace(webToken, removed)
    .replace(urlPassword, `$1${removed}@`)
}

/** A copy of `value` that may be logged: bounded in depth and size, without secrets, errors and bytes as short text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return { name: value.name, message: redactText(value.message) }
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value
  if (depth >= maximumDepth) return '[deeper]'
  if (Array.isArray(value)) return value.slice(0, maximumEntries).map((entry) => redact(entry, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maximumEntries)
      .map(([name, entry]) => [
        name,
        secretField.test(name) && entry !== null && typeof entry !== 'boolean'
          ? removed
          : redact(entry, depth + 1),
      ]),
  )
}
