/** Messages between the app and one link process: requests with one answer each, three questions, events. */
import type { Failure } from '../shared/errors.ts'
import type { LinkFacts } from '../shared/model/desktop.ts'
import type { JobStep } from '../protocols/slurm/step.ts'

export interface Hop {
  /** For people: `login.example:22`. */
  label: string
  address: string
  port: number
  user: string
  /** Public host keys (`type base64`) that are accepted without a question. */
  hostKeys: string[]
}

/** Public key offered to servers; its private half stays in the app, which answers `sign`. `type base64`. */
export interface OfferedKey {
  publicKey: string
}

/** GameStream ports of the host, as the node sees them. */
export interface HostPorts {
  /** Address on the node's side, normally 127.0.0.1. */
  address: string
  http: number
  https: number
  web: number
  rtsp: number
  video: number
  control: number
  audio: number
}

/** Requests to the link process and what each answers. `deadlineMs` counts only while no question is open. */
export interface LinkRequests {
  /** Logs in through all hops in order. */
  login: {
    input: { hops: Hop[]; keys: OfferedKey[]; deadlineMs: number }
    output: null
  }
  /** Logs in to one more host through the standing login; the chain stays open until `close-hop` or exit. */
  'open-hop': { input: { hop: Hop; deadlineMs: number }; output: { hopId: string } }
  'close-hop': { input: { hopId: string }; output: null }
  /**
   * Runs a command; `hopId` null means on the last host of the login, `step` in a job that runs there. Output is cut at
   * `maximumBytes`.
   */
  exec: {
    input: {
      hopId: string | null
      step?: JobStep | null
      command: string
      deadlineMs: number
      maximumBytes: number
      /** Text for its standard input: the place for secrets, which a command line shows to everybody on the host. */
      input?: string
    }
    output: { stdout: string; stderr: string; code: number | null; signal: string | null; truncated: boolean }
  }
  /** Puts the relay on the host (if its hash is not there), starts it, connects an endpoint with it. */
  'open-relay': {
    input: {
      hopId: string | null
      step?: JobStep | null
      ports: HostPorts
      maximumUnacknowledgedBytes: number
      deadlineMs: number
    }
    output: {
      relayId: string
      /** Sockets of the app alone that lead to the host's ports; RTSP's is a TCP port of 127.0.0.1. */
      local: { http: string; https: string; web: string; rtsp: number }
    }
  }
  /** Tells the endpoint the keys of the coming stream, so that it can rewrite the SETUP answers. */
  'prepare-stream': {
    input: { relayId: string; encryptedRtsp: boolean; remoteInputKey: string }
    output: null
  }
  'link-facts': { input: { relayId: string }; output: LinkFacts }
  'close-relay': { input: { relayId: string }; output: null }
  /**
   * A TCP port as the last host of the login reaches it, by a socket of the app alone.
   * `forward-refused` where the host forwards nothing or nobody answers.
   */
  'open-forward': {
    input: { address: string; port: number; deadlineMs: number }
    output: { forwardId: string; path: string }
  }
  'close-forward': { input: { forwardId: string }; output: null }
  /**
   * Connects to a TCP port as a hop (null: the last host of the login) reaches it, and holds the bytes for whoever is attached
   * to the channel, once and soon. `host-not-ready` where nobody answers, `forward-refused` where the host forwards nothing.
   */
  'open-channel': {
    input: { hopId: string | null; address: string; port: number; deadlineMs: number }
    output: { channelId: string }
  }
  'close-channel': { input: { channelId: string }; output: null }
  /** Closes everything and exits. */
  close: { input: null; output: null }
}
export type LinkRequestName = keyof LinkRequests

/** Questions to the app; each gets exactly one answer, null means refused. */
export interface LinkQuestions {
  verifyHostKey: { input: { hop: string; publicKey: string; fingerprint: string }; output: boolean }
  /** Signature blob over `data` (base64) as SSH wants it for the key, base64; hash names the RSA variant. */
  sign: {
    input: { publicKey: string; data: string; hash: 'sha256' | 'sha512' | null }
    output: string | null
  }
  answerPrompts: {
    input: { hop: string; title: string; prompts: { text: string; echo: boolean }[] }
    output: string[] | null
  }
}
export type LinkQuestionName = keyof LinkQuestions

export type ToLinkProcess =
  | { type: 'request'; id: number; name: LinkRequestName; input: unknown }
  | { type: 'answer'; id: number; value: unknown }
  /** Browser shell: an accepted upgrade whose socket travels with this message. `head` is base64. */
  | { type: 'attach-socket'; channelId: string; headers: Record<string, string>; head: string }
  /** Electron: a MessagePort travels with this message. */
  | { type: 'attach-port'; channelId: string }

export type FromLinkProcess =
  | { type: 'ready' }
  | { type: 'reply'; id: number; ok: true; value: unknown }
  | { type: 'reply'; id: number; ok: false; failure: Failure }
  | { type: 'question'; id: number; name: LinkQuestionName; input: unknown }
  /** A relay or the whole login was lost. */
  | { type: 'lost'; relayId: string | null; failure: Failure }
  /** A channel is closed; `byFarEnd`: by its far end, and neither by its page nor by us. Said after the reply that opened it. */
  | { type: 'channel-ended'; channelId: string; byFarEnd: boolean }
