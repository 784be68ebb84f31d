/** The ANNOUNCE body: what the client wants. Attributes are `a=NAME:VALUE ` lines. */

export interface StreamWish {
  width: number
  height: number
  fps: number
  packetSize: number
  /** Video bitrate for the encoder, kbit/s, after Sunshine's deductions. */
  bitrateKbps: number
  minimumParity: number
  /** 0 H.264, 1 HEVC, 2 AV1. */
  format: number
  encryptionEnabled: number
  audioEncrypted: boolean
  /** 5 or 10. */
  audioPacketMs: number
}

const required = [
  'x-nv-video[0].clientViewportWd',
  'x-nv-video[0].clientViewportHt',
  'x-nv-video[0].maxFPS',
  'x-nv-video[0].packetSize',
  'x-nv-vqos[0].bw.maximumBitrateKbps',
  'x-nv-video[0].videoEncoderSlicesPerFrame',
  'x-nv-video[0].maxNumReferenceFrames',
  'x-nv-audio.surround.numChannels',
  'x-nv-audio.surround.channelMask',
  'x-nv-audio.surround.AudioQuality',
]

const stereoAudioKbps = 96

const withoutSound = (budget: number): number =>
  Math.max(200, Math.round(budget - Math.min(stereoAudioKbps, budget * 0.2) - Math.min(500, budget * 0.1)))

/** Sunshine's deductions from what a client has configured, kbit/s. */
export const encoderKbps = (configured: number, fecPercentage: number): number =>
  withoutSound((configured * (100 - fecPercentage)) / 100)

/** Reads the body; null if something required is missing or absurd (the host then answers 400). */
export function parseAnnounce(body: string, fecPercentage: number): StreamWish | null {
  const attributes = new Map<string, number>()
  for (const line of body.split(/\r?\n/)) {
    const match = /^a=([^:]+):\s*(-?\d+)\s*$/.exec(line)
    if (match) attributes.set(match[1] ?? '', Number(match[2]))
  }
  if (required.some((name) => !attributes.has(name))) return null
  const number = (name: string, fallback = 0): number => attributes.get(name) ?? fallback
  const configured = number('x-ml-video.configuredBitrateKbps')
  const wish: StreamWish = {
    width: number('x-nv-video[0].clientViewportWd'),
    height: number('x-nv-video[0].clientViewportHt'),
    fps: number('x-nv-video[0].maxFPS'),
    packetSize: number('x-nv-video[0].packetSize'),
    bitrateKbps:
      configured > 0
        ? encoderKbps(configured, fecPercentage)
        : withoutSound(number('x-nv-vqos[0].bw.maximumBitrateKbps')),
    minimumParity: number('x-nv-vqos[0].fec.minRequiredFecPackets'),
    format: number('x-nv-vqos[0].bitStreamFormat'),
    encryptionEnabled: number('x-ss-general.encryptionEnabled'),
    // Clients set the first without the second, or the other way round: either counts.
    audioEncrypted:
      (number('x-nv-general.featureFlags', 135) & 0x20) !== 0 ||
      (number('x-ss-general.encryptionEnabled') & 4) !== 0,
    audioPacketMs: number('x-nv-aqos.packetDuration', 5),
  }
  const sane =
    wish.width >= 64 &&
    wish.width <= 8192 &&
    wish.height >= 64 &&
    wish.height <= 8192 &&
    wish.fps >= 1 &&
    wish.fps <= 480 &&
    wish.packetSize >= 200 &&
    wish.packetSize <= 65_000 &&
    wish.minimumParity >= 0 &&
    wish.minimumParity <= 32 &&
    (wish.audioPacketMs === 5 || wish.audioPacketMs === 10)
  return sane ? wish : null
}
