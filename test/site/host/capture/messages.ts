/** Messages between the host and its capture thread. */
export interface CaptureStart {
  framebuffer: string
  display: string
  xauthority: string
  /** Size and rate of the stream. */
  width: number
  height: number
  fps: number
  bitrateKbps: number
  /** Whether frame counter and presses are drawn into the picture, for tests and headless runs. */
  strip: boolean
  /** File for the record of what was encoded (record.ts); null: none is kept. */
  record: string | null
}

export type ToCapture = { type: 'key-frame' } | { type: 'bitrate'; kbps: number } | { type: 'stop' }

export type FromCapture =
  | { type: 'frame'; data: Uint8Array<ArrayBuffer>; keyFrame: boolean; capturedAt: number }
  | { type: 'failed'; message: string }
