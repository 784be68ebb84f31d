/**
 * A GameStream client for tests of the site's host, without the product's library: launch, RTSP (the recorded requests),
 * control stream, video datagrams and the frames in them.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { ClientIdentity } from '../../../src-main/protocols/gamestream/identity.ts'
import type { Host } from '../../site/host/index.ts'
import { openRtsp, sealRtsp } from '../../site/host/rtsp/message.ts'
import { openVideo, readShard, rebuildFrames, type RebuiltFrame } from '../../support/depacketizer.ts'
import { connectEnet, type EnetClient } from './enet-client.ts'
import { exchange } from './raw-http.ts'
import { recordedHandshake } from '../../support/recordings.ts'

/** One nvhttp request over HTTPS as a paired client; gives the answer's body. */
export async function nvhttp(
  host: Host,
  identity: ClientIdentity,
  path: string,
  parameters: Record<string, string> = {},
): Promise<string> {
  const query = new URLSearchParams({ uniqueid: identity.uniqueId, uuid: '00', ...parameters })
  const request = `GET ${path}?${query.toString()} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
  const { text } = await exchange(host.ports.https, request, { client: identity })
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

export interface Launched {
  key: Buffer
  encrypted: boolean
}

/** Launches or resumes the app; throws the host's answer when it refuses. */
export async function launch(
  host: Host,
  identity: ClientIdentity,
  { path = '/launch', encrypted = false }: { path?: '/launch' | '/resume'; encrypted?: boolean } = {},
): Promise<Launched> {
  const key = randomBytes(16)
  const body = await nvhttp(host, identity, path, {
    appid: '958645192',
    mode: '640x360x30',
    localAudioPlayMode: '0',
    rikey: key.toString('hex'),
    rikeyid: '-7',
    corever: encrypted ? '1' : '0',
  })
  if (!body.includes('<sessionUrl0>')) throw new Error(body)
  return { key, encrypted }
}

export interface HandshakeAnswers {
  pingPayload: string
  connectData: number
}

/** The seven requests of a recorded session, for a smaller picture; `edit` may change each before it is sent. */
export async function handshake(
  host: Host,
  { key, encrypted }: Launched,
  edit: (name: string, request: string) => string = (_name, request) => request,
): Promise<HandshakeAnswers> {
  const { exchanges } = recordedHandshake(encrypted ? 'h264-mode1-rtspenc' : 'h264-mode0-plain')
  const answers: Record<string, string> = {}
  for (const [index, { name, request }] of exchanges.entries()) {
    // Same number of digits or not: the length that ANNOUNCE names is mended.
    const text = edit(name, request.replace('Wd:1280 ', 'Wd:640 ').replace('Ht:720 ', 'Ht:360 '))
    const [head = '', body = ''] = text.split('\r\n\r\n', 2)
    const whole = `${head.replace(/Content-length: \d+/, `Content-length: ${body.length}`)}\r\n\r\n${body}`
    const plain = Buffer.from(whole, 'latin1')
    const sent = encrypted ? sealRtsp(key, plain, index + 1, 'C') : plain
    const { text: answer } = await exchange(host.ports.rtsp, sent)
    answers[name] = encrypted ? (openRtsp(key, Buffer.from(answer, 'latin1'), 'H')?.text ?? '') : answer
    if (!answers[name].startsWith('RTSP/1.0 200 OK\r\n')) throw new Error(`${name}: ${answers[name]}`)
  }
  return {
    pingPayload: /X-SS-Ping-Payload: (\S+)/.exec(answers['4-setup-video'] ?? '')?.[1] ?? '',
    connectData: Number(/X-SS-Connect-Data: (\d+)/.exec(answers['5-setup-control'] ?? '')?.[1]),
  }
}

export interface RawStream {
  /** Whole frames in order, as they came. */
  readonly frames: RebuiltFrame[]
  readonly datagrams: Buffer[]
  /** Types and payloads of the host's control messages. */
  readonly messages: { type: number; payload: Buffer }[]
  readonly control: EnetClient
  /** Sends a control message, sealed. */
  say(type: number, payload: Buffer, channel?: number): void
  /** Sends an input message: magic number and body. */
  input(magic: number, body: Buffer): void
  close(): void
}

function nonce(sequence: number, side: 'C' | 'H'): Buffer {
  const iv = Buffer.alloc(12)
  iv.writeUInt32LE(sequence, 0)
  iv.write(`${side}C`, 10, 'latin1')
  return iv
}

/** Connects control and video after the handshake. */
export async function startRawStream(
  host: Host,
  { key, encrypted }: Launched,
  { pingPayload, connectData }: HandshakeAnswers,
): Promise<RawStream> {
  const video = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  await new Promise<void>((resolve) => video.bind(0, '127.0.0.1', resolve))
  video.on('error', () => undefined)
  const frames: RebuiltFrame[] = []
  const datagrams: Buffer[] = []
  let current: Buffer[] = []
  const finish = (): void => {
    for (const frame of rebuildFrames(current).values()) if (frame) frames.push(frame)
    current = []
  }
  video.on('message', (bytes) => {
    const datagram = encrypted ? openVideo(key, bytes) : Buffer.from(bytes)
    const { frame } = readShard(datagram)
    if (current[0] && readShard(current[0]).frame !== frame) finish()
    current.push(datagram)
    datagrams.push(datagram)
  })
  let pings = 0
  const ping = (): void => {
    const bytes = Buffer.concat([Buffer.from(pingPayload, 'latin1'), Buffer.alloc(4)])
    bytes.writeUInt32BE(++pings, 16)
    video.send(bytes, host.ports.video, '127.0.0.1', () => undefined)
  }
  const pinging = setInterval(ping, 500)

  const control = await connectEnet(host.ports.control, connectData)
  ping()
  const messages: RawStream['messages'] = []
  control.onMessage((data) => {
    const decipher = createDecipheriv('aes-128-gcm', key, nonce(data.readUInt32LE(4), 'H'))
    decipher.setAuthTag(data.subarray(8, 24))
    const plain = Buffer.concat([decipher.update(data.subarray(24)), decipher.final()])
    messages.push({ type: plain.readUInt16LE(0), payload: plain.subarray(4) })
  })
  let sequence = 0
  const say = (type: number, payload: Buffer, channel = 0): void => {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(type, 0)
    head.writeUInt16LE(payload.length, 2)
    const cipher = createCipheriv('aes-128-gcm', key, nonce(sequence, 'C'))
    const body = Buffer.concat([cipher.update(head), cipher.update(payload), cipher.final()])
    const envelope = Buffer.alloc(8)
    envelope.writeUInt16LE(1, 0)
    envelope.writeUInt16LE(4 + 16 + body.length, 2)
    envelope.writeUInt32LE(sequence++, 4)
    control.send(channel, Buffer.concat([envelope, cipher.getAuthTag(), body]))
  }
  return {
    frames,
    datagrams,
    messages,
    control,
    say,
    input(magic, body) {
      const head = Buffer.alloc(8)
      head.writeUInt32BE(4 + body.length, 0)
      head.writeUInt32LE(magic, 4)
      say(0x0206, Buffer.concat([head, body]), 3)
    },
    close() {
      clearInterval(pinging)
      control.close()
      video.close()
    },
  }
}
