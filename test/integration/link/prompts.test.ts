/** What a server asks the person: it reaches the app as one typed question, and the answers reach the server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthContext } from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeKeyPair } from '../../site/ssh/index.ts'
import { kindOf, startLink, type RunningLink, type RunningLinkOptions } from '../../support/running-link.ts'
import { startScriptedSshServer, type ScriptedSshServer } from '../../support/scripted-ssh-server.ts'

let folder: string
let server: ScriptedSshServer | null = null
let link: RunningLink | null = null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-prompts-'))
})
afterEach(async () => {
  await link?.dispose()
  server?.close()
  link = server = null
  rmSync(folder, { recursive: true, force: true })
})

type Answer = RunningLinkOptions['answerPrompts']

/** Signs in at a server of this kind. */
async function outcomeAt(
  authenticate: (context: AuthContext) => void,
  answerPrompts?: Answer,
  withKey = false,
): Promise<string> {
  if (withKey) await makeKeyPair(join(folder, 'id'))
  server = await startScriptedSshServer(join(folder, 'host_key'), authenticate)
  link = await startLink({
    identityFile: withKey ? join(folder, 'id') : null,
    ...(answerPrompts ? { answerPrompts } : {}),
  })
  const { port, hostKeys } = server
  const hop = { label: 'login', address: '127.0.0.1', port, user: 'ada', hostKeys }
  return kindOf(link.client.request('login', { hops: [hop], keys: link.keys, deadlineMs: 30_000 }))
}

/** Takes these answers by keyboard-interactive alone, in rounds. */
const rounds =
  (wanted: { prompts: { prompt: string; echo: boolean }[]; answers: string[] }[]) =>
  (context: AuthContext): void => {
    if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
    const next = (index: number): void => {
      const round = wanted[index]
      if (!round) return context.accept()
      context.prompt(round.prompts, 'Two factors', 'Answer both', (answers) =>
        answers.join('|') === round.answers.join('|')
          ? next(index + 1)
          : context.reject(['keyboard-interactive']),
      )
    }
    next(0)
  }

const twoPrompts = [
  { prompt: 'Password: ', echo: false },
  { prompt: 'Code: ', echo: true },
]

describe('keyboard-interactive', () => {
  test('several prompts arrive as one question, with what may be shown', async () => {
    const server = rounds([{ prompts: twoPrompts, answers: ['pässword', '123456'] }])
    expect(await outcomeAt(server, async () => ['pässword', '123456'])).toBe('none')
    expect(link?.asked).toEqual([
      {
        name: 'answerPrompts',
        input: {
          hop: 'login',
          title: 'Two factors: Answer both',
          prompts: [
            { text: 'Password: ', echo: false },
            { text: 'Code: ', echo: true },
          ],
        },
      },
    ])
  })

  test('a second round is a second question; one without prompts is none', async () => {
    const server = rounds([
      { prompts: [twoPrompts[0]!], answers: ['one'] },
      { prompts: [], answers: [] },
      { prompts: [twoPrompts[1]!], answers: ['two'] },
    ])
    const answers = [['one'], ['two']]
    expect(await outcomeAt(server, async () => answers.shift() ?? null)).toBe('none')
    expect(link?.asked).toHaveLength(2)
  })

  test('a wrong answer may be corrected, three times in all', async () => {
    const server = rounds([{ prompts: [twoPrompts[0]!], answers: ['right'] }])
    const answers = ['wrong', 'wrong', 'right']
    expect(await outcomeAt(server, async () => [answers.shift() ?? ''])).toBe('none')
  })

  test('wrong answers are a refusal after the third', async () => {
    const server = rounds([{ prompts: [twoPrompts[0]!], answers: ['right'] }])
    expect(await outcomeAt(server, async () => ['wrong'])).toBe('auth-refused')
    expect(link?.asked).toHaveLength(3)
  })

  test('no answer ends the login, and says what was asked', async () => {
    expect(await outcomeAt(rounds([{ prompts: twoPrompts, answers: [] }]))).toBe('needs-answer')
    expect(link?.asked).toHaveLength(1)
  })
})

describe('password', () => {
  const passwordOnly = (context: AuthContext): void => {
    if (context.method === 'password' && context.password === 'right') context.accept()
    else context.reject(['password'])
  }

  test('is asked for where the server wants nothing else', async () => {
    expect(await outcomeAt(passwordOnly, async () => ['right'])).toBe('none')
    expect(link?.asked).toEqual([
      {
        name: 'answerPrompts',
        input: { hop: 'login', title: '', prompts: [{ text: 'Password: ', echo: false }] },
      },
    ])
    expect(server?.tried).toEqual(['none', 'password'])
  })

  test('that is wrong is a refusal', async () => {
    expect(await outcomeAt(passwordOnly, async () => ['wrong'])).toBe('auth-refused')
  })

  test('that is not typed ends the login', async () => {
    expect(await outcomeAt(passwordOnly)).toBe('needs-answer')
  })

  test('and codes never reach a log', async () => {
    await outcomeAt(passwordOnly, async () => ['canary-7f3a'])
    expect(JSON.stringify(link?.logger.lines)).not.toContain('canary-7f3a')
  })
})

test.each([
  ['publickey', 'keyboard-interactive'],
  ['keyboard-interactive', 'publickey'],
] as const)(
  'two factors are both given in the order that the server wants: %s, %s',
  async (first, second) => {
    let wanted: typeof first = first
    const passed = (context: AuthContext): void => {
      if (wanted === second) return context.accept()
      wanted = second
      context.reject([second], true)
    }
    const server = (context: AuthContext): void => {
      if (context.method !== wanted) context.reject([wanted])
      else if (context.method === 'keyboard-interactive') context.prompt('Code: ', () => passed(context))
      // Without a signature the client only asks whether the key would do.
      else if (context.method === 'publickey' && !context.signature) context.accept()
      else passed(context)
    }
    expect(await outcomeAt(server, async () => ['1'], true)).toBe('none')
    expect(link?.asked).toHaveLength(1)
  },
)
