/**
 * `npm run docs`: makes what the documentation shows from the product itself, so that it does not grow stale: the JSON
 * schema of site profiles, the findings of the site check, and the README's picture (demo/picture.ts).
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asOrdinaryUser } from './ordinary-user.mjs'
import { root, runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run docs

Makes the JSON schema, the findings of the site check and the README's picture from the product.`)

const picture = join(root, 'docs', 'images', 'vizlink.png')

/** A terminal in the picture shows whose it is: of an ordinary user, not of root. */
function takePicture() {
  if (process.getuid?.() !== 0) return runProgram('scripts/demo/picture.ts', [picture])
  return asOrdinaryUser(
    'ada',
    (home) => ['scripts/demo/picture.ts', join(home, 'vizlink.png')],
    ({ code, home }) => {
      if (code === 0) copyFileSync(join(home, 'vizlink.png'), picture)
      return code ?? 1
    },
  )
}

try {
  await setUp({ groups: ['build', 'site', 'browser'] })
  mkdirSync(dirname(picture), { recursive: true })
  process.exitCode =
    (await runProgram('scripts/write-schema.ts', [])) ||
    (await runProgram('scripts/write-site-check.ts', [])) ||
    (await takePicture())
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
