/**
 * Capture thread: reads the desktop's picture at a steady pace, draws the pointer and, where it is asked for, the strip into it, encodes it as H.264.
 * Encoding takes milliseconds of solid work, so it must not share a thread with the network.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { AV_LOG_ERROR, Log } from 'node-av'
import {
  connectX,
  requireExtension,
  type CursorImage,
  type XFixes,
  type XInput,
} from '../../desktop/x-client.ts'
import { H264Encoder } from './encoder.ts'
import { openFramebuffer } from './framebuffer.ts'
import type { CaptureStart, FromCapture, ToCapture } from './messages.ts'
import { drawPointer } from './pointer.ts'
import { openRecord } from './record.ts'
import { drawStrip, stripBytes } from './strip.ts'

const port = parentPort
if (!port) throw new Error('capture runs as a worker thread')
const options = workerData as CaptureStart
const say = (message: FromCapture, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

async function run(): Promise<void> {
  // The encoder describes every stream on standard error otherwise.
  Log.setLevel(AV_LOG_ERROR)
  const x = await connectX(options.display, options.xauthority)
  x.client.on('error', () => undefined)
  const presses = { buttons: 0, keys: 0 }
  const input = await requireExtension<XInput>(x.client, 'xinput')
  const { RawButtonPress = 15, RawKeyPress = 13 } = input.EventType
  // Raw events of all master devices: every press that the server took, whichever window has the focus.
  const allMasterDevices = 1
  const root = x.display.screen[0]?.root ?? 0
  input.XISelectEvents(root, [{ deviceId: allMasterDevices, mask: [RawButtonPress, RawKeyPress] }])
  x.client.on('event', (event) => {
    if (event.evtype === RawButtonPress) presses.buttons++
    else if (event.evtype === RawKeyPress) presses.keys++
  })
  const fixes = await requireExtension<XFixes>(x.client, 'fixes')
  let pointer: CursorImage | null = null
  const askPointer = (): void => fixes.GetCursorImage((error, image) => (pointer = error ? pointer : image))

  const framebuffer = openFramebuffer(options.framebuffer)
  const encoder = new H264Encoder({
    ...options,
    sourceWidth: framebuffer.width,
    sourceHeight: framebuffer.height,
  })
  const { width, height, fps, bitrateKbps } = options
  const record = options.record === null ? () => undefined : openRecord(options.record)
  const now = (): number => performance.timeOrigin + performance.now()
  record({ stream: { width, height, fps, bitrateKbps }, at: now() })
  let wantKeyFrame = true
  let counter = 0
  let timer: NodeJS.Timeout | null = null
  const started = performance.now()
  let ticks = 0

  const tick = (): void => {
    askPointer()
    const { picture, stride } = encoder.sourcePicture()
    framebuffer.read(picture, stride)
    if (pointer) drawPointer(picture, stride, framebuffer.width, framebuffer.height, pointer)
    counter = (counter + 1) & 0xffffff
    if (options.strip) drawStrip(picture, stride, stripBytes(counter, presses.buttons, presses.keys))
    const capturedAt = performance.now()
    const keyFrame = wantKeyFrame
    wantKeyFrame = false
    for (const data of encoder.encode(keyFrame)) {
      record({ counter, at: now(), bytes: data.length, keyFrame, buttons: presses.buttons })
      say({ type: 'frame', data, keyFrame, capturedAt }, [data.buffer])
    }
    // A steady pace: late ticks are skipped, not caught up with.
    const interval = 1000 / options.fps
    ticks = Math.max(ticks + 1, Math.floor((performance.now() - started) / interval))
    timer = setTimeout(tick, Math.max(0, started + ticks * interval - performance.now()))
  }
  port?.on('message', (message: ToCapture) => {
    if (message.type === 'key-frame') {
      wantKeyFrame = true
      return
    }
    if (message.type === 'bitrate') {
      encoder.setBitrate(message.kbps)
      return record({ stream: { width, height, fps, bitrateKbps: message.kbps }, at: now() })
    }
    if (timer) clearTimeout(timer)
    framebuffer.close()
    encoder.close()
    x.client.terminate()
    port.close()
  })
  tick()
}

run().catch((error: unknown) => say({ type: 'failed', message: String(error) }))
