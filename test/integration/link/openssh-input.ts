/** What a link process is given to log in by the system's `ssh`, as the app does it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LinkRequests } from '../../../src-main/link-process/messages.ts'
import { askpassFile } from '../../../src-main/protocols/native.ts'

type Input = NonNullable<LinkRequests['login']['input']['openssh']>

/**
 * @param directory where the configuration is written
 * @param configuration lines of the user's
 */
export function opensshInput(
  directory: string,
  identityFile: string | null,
  configuration: readonly string[] = [],
  environment: Record<string, string> = {},
): Input {
  const file = join(directory, 'user-config')
  writeFileSync(file, `${configuration.join('\n')}\n`)
  return {
    program: '/usr/bin/ssh',
    askpass: askpassFile(),
    configurationFiles: [file],
    identityFile,
    environment: { PATH: process.env.PATH ?? '', HOME: directory, ...environment },
  }
}
