/** The figures of the picture as the page shows them to a person, in its status panel. */
import type { Page } from 'playwright-core'

export interface PictureFigures {
  /** From handing a frame to the decoder until it is decoded; the page rounds from 10 ms on. */
  decodeP50Ms: number | null
  decodeP99Ms: number | null
  hardware: boolean | null
  /** Frames that were received and not shown. */
  framesDropped: number
}

const milliseconds = (text: string | undefined): number | null => {
  const found = /^([\d.]+) ms$/.exec(text ?? '')
  return found ? Number(found[1]) : null
}

/** Reads them; opens the panel and its part about the picture for it. They are renewed once a second. */
export async function readPictureFigures(page: Page): Promise<PictureFigures> {
  const block = page.locator('[data-block="picture"]')
  if (!(await block.isVisible())) await page.getByRole('button', { name: 'Status' }).click()
  if ((await block.getAttribute('open')) === null) await block.locator('summary').click()
  await block.locator('dl').waitFor()
  const [names, values] = await Promise.all([
    block.locator('dt').allTextContents(),
    block.locator('dd').allTextContents(),
  ])
  const shown = new Map(names.map((name, index) => [name, values[index]]))
  const decoder = shown.get('Decoder')
  const dropped = /^([\d,]+) of /.exec(shown.get('Not shown') ?? '')?.[1]
  if (dropped === undefined) throw new Error(`the page does not say what it dropped: ${names.join(', ')}`)
  return {
    decodeP50Ms: milliseconds(shown.get('Decoding, typical')),
    decodeP99Ms: milliseconds(shown.get('Decoding, slowest')),
    hardware: decoder === 'Graphics card' ? true : decoder === 'Processor' ? false : null,
    framesDropped: Number(dropped.replaceAll(',', '')),
  }
}
