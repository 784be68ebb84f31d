/** Sockets that the link processes of this test have in their folders. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { descendantsOf } from './process-table.ts'

/** Paths of those with a purpose (`forward`, `http`, ...). */
export function linkSockets(purpose: string): string[] {
  const own = descendantsOf(process.pid).map(({ pid }) => `vizlink-link-${pid}-`)
  return readdirSync(tmpdir())
    .filter((name) => own.some((start) => name.startsWith(start)))
    .flatMap((name) => readdirSync(join(tmpdir(), name)).map((socket) => join(tmpdir(), name, socket)))
    .filter((path) => path.includes(`/${purpose}-`))
}
