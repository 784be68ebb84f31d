/** Questions of a server on a real (pseudo) terminal: what is typed, what is seen, what the connection receives. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { terminalQuestions } from '../../../src-main/cli/questions.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-terminal-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const questions = join(import.meta.dirname, '..', '..', '..', 'src-main', 'cli', 'questions.ts')
const prompts = [
  { text: 'User: ', echo: true },
  { text: 'Password: ', echo: false },
]

/**
 * Asks; types each text as soon as its prompt is seen.
 * @param question of the link process, with its input
 * @returns all that the terminal showed, and the answer
 */
async function asked(
  typed: [prompt: string, text: string][],
  [question, input]: [keyof typeof terminalQuestions, object] = [
    'answerPrompts',
    { hop: 'login', title: '', prompts },
  ],
): Promise<{ seen: string; answer: unknown }> {
  const file = join(folder, 'answer.json')
  const program = `
    process.on('SIGINT', () => {})
    const { terminalQuestions } = await import(${JSON.stringify(questions)})
    const answer = await terminalQuestions.${question}(${JSON.stringify(input)})
    require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(answer))`
  const terminal = spawn('script', ['-qec', '"$PROGRAM" -e "$SCRIPT"', '/dev/null'], {
    env: {
      ...process.env,
      PROGRAM: process.execPath,
      SCRIPT: `(async () => {${program}})()`,
      TERM: 'xterm',
      SHELL: '/bin/sh',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let seen = ''
  const waiting = [...typed]
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text
    const next = waiting[0]
    if (next === undefined || !seen.includes(next[0])) return
    waiting.shift()
    terminal.stdin.write(next[1])
  })
  await new Promise((resolve) => terminal.once('close', resolve))
  return { seen, answer: JSON.parse(readFileSync(file, 'utf8')) as unknown }
}

test('what is hidden is asked for and not shown', async () => {
  const { seen, answer } = await asked([
    ['User: ', 'ada\r'],
    ['Password: ', 'correct horse\r'],
  ])
  expect(answer).toEqual(['ada', 'correct horse'])
  expect(seen).toContain('ada')
  expect(seen).not.toMatch(/correct|horse/)
})

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s leaves the question', async (_key, typed) => {
  expect(
    (
      await asked([
        ['User: ', 'ada\r'],
        ['Password: ', typed],
      ])
    ).answer,
  ).toBeNull()
})

test.each([
  ['y', true],
  [' YES ', true],
  ['', false],
  ['n', false],
  ['es', false],
  ['yes, but', false],
])('a host key that %j is said to is accepted: %s', async (typed, accepted) => {
  const key = { hop: 'login', publicKey: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:abc' }
  const { seen, answer } = await asked([['[y/N] ', `${typed}\r`]], ['verifyHostKey', key])
  expect(seen).toContain('ssh-ed25519 SHA256:abc')
  expect(answer).toBe(accepted)
})
