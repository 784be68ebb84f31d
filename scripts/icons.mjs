/**
 * `node scripts/icons.mjs`: makes the program's icons from src-renderer/icon.svg, by the Chromium of the tests. What it makes is part of
 * the source tree: a package is built without a browser.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`node scripts/icons.mjs

Makes the icons in resources/icons from src-renderer/icon.svg, by Chromium (VIZLINK_BROWSER names another one).`)

const sizes = [16, 24, 32, 48, 64, 128, 256, 512]
const folder = join(root, 'resources', 'icons')
const svg = readFileSync(join(root, 'src-renderer', 'icon.svg'), 'utf8')

/** A PNG for each size in pixels. */
async function render() {
  // A package: there before the set-up is only the help.
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({
    executablePath: process.env.VIZLINK_BROWSER ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--force-color-profile=srgb'],
    chromiumSandbox: process.getuid?.() !== 0,
  })
  try {
    const page = await browser.newPage()
    const images = new Map()
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size })
      await page.setContent(
        `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      )
      images.set(size, await page.screenshot({ omitBackground: true }))
    }
    return images
  } finally {
    await browser.close()
  }
}

/** Windows: a table of entries, then the pictures (ICO with PNG, since Windows Vista). */
function ico(images) {
  const entries = [...images].filter(([size]) => size <= 256)
  const head = Buffer.alloc(6 + 16 * entries.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(entries.length, 4)
  let offset = head.length
  entries.forEach(([size, png], index) => {
    const at = 6 + 16 * index
    // 0 means 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...entries.map(([, png]) => png)])
}

/** macOS: blocks of a type that means a size, a length and a picture (ICNS with PNG). */
function icns(images) {
  const types = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09' }
  const blocks = Object.entries(types).map(([size, type]) => {
    const png = images.get(Number(size))
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(8 + png.length, 4)
    return Buffer.concat([head, png])
  })
  const body = Buffer.concat(blocks)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(8 + body.length, 4)
  return Buffer.concat([head, body])
}

const images = await render()
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [size, png] of images) writeFileSync(join(folder, `${size}x${size}.png`), png)
writeFileSync(join(folder, 'icon.ico'), ico(images))
writeFileSync(join(folder, 'icon.icns'), icns(images))
