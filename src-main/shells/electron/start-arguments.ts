/**
 * What a start of the app asks for: by its own command line, by a second start's, or by a file that the system opens. Nothing is
 * loaded for it: the window waits for this.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** `site`: file of a site profile, an absolute path; null: the installed sites. `print`: what to print instead of a window. */
export interface StartArguments {
  site: string | null
  print: string | null
}

const help = `Usage: vizlink [options] [site profile]

Opens the window of Vizlink, with the installed sites or with one.

Options:
  --site <file>  site profile (JSON; docs/site-profile.md) (env: VIZLINK_SITE)
  --version      print the version
  --help         print this help
`

/**
 * Reads the arguments of a start. Electron's and Chromium's own (`--name=value`) may be among them.
 * @param workingDirectory where relative names of files begin
 * @throws Error when the file's name is missing
 */
export function startArguments(
  programArguments: readonly string[],
  workingDirectory: string,
  version: string,
): StartArguments {
  const { values, positionals } = parseArgs({
    args: [...programArguments],
    options: { site: { type: 'string' }, version: { type: 'boolean' }, help: { type: 'boolean' } },
    strict: false,
    allowPositionals: true,
  })
  if (values.help === true) return { site: null, print: help }
  if (values.version === true) return { site: null, print: `${version}\n` }
  if (values.site === true) throw new Error('--site: the name of a site profile is missing')
  const { VIZLINK_SITE } = process.env
  const named = [values.site, positionals[0], VIZLINK_SITE].find(
    (one) => typeof one === 'string' && one !== '',
  )
  return { site: typeof named === 'string' ? pathOf(named, workingDirectory) : null, print: null }
}

/** The site that a second start hands to the app that runs; null: none. It comes from another process of the same user. */
export function siteOfSecondStart(data: unknown): string | null {
  const site = typeof data === 'object' && data !== null && 'site' in data ? data.site : null
  return typeof site === 'string' && site.length <= 4096 ? site : null
}

/** Files that a desktop opens come as `file:` addresses. */
function pathOf(named: string, workingDirectory: string): string {
  try {
    return named.startsWith('file://') ? fileURLToPath(named) : resolve(workingDirectory, named)
  } catch {
    // An address of another computer: it is reported as a file that is not there.
    return named
  }
}
