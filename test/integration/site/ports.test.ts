/** Ports of sites side by side: each process has its own, and those of one that has ended are given out again. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSite } from '../../site/index.ts'
import { giveBackPorts, takePorts } from '../../site/support/port-table.ts'
import type { SiteReady } from '../../site/types.ts'
import { createSession } from './support.ts'

const support = join(import.meta.dirname, '..', '..', 'site', 'support')
const children: ChildProcess[] = []
let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'vizlink-ports-')), 'table')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

/** Runs a module's text in another process, which lives on; gives the one line of JSON that it prints. */
async function inAnotherProcess<T>(text: string): Promise<{ child: ChildProcess; said: T }> {
  const words = ['--input-type=module-typescript', '--eval', `${text}\nsetInterval(() => undefined, 1000)`]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, said: JSON.parse(line) as T }
}
/** Blocks of 30 begin at 20,000. */
const blockOf = (port: number): number => Math.floor((port - 20_000) / 30)
const takes = (candidates: number[]): string =>
  `import { takePorts } from '${support}/port-table.ts'
   console.log(JSON.stringify(takePorts(${JSON.stringify(candidates)}, '${folder}')))`

test('a living process keeps its ports; those of one that was killed are given out again', async () => {
  const { child, said } = await inAnotherProcess<number>(takes([7000, 7030]))
  expect(said).toBe(7000)
  expect(takePorts([7000, 7030], folder)).toBe(7030)
  expect(takePorts([7000, 7030], folder)).toBeNull()
  // Not ours to give back.
  giveBackPorts([7000, 7030], folder)
  expect(takePorts([7000], folder)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(takePorts([7000, 7030], folder)).toBe(7000)
  expect(takePorts([7000, 7030], folder)).toBe(7030)
})

test('processes that take at the same moment get different ports, each all that it asked for', async () => {
  const candidates = Array.from({ length: 40 }, (_, index) => 7000 + index)
  const takesTen = `import { takePorts } from '${support}/port-table.ts'
    const taken = Array.from({ length: 10 }, () => takePorts(${JSON.stringify(candidates)}, '${folder}'))
    console.log(JSON.stringify(taken))`
  const all = await Promise.all(Array.from({ length: 4 }, () => inAnotherProcess<number[]>(takesTen)))
  expect(all.flatMap(({ said }) => said).sort((a, b) => a - b)).toEqual(candidates)
})

test('a folder into which others may write is refused', () => {
  takePorts([7000], folder)
  chmodSync(folder, 0o770)
  expect(() => takePorts([7030], folder)).toThrow(/is not a folder of yours alone/)
})

test('two sites, each in its process: no block of ports is used by both', async () => {
  const site = await startSite({ desktop: 'plain', nodes: 1, faults: ['host-not-ready'] })
  try {
    const program = join(support, '..', 'main.ts')
    const other = spawn(process.execPath, [program, '--plain', '--nodes', '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(other)
    const [line] = (await once(createInterface(other.stdout), 'line')) as [string]
    const blocks = ({ portal, login, redis, nodes, services }: SiteReady): Set<number> => {
      const addresses = [
        new URL(portal).host,
        login,
        redis,
        ...Object.values(nodes),
        ...Object.values(services),
      ]
      return new Set(addresses.map((address) => blockOf(Number(address.split(':').at(-1)))))
    }
    const theirs = blocks(JSON.parse(line) as SiteReady)
    const mine = blocks(site.ready)
    const sessions = await Promise.all([createSession(site, 'alice'), createSession(site, 'bob')])
    for (const { sunshine_port: port } of sessions) mine.add(blockOf(Number(port)))
    expect([...mine].filter((block) => theirs.has(block))).toEqual([])
    // A host shares its block with no other of its own site either.
    expect(mine.size).toBe(blocks(site.ready).size + 2)
    other.kill('SIGTERM')
    await once(other, 'exit')
  } finally {
    await site.dispose()
  }
})
