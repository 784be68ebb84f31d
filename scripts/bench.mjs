/**
 * `npm run bench -- NAME`: sets everything up and runs one benchmark of scripts/bench, which prints one line of JSON: figures,
 * never a verdict. Options: --yes, --seconds N.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run bench -- NAME [OPTIONS]

Sets everything up and runs one benchmark, which prints one line of JSON.

  panels             what the panels beside the stream cost the page
  frames-under-way   frames between stream process and page, without a bound
  endpoint           what the endpoint costs, beside another build of it (--against FILE)
  start              from the start of the program to a Connect button, beside an empty app (--runs N)
  slow-line          a moving picture on narrow lines, beside a rate that fits (--lines, --live, --against FOLDER)

  --seconds N  how long it measures
  --yes        installs Debian packages without asking`)

const folder = join(import.meta.dirname, 'bench')
const args = process.argv.slice(2)
const name = args.find((argument) => /^[a-z-]+$/.test(argument)) ?? ''
try {
  if (!existsSync(join(folder, `${name}.ts`))) {
    const names = readdirSync(folder).flatMap((file) => /^(.*)\.ts$/.exec(file)?.[1] ?? [])
    throw new Error(`Which benchmark? There are: ${names.join(', ')}`)
  }
  await setUp({
    groups: ['build', 'site', 'browser', ...({ start: ['electron'], 'slow-line': ['test'] }[name] ?? [])],
    yes: args.includes('--yes'),
  })
  process.exitCode = await runProgram(
    `scripts/bench/${name}.ts`,
    args.filter((argument) => argument !== '--yes' && argument !== name),
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
