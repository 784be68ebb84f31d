/** Reads the picture of an Xvfb started with `-fbdir`: an XWD file that the server keeps up to date. */
import { closeSync, openSync, readSync } from 'node:fs'

export interface Framebuffer {
  readonly width: number
  readonly height: number
  /** Bytes a line in the file. */
  readonly stride: number
  /** Copies the current picture (B, G, R, unused) into `target`, whose lines are `targetStride` bytes apart. */
  read(target: Buffer, targetStride: number): void
  close(): void
}

/** Opens the file and checks its header (big-endian words: 0 header size, 4 width, 5 height, 11 bits a pixel, 12 stride, 19 colours). */
export function openFramebuffer(path: string): Framebuffer {
  const file = openSync(path, 'r')
  const header = Buffer.alloc(100)
  readSync(file, header, 0, header.length, 0)
  const word = (index: number): number => header.readUInt32BE(index * 4)
  const [headerSize, width, height, bits, stride, colours] = [
    word(0),
    word(4),
    word(5),
    word(11),
    word(12),
    word(19),
  ]
  if (bits !== 32) throw new Error(`framebuffer has ${bits} bits a pixel, not 32`)
  const start = headerSize + colours * 12
  return {
    width,
    height,
    stride,
    read(target, targetStride) {
      if (targetStride === stride) {
        readSync(file, target, 0, stride * height, start)
        return
      }
      for (let line = 0; line < height; line++) {
        readSync(file, target, line * targetStride, width * 4, start + line * stride)
      }
    },
    close: () => closeSync(file),
  }
}
