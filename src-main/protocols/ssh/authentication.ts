/** The order in which one SSH server is asked to let us in: the user's keys, then what a person is asked. */
import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2'
import { bounded, longest } from '../../shared/bounds.ts'
import { createRemoteAgent, offeredKeys, type AskSignature } from './remote-agent.ts'
import { plainText } from './server-words.ts'

export interface Prompt {
  text: string
  echo: boolean
}

export interface AuthenticationOptions {
  user: string
  /** Public keys (`type base64`), best first; those that cannot be parsed are left out. */
  publicKeys: readonly string[]
  sign: AskSignature
  /** The answers of a person; null when there are none. */
  answer(title: string, prompts: Prompt[]): Promise<string[] | null>
  /** A question stayed without an answer: further methods are pointless. */
  unanswered(prompts: Prompt[]): void
  /** From here on the server may wait for a person: one who answers, or unlocks a phone. */
  personAtWork(): void
}

/** What was tried at a server so far. */
export interface Tried {
  /** Keys that were offered to it, and those that were not. */
  keysOffered: number
  keysLeft: number
  /** A signature or an answer was given, and the server has not judged it yet. */
  proofGiven: boolean
  /** What the server took last; null before it said so. */
  methods: readonly string[] | null
  /** A person answered at least one question. */
  answered: boolean
}

export interface Authentication {
  handler: AuthHandlerMiddleware
  /** What the server says to each attempt; ssh2 does not pass all of it on to the handler. */
  heard(methods: readonly string[], partialSuccess: boolean): void
  readonly tried: Readonly<Tried>
}

/** As ssh does it: a mistyped answer may be given again. */
const maximumQuestions = 3
/** More questions at once are an attack on the person who should answer them. */
const maximumPrompts = 16
/** A server may want several factors, but not for ever. */
const maximumFactors = 4
/** OpenSSH ends the connection at the sixth refusal (MaxAuthTries): one is left for a password or a code. */
const maximumKeys = 5

type Method = 'publickey' | 'keyboard-interactive' | 'password'
const preferred: readonly Method[] = ['publickey', 'keyboard-interactive', 'password']

/** Handler for ssh2 that takes only what the server still offers; several factors are met in the server's order. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { user: username } = options
  const { keys, again } = offeredKeys(options.publicKeys)
  const queue = [...keys, ...again]
  const attempts: Record<Method, number> = { publickey: 0, 'keyboard-interactive': 0, password: 0 }
  const tried: Tried = {
    keysOffered: 0,
    keysLeft: keys.length,
    proofGiven: false,
    methods: null,
    answered: false,
  }
  let partial = false
  /** Attempts in which a person was asked; one may ask several things, such as a password and then a code. */
  let questions = 0
  let hasAsked = false
  let factors = 0

  const ask = async (title: string, prompts: Prompt[]): Promise<string[] | null> => {
    if (!hasAsked) questions++
    hasAsked = true
    const answers = await options.answer(title, prompts).catch(() => null)
    if (!answers) options.unanswered(prompts)
    else {
      tried.proofGiven = tried.answered = true
      options.personAtWork()
    }
    return answers
  }
  const sign: AskSignature = async (...request) => {
    const signature = await options.sign(...request)
    if (signature) tried.proofGiven = true
    return signature
  }
  const methods: Record<Method, (next: (method: AnyAuthMethod) => void) => void> = {
    publickey(next) {
      const key = queue[attempts.publickey++]!
      tried.keysOffered = Math.min(attempts.publickey, keys.length)
      tried.keysLeft = keys.length - tried.keysOffered
      next({ type: 'agent', username, agent: createRemoteAgent(key, sign) })
    },
    'keyboard-interactive'(next) {
      attempts['keyboard-interactive']++
      options.personAtWork()
      next({
        type: 'keyboard-interactive',
        username,
        prompt: (name, instructions, _language, prompts, finish) => {
          const asked = prompts.slice(0, maximumPrompts).map(({ prompt, echo }) => ({
            text: plainPrompt(prompt),
            echo: echo ?? false,
          }))
          void ask(titleOf(name, instructions), asked).then((answers) => answers && finish(answers))
        },
      })
    },
    password(next) {
      attempts.password++
      void ask('', [{ text: 'Password: ', echo: false }]).then((answers) => {
        if (answers) next({ type: 'password', username, password: answers[0] ?? '' })
      })
    },
  }
  const mayTry = (name: Method): boolean =>
    name === 'publickey'
      ? attempts.publickey < Math.min(maximumKeys, queue.length)
      : Math.max(questions, attempts[name]) < maximumQuestions

  return {
    tried,
    heard(offered, partialSuccess) {
      tried.methods = offered
      tried.proofGiven = false
      partial ||= partialSuccess
    },
    handler(offered: readonly string[] | null, partialSuccess, next) {
      if (offered === null && tried.methods === null) return next({ type: 'none', username })
      // What ssh2 passes on is old after a key.
      if (tried.methods === null ? partialSuccess : partial) {
        factors++
        questions = attempts['keyboard-interactive'] = attempts.password = 0
        partial = false
      }
      const takes = tried.methods ?? offered ?? []
      hasAsked = false
      const method = preferred.find((name) => takes.includes(name) && mayTry(name))
      if (!method || factors >= maximumFactors)
        // eslint-disable-next-line no-restricted-syntax -- ssh2 takes `false` for "nothing is left"; its types do not know it.
        return next(false as unknown as AnyAuthMethod)
      methods[method](next)
    },
  }
}

/** A prompt as the server wrote it, with the blank at its end, behind which an answer is typed. */
const plainPrompt = (prompt: string): string => {
  const plain = plainText(prompt, longest.sentence - 1)
  return /\s$/.test(prompt) ? `${plain} ` : plain
}

/** The heading of a challenge. */
export const titleOf = (name: string, instructions: string): string =>
  bounded(
    [name, instructions]
      .map((part) => plainText(part, longest.sentence))
      .filter(Boolean)
      .join(': '),
    longest.sentence,
  )
