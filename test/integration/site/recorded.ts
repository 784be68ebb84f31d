/** Recorded answers of the real portal services (test/fixtures/portal), and their shapes. */
import { readFileSync } from 'node:fs'

export interface Recorded {
  name: string
  request: { method: string; path: string; headers: Record<string, string>; body: string | null }
  response: { status: number; contentType: string | null; body: string }
}

export const load = (name: string): Recorded[] =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/portal/${name}.json`, import.meta.url), 'utf8'),
  ) as Recorded[]

/** The recording of that name. */
export function recorded(file: string, name: string): Recorded {
  const found = load(file).find((one) => one.name === name)
  if (!found) throw new Error(`${file} holds no recording ${name}`)
  return found
}

/** Keys and types of a JSON value: what must be alike. Of a list only what its first member looks like. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)]))
}

/** A message of the WebSocket service as it was recorded, by its type. */
export function recordedMessage(type: string): unknown {
  const all = JSON.parse(
    readFileSync(new URL('../../fixtures/portal/websocket.json', import.meta.url), 'utf8'),
  ) as { type: string; text: string }[]
  const found = all.find((one) => one.type === type)
  if (!found) throw new Error(`no recorded message ${type}`)
  return JSON.parse(found.text)
}

export const recordedShape = (one: Recorded): unknown => shapeOf(JSON.parse(one.response.body))
