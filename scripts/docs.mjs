/**
 * `npm run docs`: makes what the documentation shows from the product itself, so that it does not grow stale: the JSON
 * schema of site profiles, the findings of the site check, and the README's screenshot from a run of the demo.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run docs

Makes the JSON schema, the findings of the site check and the README's picture from the product.`)

const images = join(root, 'docs', 'images')
const demo = ['--headless', '--seconds', '6', '--screenshot', join(images, 'vizlink.png')]
try {
  await setUp({ groups: ['build', 'site', 'browser'] })
  mkdirSync(images, { recursive: true })
  process.exitCode =
    (await runProgram('scripts/write-schema.ts', [])) ||
    (await runProgram('scripts/write-site-check.ts', [])) ||
    (await runProgram('scripts/demo/run.ts', demo))
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
