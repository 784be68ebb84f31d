/** Thread that moves a picture on an X server: a textured disc that turns twelve degrees at a time, drawn once and then copied. */
import { parentPort, workerData } from 'node:worker_threads'
import { connectX } from '../site/desktop/x-client.ts'

export interface MovingPicture {
  display: string
  xauthority: string
  /** Pixels, and where on the screen. */
  width: number
  height: number
  x: number
  y: number
  fps: number
}

const { display, xauthority, width, height, x, y, fps } = workerData as MovingPicture
const turns = 30

/** One picture of the turn, four bytes a pixel: edges and shades at every angle, as a model has them. */
function draw(angle: number): Buffer {
  const pixels = Buffer.alloc(width * height * 4)
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [a, b] = [column - width / 2, row - height / 2]
      const [u, v] = [a * cosine - b * sine, a * sine + b * cosine]
      const edge = ((u >> 4) + (v >> 4)) & 1 ? 60 : 0
      const at = (row * width + column) * 4
      pixels[at] = 128 + 60 * Math.sin(u / 9) + edge
      pixels[at + 1] = 100 + 70 * Math.sin(v / 7) + edge
      pixels[at + 2] = 90 + 60 * Math.sin((u + v) / 11) + edge
    }
  return pixels
}

const { client, display: connected } = await connectX(display, xauthority)
const errors = (error: Error): void => {
  throw error
}
client.on('error', errors)
const root = connected.screen[0]?.root ?? 0
const [window, context] = [client.AllocID(), client.AllocID()]
// No window manager has a say in it; depth, kind and visual are the root's.
client.CreateWindow(window, root, x, y, width, height, 0, 0, 0, 0, { overrideRedirect: true })
client.MapWindow(window)
client.CreateGC(context, window)
const pictures = Array.from({ length: turns }, (_, turn) => {
  const pixmap = client.AllocID()
  client.CreatePixmap(pixmap, window, 24, width, height)
  client.PutImage(2, pixmap, context, width, height, 0, 0, 0, 24, draw((turn * 2 * Math.PI) / turns))
  return pixmap
})
let turn = 0
let timer: NodeJS.Timeout | null = null
const show = (): void =>
  client.CopyArea(pictures[turn++ % turns]!, window, context, 0, 0, 0, 0, width, height)
show()
parentPort?.on('message', (moves: boolean) => {
  if (timer) clearInterval(timer)
  // It always comes to rest in the same way: what a still picture costs depends on it.
  turn = 0
  show()
  timer = moves ? setInterval(show, 1000 / fps) : null
})
