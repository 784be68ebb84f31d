/** Entry of a link process: one login, requests and questions by messages, exit with the app. */
import type { Socket } from 'node:net'
import type { ParentPort, PortLike } from '../protocols/handed-over.ts'
import { loadNative } from '../protocols/native.ts'
import { toFailure } from '../shared/errors.ts'
import { acceptPage, pagePort } from './page-stream.ts'
import { Deadlines } from './deadlines.ts'
import { Login } from './login.ts'
import type {
  FromLinkProcess,
  LinkQuestions,
  LinkQuestionName,
  LinkRequests,
  ToLinkProcess,
} from './messages.ts'

const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort

function say(message: FromLinkProcess): void {
  if (parentPort) parentPort.postMessage(message)
  else if (process.connected) process.send?.(message)
}

const answers = new Map<number, (value: unknown) => void>()
let questionCounter = 0
const deadlines = new Deadlines()

function ask<N extends LinkQuestionName>(
  name: N,
  input: LinkQuestions[N]['input'],
): Promise<LinkQuestions[N]['output']> {
  return deadlines.paused(
    () =>
      new Promise((resolve) => {
        const id = ++questionCounter
        answers.set(id, (value) => resolve(value as LinkQuestions[N]['output']))
        say({ type: 'question', id, name, input })
      }),
  )
}

const login = new Login(
  loadNative(),
  {
    verifyHostKey: async (hop, publicKey, fingerprint) =>
      (await ask('verifyHostKey', { hop, publicKey, fingerprint })) === true,
    sign: async (publicKey, data, hash) => {
      const signature = await ask('sign', { publicKey, data: data.toString('base64'), hash })
      return signature === null ? null : Buffer.from(signature, 'base64')
    },
    answerPrompts: (hop, title, prompts) => ask('answerPrompts', { hop, title, prompts }),
  },
  deadlines,
  (relayId, failure) => say({ type: 'lost', relayId, failure }),
  (channelId, byFarEnd) => say({ type: 'channel-ended', channelId, byFarEnd }),
)

const handlers: { [N in keyof LinkRequests]: (input: LinkRequests[N]['input']) => unknown } = {
  login: (input) => login.login(input),
  'open-hop': (input) => login.openHop(input),
  'close-hop': (input) => login.closeHop(input),
  exec: (input) => login.exec(input),
  'open-relay': (input) => login.openRelay(input),
  'prepare-stream': (input) => login.prepareStream(input),
  'link-facts': (input) => login.linkFacts(input),
  'close-relay': (input) => login.closeRelay(input),
  'open-forward': (input) => login.openForward(input),
  'close-forward': (input) => login.closeForward(input),
  'open-channel': (input) => login.openChannel(input),
  'close-channel': (input) => login.closeChannel(input),
  close: () => login.close(),
}

/** Time for goodbyes to reach the servers before the process goes. */
const lingerMs = 200

function end(): void {
  login.close()
  setTimeout(() => process.exit(0), lingerMs)
}

/** @param handedOver what travelled with the message */
async function handle(
  message: ToLinkProcess,
  handedOver: { socket?: Socket; port?: PortLike },
): Promise<void> {
  if (message.type === 'attach-socket' || message.type === 'attach-port') {
    const { channelId } = message
    const { socket, port } = handedOver
    if (port) login.attach(channelId, pagePort(port))
    if (message.type === 'attach-socket' && socket)
      acceptPage({ headers: message.headers, head: Buffer.from(message.head, 'base64') }, socket, (page) =>
        login.attach(channelId, page),
      )
    return
  }
  if (message.type === 'answer') {
    const answer = answers.get(message.id)
    answers.delete(message.id)
    answer?.(message.value)
    return
  }
  const { id, name, input } = message
  try {
    const value: unknown = await (handlers[name] as (input: unknown) => unknown)(input)
    say({ type: 'reply', id, ok: true, value })
    if (name === 'close') end()
  } catch (error) {
    say({ type: 'reply', id, ok: false, failure: toFailure(error) })
  }
}

if (parentPort)
  parentPort.on(
    'message',
    ({ data, ports: [port] }) => void handle(data as ToLinkProcess, port ? { port } : {}),
  )
else {
  process.on('message', (message, socket) => {
    void handle(message as ToLinkProcess, socket ? { socket: socket as Socket } : {})
  })
  process.on('disconnect', end)
}
process.on('SIGTERM', end)
// A terminal's Ctrl-C reaches the whole group: the app hears it too and ends us in order.
process.on('SIGINT', () => undefined)
say({ type: 'ready' })
