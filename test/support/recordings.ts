/** The recordings of a real Sunshine host in test/fixtures/sunshine. */
import { readFileSync } from 'node:fs'

const read = (name: string): Buffer => readFileSync(new URL(`../fixtures/sunshine/${name}`, import.meta.url))
const readJson = (name: string): unknown => JSON.parse(read(name).toString('utf8'))

export interface RecordedExchange {
  folder: string
  name: string
  scheme: 'http' | 'https'
  port: number
  certificate: string | null
  hostCloses: boolean
  /** Exact bytes, as Latin-1 text. */
  request: string
  response: string
}

export const recordedExchanges = (): RecordedExchange[] => readJson('http.json') as RecordedExchange[]

/** One recorded exchange by `folder/name`, the name without its number. */
export function recordedExchange(path: string): RecordedExchange {
  const found = recordedExchanges().find(
    ({ folder, name }) => `${folder}/${name.replace(/^\d+-/, '')}` === path,
  )
  if (!found) throw new Error(`no recording ${path}`)
  return found
}

export interface RecordedPairing {
  pin: string
  uniqueid: string
  salt: string
  key_K: string
  client_cert_pem: string
  client_key_pem: string
  client_cert_signature: string
  host_cert_pem: string
  host_key_pem: string
  host_cert_signature: string
  Rc: string
  clientchallenge: string
  challengeresponse: string
  H: string
  Rs: string
  Sc: string
  Ss: string
  client_hash: string
  serverchallengeresp: string
  pairingsecret: string
  clientpairingsecret: string
}

export const recordedPairing = (which: 'pairing' | 'pairing-wrong-pin' = 'pairing'): RecordedPairing =>
  readJson(`${which}.json`) as RecordedPairing

export interface RecordedHandshake {
  name: string
  rikey: string
  rikeyid: number
  encrypted: boolean
  exchanges: {
    name: string
    request: string
    response: string
    requestSequence?: number
    responseSequence?: number
    requestSealed?: string
    responseSealed?: string
  }[]
}

export function recordedHandshake(name: string): RecordedHandshake {
  const found = (readJson('rtsp.json') as RecordedHandshake[]).find((handshake) => handshake.name === name)
  if (!found) throw new Error(`no recording ${name}`)
  return found
}

export interface RecordedControl {
  key: string
  connectData: number
  datagrams: { side: 'client' | 'host'; bytes: string }[]
  messages: { side: 'client' | 'host'; sequence: number; plaintext: string }[]
}

export const recordedControl = (): RecordedControl => readJson('control.json') as RecordedControl

export type VideoRecording = 'clear' | 'encrypted' | 'multiblock' | 'loss'

export interface RecordedVideo {
  packetSize: number
  key: Buffer | null
  datagrams: Buffer[]
  frames: {
    frame: number
    keyFrame: boolean
    length: number
    sha256: string
    timestamp: number
    removed: { offset: number; length: number }[]
  }[]
}

export function recordedVideo(name: VideoRecording): RecordedVideo {
  const facts = (readJson('video.json') as Record<string, RecordedVideo & { key: string | null }>)[name]
  if (!facts) throw new Error(`no recording ${name}`)
  const bytes = read(`video-${name}.datagrams`)
  const datagrams: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt16BE(at)
    datagrams.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return { ...facts, key: facts.key === null ? null : Buffer.from(facts.key, 'hex'), datagrams }
}
