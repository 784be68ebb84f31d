/** What the picture of a VNC desktop on the page shows. */
import type { Page } from 'playwright-core'
import { waitUntil } from '../../site/support/processes.ts'

export const vncCanvas = (page: Page) => page.locator('[data-part="vnc-picture"] canvas')

/** Waits until the picture shows more than a few colours: the desktop, and not an empty screen. */
export const vncPictureShown = (page: Page, limitMs: number): Promise<void> =>
  waitUntil(
    'the desktop is in the picture',
    async () => {
      if ((await vncCanvas(page).count()) === 0) return false
      const colours = await vncCanvas(page).evaluate((element) => {
        const canvas = element as HTMLCanvasElement
        const { width, height } = canvas
        if (width === 0 || height === 0) return 0
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height)
        const seen = new Set<number>()
        for (let at = 0; at < data.length; at += 4)
          seen.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!)
        return seen.size
      })
      return colours > 3
    },
    { deadlineMs: limitMs },
  )
