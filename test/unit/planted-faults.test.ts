/** The list of planted faults cannot rot: each still applies, its tests are there, and no folder that decides is left out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant } from '../mutation/fault.ts'
import { faults } from '../mutation/index.ts'

const root = join(import.meta.dirname, '../..')

/** Folders whose files hold types only. */
const decideNothing = ['src-main/ports', 'src-main/site-check/catalogue']

function foldersBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  const own = entries.some((entry) => entry.isFile() && /\.(tsx?|cc)$/.test(entry.name)) ? [folder] : []
  const below = entries.filter((entry) => entry.isDirectory() && !/^(tests|build.*)$/.test(entry.name))
  return [...own, ...below.flatMap(({ name }) => foldersBelow(`${folder}/${name}`))]
}

describe('planted faults', () => {
  it('apply, each at exactly one place', () => {
    const problems = faults.flatMap((fault) => {
      try {
        const text = readFileSync(join(root, fault.file), 'utf8')
        return plant(fault, text) === text ? [`${fault.id} changes nothing`] : []
      } catch (error) {
        return [(error as Error).message]
      }
    })
    expect(problems).toEqual([])
  })

  it('have ids of their own and tests that are there', () => {
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length)
    const missing = faults.flatMap(({ id, tests }) =>
      tests
        .filter((test) => test !== 'core' && !existsSync(join(root, test)))
        .map((test) => `${id}: ${test}`),
    )
    expect(missing).toEqual([])
    expect(faults.filter(({ tests }) => tests.length === 0)).toEqual([])
  })

  it('are in every folder that decides something, two or more, and are at least 150', () => {
    const count = (folder: string): number =>
      faults.filter(({ file }) => file.slice(0, file.lastIndexOf('/')) === folder).length
    const deciding = ['src-main', 'src-renderer', 'native'].flatMap(foldersBelow)
    const bare = deciding.filter((folder) => !decideNothing.includes(folder) && count(folder) < 2)
    expect(bare).toEqual([])
    expect(faults.length).toBeGreaterThanOrEqual(150)
  })

  it('are of every kind', () => {
    const kinds = new Set(faults.map(({ kind }) => kind))
    expect(kinds.size).toBe(6)
  })
})
