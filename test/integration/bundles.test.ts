/** The bundles that are packaged: built as `npm run build` does, then looked at and started where that needs no Electron. */
import { fork, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { parseAst } from 'vite'
import { beforeAll, describe, expect, test } from 'vitest'
import { calls } from '../../src-main/shared/contract.ts'

const root = join(import.meta.dirname, '..', '..')
const out = join(root, 'out')
const read = (file: string): string => readFileSync(join(out, file), 'utf8')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
}
/** Packages that a bundle could be without; names of others are in it as words, too. */
const packages = new Set(['electron', 'cpu-features', ...Object.keys(dependencies)])
/** What a module takes from others: bundles are minified, so that only a parser finds it. */
const imports = (text: string): string[] => {
  const statements = parseAst(text).body.flatMap((one) =>
    'source' in one && one.source ? [String(one.source.value)] : [],
  )
  const imported = [...text.matchAll(/\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/g)]
  // Minified, `require` has another name: any call of a function (no method) with the name of a package is one.
  const called = [...text.matchAll(/(?<![.\w$])[\w$]+\(\s*["'`]([\w@][\w@/.-]*)["'`]\s*\)/g)]
  const required = called.filter(([, name = '']) => packages.has(name))
  return [...statements, ...[...imported, ...required].map(([, name]) => name ?? '')]
}

beforeAll(() => {
  const run = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}${run.stderr}`)
})

test('a second build has nothing to do', () => {
  const run = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, encoding: 'utf8' })
  expect(run.stdout).toContain('up to date')
})

describe('main', () => {
  test('only the Electron entry needs Electron', () => {
    const needing = readdirSync(join(out, 'main')).filter(
      (file) => file.endsWith('.js') && imports(read(`main/${file}`)).includes('electron'),
    )
    expect(needing).toEqual(['index.js'])
  })

  test('everything is in the bundles but Electron, Node.js and what is not built', () => {
    const outside = readdirSync(join(out, 'main'))
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => imports(read(`main/${file}`)))
      .filter((name) => !name.startsWith('.') && name !== 'electron' && !isBuiltin(name))
    // ssh2 does without it.
    expect([...new Set(outside)].sort()).toEqual(['cpu-features'])
  })

  test('the licences of what is in the bundles lie beside them', () => {
    expect(read('main/licenses.md')).toMatch(/undici/)
    expect(read('renderer/licenses.md')).toMatch(/react-dom/)
  })

  test('no protection is switched off', () => {
    const text = readdirSync(join(out, 'main'))
      .map((file) => read(`main/${file}`))
      .join('\n')
    expect(text).not.toMatch(
      /nodeIntegration\w*:\s*(true|!0)|contextIsolation:\s*(false|!1)|sandbox:\s*(false|!1)/,
    )
    expect(text).not.toMatch(
      /webSecurity:\s*(false|!1)|allowRunningInsecureContent|NODE_TLS_REJECT_UNAUTHORIZED/,
    )
    expect(text).toMatch(/contextIsolation:\s*(true|!0)/)
  })

  test.each(['link', 'stream'])('the %s process starts from its bundle', async (name) => {
    const child = fork(join(out, 'main', `${name}-process.js`), [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let errors = ''
    child.stderr?.on('data', (part: Buffer) => (errors += part.toString()))
    const first = await new Promise((resolve) => {
      child.once('message', resolve)
      child.once('exit', (code) => resolve(`exit ${code}: ${errors}`))
    })
    expect(first).toEqual({ type: 'ready' })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    await ended
  })
})

describe('preload', () => {
  test('is one CommonJS file that exposes two functions and no Electron object', () => {
    const files = readdirSync(join(out, 'preload'))
    expect(files).toEqual(['index.cjs'])
    const exposed: Record<string, Record<string, unknown>> = {}
    const invoked: unknown[][] = []
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name: string, value: Record<string, unknown>) => (exposed[name] = value),
      },
      ipcRenderer: {
        invoke: (...values: unknown[]) => invoked.push(values),
        on: () => undefined,
        removeListener: () => undefined,
      },
    }
    runInNewContext(read('preload/index.cjs'), {
      require: (name: string) => {
        if (name !== 'electron') throw new Error(`the sandbox has no ${name}`)
        return electron
      },
      window: {},
      URL,
      File: class {},
      navigator: {},
      TextEncoder,
      TextDecoder,
    })
    expect(Object.keys(exposed)).toEqual(['vizlink'])
    const surface = exposed.vizlink ?? {}
    expect(Object.keys(surface).sort()).toEqual(['call', 'onEvent'])
    const call = surface.call as (name: string, input: unknown) => unknown
    for (const name of Object.keys(calls)) call(name, null)
    expect(invoked.map(([, name]) => name)).toEqual(Object.keys(calls))
  })
})

describe('page', () => {
  test('loads nothing inline and nothing from elsewhere', () => {
    const page = read('renderer/index.html')
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
    expect(
      [...page.matchAll(/(?:src|href)="([^"]+)"/g)].filter(([, url]) => !/^(\/|\.\/|data:,)/.test(url ?? '')),
    ).toEqual([])
  })

  test('has the decoder’s worker as a file of its own', () => {
    expect(
      readdirSync(join(out, 'renderer', 'assets')).filter((file) => file.startsWith('decode-worker')),
    ).toHaveLength(1)
  })
})
