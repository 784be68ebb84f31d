/** Scripts for hosts whose `sh` is bash, as on most clusters: what is exported for other shells does not change them. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readRun, runSections } from '../../../../src-main/protocols/ssh/exec.ts'
import { bootCommand, bootLine, emptyMemory, runScript } from '../../../../src-main/protocols/ssh/script.ts'

const mark = 'mark'

/** Runs a script in `bash` that takes itself for `sh`. */
function onHost(script: string, environment: NodeJS.ProcessEnv): string {
  const command = bootCommand.replace('exec /bin/sh', 'exec bash --norc --posix')
  return execFileSync('sh', ['-c', command], {
    env: { PATH: process.env.PATH, ...environment },
    input: bootLine(script),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

test.each(['errexit', 'errexit:nounset:xtrace'])('exported options of a shell: %s', (options) => {
  const memory = emptyMemory()
  const command = { script: 'echo out; exit 3', wants: ['no-such-program'] }
  const sections = runSections(mark, 1000)
  sections.push(
    Buffer.from(
      onHost(runScript(command, { mark, memory, limitSeconds: 10, input: false }), { SHELLOPTS: options }),
    ),
  )
  expect(sections.complete).toBe(true)
  expect(readRun(sections, memory)).toMatchObject({ stdout: 'out\n', code: 3 })
})

test('a time after which idle shells end does not hold', () => {
  expect(onHost('echo "<$TMOUT>"', { TMOUT: '900' })).toContain('<>')
})
