/** From a point on the page to a pixel of the stream, whose picture keeps its proportions inside its box. */

export interface Box {
  left: number
  top: number
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

/** Where the picture lies inside its box (CSS `object-fit: contain`). */
export function pictureBox(box: Box, picture: Size): Box {
  const scale = Math.min(box.width / picture.width, box.height / picture.height)
  const width = picture.width * scale
  const height = picture.height * scale
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height }
}

/**
 * The stream's pixel under a point of the page; points beside the picture go to its nearest edge.
 * @returns null where nothing is shown
 */
export function toStreamPixel(
  point: { x: number; y: number },
  box: Box,
  picture: Size,
): { x: number; y: number } | null {
  if (!(box.width > 0 && box.height > 0 && picture.width > 0 && picture.height > 0)) return null
  const shown = pictureBox(box, picture)
  const clamp = (value: number, size: number): number => Math.max(0, Math.min(size - 1, Math.floor(value)))
  return {
    x: clamp(((point.x - shown.left) / shown.width) * picture.width, picture.width),
    y: clamp(((point.y - shown.top) / shown.height) * picture.height, picture.height),
  }
}
