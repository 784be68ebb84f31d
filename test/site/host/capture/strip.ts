/**
 * The machine-readable strip in the picture's top-left corner, drawn for tests and headless runs alone: two rows of 28 cells of 8x8 pixels, white is 1, most
 * significant bit first: 8 bits sync, 24 bits frame counter, 8 bits button presses, 8 bits key presses, 8 bits check
 * (sum of the six bytes before, modulo 256). The presses come from the X server, so they prove that input arrived.
 */
const cell = 8
const columns = 28

/** The seven bytes of a strip. */
export function stripBytes(counter: number, buttons: number, keys: number): number[] {
  const bytes = [
    0b10100110,
    (counter >> 16) & 255,
    (counter >> 8) & 255,
    counter & 255,
    buttons & 255,
    keys & 255,
  ]
  return [...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 255]
}

/** Draws a strip into a picture of four bytes a pixel (B, G, R, unused) with `stride` bytes a line. */
export function drawStrip(picture: Buffer, stride: number, bytes: readonly number[]): void {
  for (let index = 0; index < bytes.length * 8; index++) {
    const bit = ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1
    const x = (index % columns) * cell
    const y = Math.floor(index / columns) * cell
    for (let line = 0; line < cell; line++) {
      picture.fill(bit ? 0xff : 0x00, (y + line) * stride + x * 4, (y + line) * stride + (x + cell) * 4)
    }
  }
}
