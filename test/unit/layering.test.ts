/** The layering check refuses what it is there for: each violation is planted in a tree of its own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { afterEach, beforeEach, expect, test } from 'vitest'

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: IForbiddenRuleType[]
  options: ICruiseOptions
}

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vizlink-layers-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The broken rules of a tree that consists of these files. */
async function broken(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const { tsConfig: _none, ...rest } = options
  const roots = ['src-main', 'src-renderer'].filter((name) => existsSync(join(folder, name)))
  const { output } = await cruise(roots, {
    ...rest,
    baseDir: folder,
    ruleSet: { forbidden },
    validate: true,
  })
  return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name).sort()
}

const door = { 'src-main/services/cluster/index.ts': `export { login } from './login.ts'\n` }
const inner = { 'src-main/services/cluster/login.ts': 'export const login = 1\n' }

test('a service that is entered by its door breaks nothing', async () => {
  const user = { 'src-main/services/sessions/job.ts': `import { login } from '../cluster/index.ts'\nlogin\n` }
  expect(await broken({ ...door, ...inner, ...user })).toEqual([])
})

test.each([
  ['past the door', 'services/sessions/job.ts', '../cluster/login.ts', ['services-by-their-door']],
  ['against the order', 'services/sites/profile.ts', '../cluster/index.ts', ['services-in-order-sites']],
  ['from the first', 'services/settings/service.ts', '../cluster/index.ts', ['services-in-order-settings']],
  ['from outside past the door', 'app.ts', './services/cluster/login.ts', ['doors-from-outside']],
  ['from below the services', 'protocols/ssh.ts', '../services/cluster/index.ts', ['protocols-have-no-ui']],
])('%s', async (_what, name, imported, rules) => {
  const user = { [`src-main/${name}`]: `import { login } from '${imported}'\nlogin\n` }
  expect(await broken({ ...door, ...inner, ...user })).toEqual(rules)
})

test('a service that has no place in the order', async () => {
  const stranger = { 'src-main/services/other/index.ts': 'export const other = 1\n' }
  const user = { 'src-main/app.ts': `import { other } from './services/other/index.ts'\nother\n` }
  expect(await broken({ ...stranger, ...user })).toEqual(['services-known-by-name'])
})

test('of two services that know each other, one breaks the order: there is no cycle of folders', async () => {
  const names = readdirSync(join(import.meta.dirname, '../../src-main/services'))
  const files = names.flatMap((name) => [
    [`src-main/services/${name}/index.ts`, `export const one = 1\n`],
    ...names
      .filter((other) => other !== name)
      .map((other) => [
        `src-main/services/${name}/uses-${other}.ts`,
        `import { one } from '../${other}/index.ts'\none\n`,
      ]),
  ])
  const rules = await broken(Object.fromEntries(files) as Record<string, string>)
  expect(rules.filter((rule) => !rule.startsWith('services-in-order-'))).toEqual([])
  expect(rules).toHaveLength((names.length * (names.length - 1)) / 2)
})

test('a feature of the page that imports another', async () => {
  const inner = { 'src-renderer/features/vnc/view.ts': 'export const view = 1\n' }
  const user = { 'src-renderer/features/stream/view.ts': `import { view } from '../vnc/view.ts'\nview\n` }
  expect(await broken({ ...inner, ...user })).toEqual(['features-stand-alone'])
})
