/** Draws the X server's pointer image into a picture, as a host does that sends the pointer inside the video. */
import type { CursorImage } from '../../desktop/x-client.ts'

/** Alpha-blends the pointer (premultiplied ARGB) at its hot spot; parts outside the picture are cut off. */
export function drawPointer(
  picture: Buffer,
  stride: number,
  width: number,
  height: number,
  image: CursorImage,
): void {
  const left = image.x - image.xhot
  const top = image.y - image.yhot
  for (let row = 0; row < image.height; row++) {
    const y = top + row
    if (y < 0 || y >= height) continue
    for (let column = 0; column < image.width; column++) {
      const x = left + column
      if (x < 0 || x >= width) continue
      const argb = image.cursorImage.readUInt32LE((row * image.width + column) * 4)
      const alpha = (argb >>> 24) & 255
      if (alpha === 0) continue
      const at = y * stride + x * 4
      for (let channel = 0; channel < 3; channel++) {
        const value = ((argb >>> (channel * 8)) & 255) + ((picture[at + channel] ?? 0) * (255 - alpha)) / 255
        picture[at + channel] = Math.min(255, Math.round(value))
      }
    }
  }
}
