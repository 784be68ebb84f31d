/** Entry of a link process: one login, requests and questions by messages, exit with the app. */
import type { Socket } from 'node:net'
import type { ParentPort } from '../protocols/handed-over.ts'
import { loadNative } from '../protocols/native.ts'
import { acceptPage, pagePort } from './page-stream.ts'
import { Deadlines } from './deadlines.ts'
import { Inbox } from './inbox.ts'
import { Login } from './login.ts'
import type { FromLinkProcess, LinkQuestionName, LinkQuestions, LinkRequests } from './messages.ts'

const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort

function say(message: FromLinkProcess): void {
  if (parentPort) parentPort.postMessage(message)
  else if (process.connected) process.send?.(message)
}

const deadlines = new Deadlines()
const inbox = new Inbox({
  run(name, input) {
    // Behind the reply.
    if (name === 'close') setImmediate(end)
    return (handlers[name] as (input: unknown) => unknown)(input)
  },
  attach(message, { socket, port }) {
    const { channelId } = message
    if (port) login.attach(channelId, pagePort(port))
    if (message.type === 'attach-socket' && socket)
      acceptPage({ headers: message.headers, head: Buffer.from(message.head, 'base64') }, socket, (page) =>
        login.attach(channelId, page),
      )
  },
  say,
  report: (line) => process.stderr.write(`${line}\n`),
})

function ask<N extends LinkQuestionName>(
  name: N,
  input: LinkQuestions[N]['input'],
): Promise<LinkQuestions[N]['output']> {
  return deadlines.paused(() => inbox.ask(name, input) as Promise<LinkQuestions[N]['output']>)
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
    notice: (hop, text) => void inbox.ask('notice', { hop, text }),
  },
  deadlines,
  {
    onLost: (relayId, failure) => say({ type: 'lost', relayId, failure }),
    onKeyFrameWanted: (relayId) => say({ type: 'key-frame-wanted', relayId }),
    onChannelEnded: (channelId, byFarEnd) => say({ type: 'channel-ended', channelId, byFarEnd }),
  },
)

const handlers: { [N in keyof LinkRequests]: (input: LinkRequests[N]['input']) => unknown } = {
  login: (input) => login.login(input),
  'open-hop': (input) => login.openHop(input),
  'close-hop': (input) => login.closeHop(input),
  exec: (input) => login.exec(input),
  'open-relay': (input) => login.openRelay(input),
  'prepare-stream': (input) => login.prepareStream(input),
  'link-facts': (input) => login.linkFacts(input),
  'measure-line': (input) => login.measureLine(input),
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

if (parentPort)
  parentPort.on('message', ({ data, ports: [port] }) => void inbox.take(data, port ? { port } : {}))
else {
  process.on('message', (message, socket) => {
    void inbox.take(message, socket ? { socket: socket as Socket } : {})
  })
  process.on('disconnect', end)
}
process.on('SIGTERM', end)
// A terminal's Ctrl-C reaches the whole group: the app hears it too and ends us in order.
process.on('SIGINT', () => undefined)
say({ type: 'ready' })
