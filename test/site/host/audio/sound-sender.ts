/** Sends silence for as long as a client listens, at the pace of a sound card: Sunshine sends sound even where none is heard. */
import type { MediaSocket } from '../media-socket.ts'
import { SoundPacketizer, type SoundOptions } from './packetizer.ts'

/** Sunshine's stereo at 96 kbit/s: 60 bytes for 5 ms, and twice as many for 10. */
const bytesPerMs = 12
/** After a standstill of the machine so many packets at most are made up for; a sound card's buffer holds no more. */
const mostAtOnce = 20

/** An Opus packet of digital silence: stereo, one frame of 5 or 10 ms (RFC 6716, 3.1), filled up to the constant size. */
function silence(packetMs: number): Buffer {
  const packet = Buffer.alloc(packetMs * bytesPerMs)
  // Full band, low delay (configuration 29: 5 ms, 30: 10 ms), stereo; then the coder's flag for silence.
  packet[0] = ((packetMs === 10 ? 30 : 29) << 3) | 4
  packet[1] = 0xff
  packet[2] = 0xfe
  return packet
}

/** Begins with the first packet; the returned function ends it. */
export function sendSound(socket: MediaSocket, options: SoundOptions): () => void {
  const packetizer = new SoundPacketizer(options)
  const packet = silence(options.packetMs)
  let sent = 0
  let since = performance.now()
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - since) / options.packetMs) + 1
    if (due - sent > mostAtOnce) {
      since = performance.now() - (sent + mostAtOnce - 1) * options.packetMs
    }
    for (const end = Math.min(due, sent + mostAtOnce); sent < end; sent++)
      socket.send(packetizer.packetize(packet))
  }, options.packetMs)
  return () => clearInterval(timer)
}
