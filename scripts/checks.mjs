/** The static checks: types, lint, layering, format, unused code and dependencies. */
import { childEnvironment, root } from './set-up/index.mjs'
import { startChild } from './test/children.mjs'

/** The slowest first: two run at a time. */
const checks = [
  { name: 'lint', command: ['eslint', '--max-warnings', '0', '.'] },
  { name: 'types (app, tests, scripts)', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types (page)', command: ['tsc', '-p', 'src-renderer/tsconfig.json'] },
  { name: 'types (page gallery)', command: ['tsc', '-p', 'test/page/gallery'] },
  { name: 'types (page of the stream test)', command: ['tsc', '-p', 'test/e2e/stream-page'] },
  {
    name: 'layering',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'src-main',
      'src-renderer',
      'test',
      'scripts',
    ],
  },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'unused code and dependencies', command: ['knip', '--no-progress'] },
]

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = startChild(program, args, {
      cwd: root,
      env: childEnvironment({ NO_COLOR: '1' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => resolve({ ok: false, output: String(error) }))
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
}

/**
 * Runs every check, two at a time, and says how each went.
 * @param {(line: string) => void} say
 * @returns {Promise<{passed: number, failed: number}>}
 */
export async function runChecks(say) {
  const waiting = [...checks]
  let failed = 0
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = Date.now()
      const { ok, output } = await run(check.command)
      if (!ok) failed++
      say(
        `  ${ok ? 'ok  ' : 'FAIL'} ${check.name.padEnd(30)} ${((Date.now() - started) / 1000).toFixed(1)} s`,
      )
      if (!ok) say(output.trim().split('\n').slice(-60).join('\n'))
    }
  }
  await Promise.all([worker(), worker()])
  return { passed: checks.length - failed, failed }
}
