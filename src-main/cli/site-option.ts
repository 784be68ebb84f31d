/** Which site a program is started for: `--site FILE`, else `VIZLINK_SITE`. */
import { Command, Option } from 'commander'

/** The option as every command takes it. */
export const siteOption = (): Option =>
  new Option('--site <file>', 'site profile (JSON; docs/site-profile.md)').env('VIZLINK_SITE')

/**
 * The site among arguments of which the others are not ours (Electron's, Chromium's).
 * @throws CommanderError when the file's name is missing
 */
export function siteOf(programArguments: readonly string[]): string | undefined {
  return new Command()
    .addOption(siteOption())
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .parse(programArguments, { from: 'user' })
    .opts<{ site?: string }>().site
}
