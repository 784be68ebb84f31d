/**
 * Messages between the app and one link process: requests with one answer each, questions, events. The side that receives
 * a message checks it. Sockets and ports travel beside a message.
 */
import { z } from 'zod'
import { upgradeFields } from '../protocols/handed-over.ts'
import { mostKnown, type HostCommand, type HostKnowledge } from '../protocols/ssh/script.ts'
import { longest } from '../shared/bounds.ts'
import { linkFactsSchema, relayPlaceSchema } from '../shared/model/desktop.ts'
import { failureSchema } from '../shared/model/failure.ts'

/** Bytes that a command may answer at most, and characters of text that a program may be given. */
const mostOutput = 16 * 1024 * 1024
/** A command is an argument of the shell that runs it. */
const mostScript = 64 * 1024
/** A job script is the largest of them. */
const mostInput = 2 * 1024 * 1024

const id = z.int().min(1)
/** Name of a hop, relay, forward or channel, given by the link process. */
const handle = z.string().min(1).max(64)
const port = z.int().min(1).max(65_535)
const address = z.string().min(1).max(253)
const socketPath = z.string().min(1).max(4096)
/** `type base64`. ssh2 takes packets of 35,000 bytes at most. */
const publicKey = z
  .string()
  .min(1)
  .max(64 * 1024)
const base64 = z.base64().max(64 * 1024)
/** Counts only while no question is open. */
const deadlineMs = z
  .number()
  .positive()
  .max(24 * 3600 * 1000)
const label = z.string().max(longest.line)
const nothing = z.null()
const figure = z.number().nonnegative()

const hopSchema = z.strictObject({
  /** For people: `login.example:22`. */
  label,
  address,
  port,
  user: z.string().min(1).max(256),
  /** Public host keys (`type base64`) that are accepted without a question. */
  hostKeys: z.array(publicKey).max(100),
  /** Host keys that are never accepted. */
  revokedKeys: z.array(publicKey).max(100).optional(),
  /** Keys of authorities whose certificates of the host are accepted; ssh2 knows none. */
  authorities: z.array(publicKey).max(100).optional(),
  /** Proxy in front of it, where it is the first hop: `http:`, `https:`, `socks:`, `socks5:` or `socks5h:`. */
  proxy: z
    .url({ protocol: /^(https?|socks(5h?)?)$/ })
    .max(2048)
    .optional(),
  /** What this hop alone is offered, in the place of the login's keys. */
  ownKeys: z
    .strictObject({ keys: z.array(publicKey).max(1000), unusable: z.array(label).max(100) })
    .optional(),
})
export type Hop = z.infer<typeof hopSchema>

/** Public key offered to servers; its private half stays in the app, which answers `sign`. */
const offeredKeySchema = z.strictObject({ publicKey })
export type OfferedKey = z.infer<typeof offeredKeySchema>

/** How the system's `ssh` is started; keys are its own matter. */
const opensshSchema = z.strictObject({
  /** Absolute paths of `ssh` and of the program by which it asks. */
  program: socketPath,
  askpass: socketPath,
  /** The user's configuration and the computer's. */
  configurationFiles: z.array(socketPath).max(4),
  /** Key file in the place of all others. */
  identityFile: socketPath.nullable(),
  /** What it finds agent, tickets and home folder by. */
  environment: z.record(z.string().max(64), z.string().max(32 * 1024)),
})

/** GameStream ports of the host, as the node sees them. */
const hostPortsSchema = z.strictObject({
  /** Address on the node's side, normally 127.0.0.1. */
  address,
  http: port,
  https: port,
  web: port,
  rtsp: port,
  video: port,
  control: port,
  audio: port,
})
export type HostPorts = z.infer<typeof hostPortsSchema>

const program = z.string().max(64)
const hostCommand = z.strictObject({
  script: z.string().max(mostScript),
  needs: z.array(program).max(16).readonly().optional(),
  wants: z.array(program).max(16).readonly().optional(),
  options: z
    .array(z.strictObject({ variable: program, program, option: z.string().max(64) }))
    .max(16)
    .readonly()
    .optional(),
  ownLocale: z.boolean().optional(),
}) satisfies z.ZodType<HostCommand>

/** About the last host of a login. */
const hostKnowledge = z.strictObject({
  places: z
    .array(
      z.tuple([
        program,
        z.strictObject({
          folder: z.string().max(600),
          slurmConfiguration: z.string().max(600),
          libraries: z.string().max(2000),
        }),
      ]),
    )
    .max(mostKnown),
  options: z.array(z.tuple([z.string().max(200), z.boolean()])).max(mostKnown),
}) satisfies z.ZodType<HostKnowledge>

/** Where a command runs: `hopId` null means on the last host of the login, `step` in a job that runs there. */
const place = {
  hopId: handle.nullable(),
  step: z.strictObject({ jobId: z.string().max(100), node: z.string().max(253) }).nullish(),
}

/** Requests to the link process and what each answers. */
export const linkRequests = {
  /** Logs in through all hops in order. */
  login: {
    input: z.strictObject({
      hops: z.array(hopSchema).max(16),
      keys: z.array(offeredKeySchema).max(1000),
      /** What earlier logins have learned of the last host. */
      known: hostKnowledge.optional(),
      /** Keys that cannot be offered, in words for the failure that may follow. */
      unusableKeys: z.array(label).max(100).optional(),
      /** Logs in by the system's `ssh`; absent: by ssh2. */
      openssh: opensshSchema.optional(),
      deadlineMs,
    }),
    output: nothing,
  },
  /** Logs in to one more host through the standing login; the chain stays open until `close-hop` or exit. */
  'open-hop': {
    input: z.strictObject({ hop: hopSchema, deadlineMs }),
    output: z.strictObject({ hopId: handle }),
  },
  'close-hop': { input: z.strictObject({ hopId: handle }), output: nothing },
  /** Runs a command by `sh`. Output is cut at `maximumBytes`. */
  exec: {
    input: z.strictObject({
      ...place,
      command: hostCommand,
      deadlineMs,
      maximumBytes: z.int().min(0).max(mostOutput),
      /** Text for its standard input: the place for secrets, which a command line shows to everybody on the host. */
      input: z.string().max(mostInput).optional(),
    }),
    output: z.strictObject({
      stdout: z.string().max(mostOutput),
      /** Its end, where it is long. */
      stderr: z.string().max(mostOutput),
      code: z.int(),
      truncated: z.boolean(),
      /** What was learned of the last host since the last reply. */
      learned: hostKnowledge.optional(),
    }),
  },
  /** Puts the relay on the host (if its hash is not there), starts it, connects an endpoint with it. */
  'open-relay': {
    input: z.strictObject({
      ...place,
      ports: hostPortsSchema,
      maximumUnacknowledgedBytes: z
        .int()
        .min(1)
        .max(2 ** 32 - 1),
      deadlineMs,
    }),
    output: z.strictObject({
      relayId: handle,
      place: z.strictObject(relayPlaceSchema.shape),
      /** Sockets of the app alone that lead to the host's ports; RTSP's is a TCP port of 127.0.0.1. */
      local: z.strictObject({ http: socketPath, https: socketPath, web: socketPath, rtsp: port }),
    }),
  },
  /** Gives the endpoint the keys of the coming stream, so that it can rewrite the SETUP answers. */
  'prepare-stream': {
    input: z.strictObject({
      relayId: handle,
      encryptedRtsp: z.boolean(),
      /** 32 hexadecimal digits. */
      remoteInputKey: z.string().max(64),
    }),
    output: nothing,
  },
  'link-facts': {
    input: z.strictObject({ relayId: handle }),
    output: z.strictObject(linkFactsSchema.shape),
  },
  /**
   * Measures the way from the relay to here before there is video; takes 400 ms and the way's own delay at most. Null where the
   * relay does not answer in time.
   */
  'measure-line': {
    input: z.strictObject({ relayId: handle, deadlineMs }),
    output: z
      .strictObject({
        /** Video in kbit/s that the way carries. */
        carriedKbps: figure,
        /** Round trip without a queue, ms. */
        pathMs: figure,
        /** The way took all that was sent: it carries that, and perhaps far more. */
        atLeast: z.boolean(),
      })
      .nullable(),
  },
  'close-relay': { input: z.strictObject({ relayId: handle }), output: nothing },
  /**
   * A TCP port as the last host of the login reaches it, by a socket of the app alone.
   * `forward-refused` where the host forwards nothing or no server answers.
   */
  'open-forward': {
    input: z.strictObject({ address, port, deadlineMs }),
    output: z.strictObject({ forwardId: handle, path: socketPath }),
  },
  'close-forward': { input: z.strictObject({ forwardId: handle }), output: nothing },
  /**
   * Connects to a TCP port as a hop (null: the last host of the login) reaches it, and holds the bytes for the page that is
   * attached to the channel, once and soon. `host-not-ready` where no server answers, `forward-refused` where the host forwards
   * nothing.
   */
  'open-channel': {
    input: z.strictObject({ hopId: handle.nullable(), address, port, deadlineMs }),
    output: z.strictObject({ channelId: handle }),
  },
  'close-channel': { input: z.strictObject({ channelId: handle }), output: nothing },
  /** Closes everything and exits. */
  close: { input: nothing, output: nothing },
} as const

/** Questions to the app; each gets exactly one answer, null means refused. */
export const linkQuestions = {
  verifyHostKey: {
    input: z.strictObject({ hop: label, publicKey, fingerprint: z.string().max(longest.line) }),
    output: z.boolean(),
  },
  /** Signature blob over `data` as SSH wants it for the key, both base64; hash names the RSA variant. */
  sign: {
    input: z.strictObject({ publicKey, data: base64, hash: z.enum(['sha256', 'sha512']).nullable() }),
    output: base64.nullable(),
  },
  answerPrompts: {
    input: z.strictObject({
      hop: label,
      title: z.string().max(longest.sentence),
      prompts: z.array(z.strictObject({ text: z.string().max(longest.sentence), echo: z.boolean() })).max(16),
    }),
    output: z.array(z.string().max(10_000)).max(16).nullable(),
  },
  /** What a server says to people while somebody logs in; no clock waits for it. */
  notice: {
    input: z.strictObject({ hop: label, text: z.string().max(longest.evidence) }),
    output: nothing,
  },
} as const

type Derived<T extends Record<string, { input: z.ZodType; output: z.ZodType }>> = {
  [N in keyof T]: { input: z.infer<T[N]['input']>; output: z.infer<T[N]['output']> }
}
export type LinkRequests = Derived<typeof linkRequests>
export type LinkRequestName = keyof LinkRequests
export type LinkQuestions = Derived<typeof linkQuestions>
export type LinkQuestionName = keyof LinkQuestions

const requestNames = z.enum(Object.keys(linkRequests) as [LinkRequestName, ...LinkRequestName[]])
const questionNames = z.enum(Object.keys(linkQuestions) as [LinkQuestionName, ...LinkQuestionName[]])

/** `input` and `value` are checked by the tables above. */
export const toLinkProcessSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('request'), id, name: requestNames, input: z.unknown() }),
  z.strictObject({ type: z.literal('answer'), id, value: z.unknown() }),
  /** Browser shell: an accepted upgrade whose socket travels with this message. */
  z.strictObject({ type: z.literal('attach-socket'), channelId: handle, ...upgradeFields }),
  /** Electron: a MessagePort travels with this message. */
  z.strictObject({ type: z.literal('attach-port'), channelId: handle }),
])
export type ToLinkProcess = z.infer<typeof toLinkProcessSchema>

export const fromLinkProcessSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.discriminatedUnion('ok', [
    z.strictObject({ type: z.literal('reply'), id, ok: z.literal(true), value: z.unknown() }),
    z.strictObject({ type: z.literal('reply'), id, ok: z.literal(false), failure: failureSchema }),
  ]),
  z.strictObject({ type: z.literal('question'), id, name: questionNames, input: z.unknown() }),
  /** A relay or the whole login was lost. */
  z.strictObject({ type: z.literal('lost'), relayId: handle.nullable(), failure: failureSchema }),
  /** The relay dropped frames and has room for a key frame: the stream's host is to be asked for one. */
  z.strictObject({ type: z.literal('key-frame-wanted'), relayId: handle }),
  /** A channel is closed; `byFarEnd`: by its far end, and neither by its page nor by us. Said after the reply that opened it. */
  z.strictObject({ type: z.literal('channel-ended'), channelId: handle, byFarEnd: z.boolean() }),
])
export type FromLinkProcess = z.infer<typeof fromLinkProcessSchema>
