/** A click into the terminal of a desktop, followed to its X server: a key that came before its end could get lost. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { connectX, hasActiveWindow, type XConnection } from '../../site/desktop/x-client.ts'
import { waitUntil } from '../../site/support/processes.ts'

/** Shares of the picture's width and height: where the terminal is clicked, and where the pointer goes then. */
const [click, then, height] = [0.3, 0.45, 0.4]

/** Where the pointer is, as a share of the screen's width. */
const pointerOf = ({ client, display }: XConnection): Promise<number> =>
  new Promise((resolve, reject) => {
    const screen = display.screen[0]
    client.QueryPointer(screen?.root ?? 0, (error, { rootX }) =>
      error
        ? reject(new Error('the X server did not say where the pointer is'))
        : resolve(rootX / (screen?.pixel_width ?? 1)),
    )
  })

/**
 * Settles when the window manager has done with the click and a window has the keyboard.
 * @param picture the desktop on the page
 * @param readyFile where the desktop's job says which X server it has
 */
export async function clickTerminal(page: Page, picture: Locator, readyFile: string): Promise<void> {
  const box = await picture.boundingBox()
  if (!box) throw new Error('the desktop is not visible')
  const { display, xauthority } = JSON.parse(readFileSync(readyFile, 'utf8')) as Record<string, string>
  const x = await connectX(display ?? '', xauthority ?? '')
  try {
    await page.mouse.click(box.x + box.width * click, box.y + box.height * height)
    // From a click on the server holds the pointer until the window manager has given the window the keyboard: a movement
    // that is to be seen was dealt with behind that.
    await page.mouse.move(box.x + box.width * then, box.y + box.height * height)
    await waitUntil(
      'the terminal has the keyboard',
      async () => Math.abs((await pointerOf(x)) - then) < 0.05 && (await hasActiveWindow(x)),
      { deadlineMs: 30_000 },
    )
  } finally {
    x.client.terminate()
  }
}
