/** What a start of the app asks for: by its own command line, by a second start's, or by a file that the system opens. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { z } from 'zod'
import { siteOption } from '../../cli/site-option.ts'

/** `site`: file of a site profile, an absolute path; null: the installed sites. `print`: what to print instead of a window. */
export interface StartArguments {
  site: string | null
  print: string | null
}

/** What a second start hands to the app that runs. It comes from another process of the same user. */
export const secondStartSchema = z.object({ site: z.string().max(4096).nullable() })

const command = (): Command =>
  new Command('vizlink')
    .usage('[options] [site profile]')
    .description('Opens the window of Vizlink, with the installed sites or with one.')
    .argument('[profile]', 'site profile, as with --site')
    .addOption(siteOption())
    .helpOption(false)
    .option('--version', 'print the version')
    .option('--help', 'print this help')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()

/**
 * Reads the arguments of a start. Electron's and Chromium's own (`--name=value`) may stand among them.
 * @param workingDirectory where relative names of files begin
 * @throws CommanderError when the file's name is missing
 */
export function startArguments(
  programArguments: readonly string[],
  workingDirectory: string,
  version: string,
): StartArguments {
  const program = command().parse(programArguments, { from: 'user' })
  const options = program.opts<{ site?: string; version?: true; help?: true }>()
  if (options.help) return { site: null, print: program.helpInformation() }
  if (options.version) return { site: null, print: `${version}\n` }
  const named = options.site ?? program.args.find((argument) => !argument.startsWith('-'))
  return { site: named === undefined ? null : pathOf(named, workingDirectory), print: null }
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
