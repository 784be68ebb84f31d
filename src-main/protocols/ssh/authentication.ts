/** The order in which one SSH server is asked to let us in: the user's keys, then what a person is asked. */
import type { AnyAuthMethod, AuthHandlerMiddleware, BaseAgent, ParsedKey } from 'ssh2'
import { bounded, longest } from '../../shared/bounds.ts'

export interface Prompt {
  text: string
  echo: boolean
}

export interface AuthenticationOptions {
  user: string
  agent: BaseAgent<ParsedKey>
  /** The answers of a person; null when there are none. */
  answer(title: string, prompts: Prompt[]): Promise<string[] | null>
  /** A question stayed without an answer: further methods are pointless. */
  unanswered(prompts: Prompt[]): void
}

/** As ssh does it: a mistyped answer may be given again. */
const maximumQuestions = 3
/** More questions at once are an attack on the person who should answer them. */
const maximumPrompts = 16
/** A server may want several factors, but not for ever. */
const maximumFactors = 4

type Method = 'publickey' | 'keyboard-interactive' | 'password'
const preferred: readonly Method[] = ['publickey', 'keyboard-interactive', 'password']

/** Handler for ssh2 that takes only what the server still offers; several factors are met in the server's order. */
export function createAuthentication(options: AuthenticationOptions): AuthHandlerMiddleware {
  const { user: username } = options
  const attempts: Record<Method, number> = { publickey: 0, 'keyboard-interactive': 0, password: 0 }
  let last: Method | null = null
  let questions = 0
  let factors = 0

  const ask = async (title: string, prompts: Prompt[]): Promise<string[] | null> => {
    questions++
    const answers = await options.answer(title, prompts).catch(() => null)
    if (!answers) options.unanswered(prompts)
    return answers
  }
  const methods: Record<Method, (next: (method: AnyAuthMethod) => void) => void> = {
    publickey(next) {
      next({ type: 'agent', username, agent: options.agent })
    },
    'keyboard-interactive'(next) {
      next({
        type: 'keyboard-interactive',
        username,
        prompt: (name, instructions, _language, prompts, finish) => {
          const asked = prompts.slice(0, maximumPrompts).map(({ prompt, echo }) => ({
            text: bounded(prompt, longest.sentence),
            echo: echo ?? false,
          }))
          const title = bounded([name, instructions].filter(Boolean).join(': '), longest.sentence)
          void ask(title, asked).then((answers) => answers && finish(answers))
        },
      })
    },
    password(next) {
      void ask('', [{ text: 'Password: ', echo: false }]).then((answers) => {
        if (answers) next({ type: 'password', username, password: answers[0] ?? '' })
      })
    },
  }
  return (offered: readonly string[] | null, partialSuccess, next) => {
    if (offered === null) return next({ type: 'none', username })
    if (partialSuccess) {
      factors++
      questions = 0
      for (const name of preferred) attempts[name] = 0
    }
    // ssh2 does not pass on what the server offers after an agent's keys, so the next method is tried unseen.
    const unseen = last === 'publickey'
    const method = preferred.find(
      (name) =>
        (unseen || offered.includes(name)) &&
        (name === 'publickey' ? attempts[name] < 1 : Math.max(questions, attempts[name]) < maximumQuestions),
    )
    if (!method || factors >= maximumFactors)
      // eslint-disable-next-line no-restricted-syntax -- ssh2 takes `false` for "nothing is left"; its types do not know it.
      return next(false as unknown as AnyAuthMethod)
    last = method
    attempts[method]++
    methods[method](next)
  }
}
