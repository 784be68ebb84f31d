/** `vizlink` on the command line: the same app as behind the window, for scripts, administrators and tests. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { check, type CheckOptions } from './cli/check.ts'
import { connectHost, type ConnectHostOptions } from './cli/connect-host.ts'
import { connectSite, type ConnectSiteOptions } from './cli/connect-site.ts'
import { images } from './cli/images.ts'
import { printFailure } from './cli/output.ts'
import { serve } from './cli/serve.ts'
import { forgetCertificate, forgetHostKeys } from './cli/forget.ts'
import { endSession, listSessions } from './cli/sessions.ts'
import { listSites, sayUnusableSites } from './cli/sites.ts'
import { followSettings, t } from './cli/texts.ts'
import { toFailure } from './shared/errors.ts'
import { version } from './version.ts'

await followSettings()

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError(t('cli.usage.seconds'))
  return value
}

function size(text: string): { width: number; height: number } {
  const match = /^(\d{3,4})x(\d{3,4})$/.exec(text)
  if (!match) throw new InvalidArgumentError(t('cli.usage.size'))
  return { width: Number(match[1]), height: Number(match[2]) }
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError(t('cli.usage.whole'))
  return value
}

const collect = (value: string, values: string[] = []): string[] => [...values, value]
/** Which site a command is for: `--site FILE`, else `VIZLINK_SITE`. */
const siteOption = (): Option => new Option('--site <file>', t('cli.help.site')).env('VIZLINK_SITE')
/** Options of everything that signs in. */
const withUser = (command: Command): Command =>
  command.option('--user <name>', t('cli.help.user')).option('--token-stdin', t('cli.help.tokenStdin'), false)
/** Options of everything that streams. */
function withVideo(command: Command): Command {
  return command
    .addOption(
      new Option('--size <WxH>', t('cli.help.size'))
        .argParser(size)
        .default({ width: 1280, height: 720 }, '1280x720'),
    )
    .option('--fps <n>', t('cli.help.fps'), whole, 30)
    .option('--bitrate <kbps>', t('cli.help.bitrate'), whole, 8000)
}

/** Headings of the help, which commander writes in English. */
const headings: Readonly<Record<string, string>> = {
  'Usage:': t('cli.help.usage'),
  'Arguments:': t('cli.help.arguments'),
  'Options:': t('cli.help.options'),
  'Commands:': t('cli.help.commands'),
}
const titleOf = (heading: string): string => headings[heading] ?? heading

const program = new Command('vizlink')
  .description(t('cli.help.about'))
  .version(version, '-V, --version', t('cli.help.ownVersion'))
  .helpOption('-h, --help', t('cli.help.ownHelp'))
  .helpCommand('help [command]', t('cli.help.ownHelp'))
  .configureHelp({ styleTitle: titleOf })
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    `
${t('cli.help.exitStatus')}

${t('cli.help.examples')}
  vizlink serve --site my-cluster.json               ${t('cli.help.exampleServe')}
  vizlink connect --site my-cluster.json --seconds 5 --json
  vizlink sessions --site my-cluster.json
  vizlink check --site my-cluster.json               ${t('cli.help.exampleCheck')}
  vizlink connect --host 127.0.0.1:47989 --seconds 5 ${t('cli.help.exampleHost')}`,
  )

/** A command for one site, which has to be named. */
const siteCommand = (name: string): Command =>
  program.command(name).addOption(siteOption().makeOptionMandatory())

/** An action by the function that does it and gives the exit status. */
const exitingBy =
  <Arguments extends unknown[]>(work: (...given: Arguments) => Promise<number>) =>
  async (...given: Arguments): Promise<void> => {
    process.exitCode = await work(...given)
  }

type ConnectOptions = Omit<ConnectSiteOptions, 'site'> &
  Omit<ConnectHostOptions, 'host'> & { site?: string; host?: string }

withUser(withVideo(program.command('connect')).addOption(siteOption()))
  .description(t('cli.help.connect'))
  .option('--keep', t('cli.help.keep'), false)
  .addOption(new Option('--no-wait', t('cli.help.noWait')).conflicts('host'))
  .addOption(new Option('--new', t('cli.help.new')).default(false).conflicts('host'))
  .addOption(new Option('--image <id>', t('cli.help.image')).conflicts('host'))
  .option('--host <addr:port>', t('cli.help.host'))
  .option('--forget', t('cli.help.forget'), false)
  .option('--ssh <user@host:port>', t('cli.help.ssh'))
  .option('--jump <user@host:port>', t('cli.help.jump'))
  .option('--identity <file>', t('cli.help.identity'))
  .option('--host-key <line>', t('cli.help.hostKey'), collect)
  .option('--seconds <n>', t('cli.help.seconds'), seconds, 5)
  .option('--json', t('cli.help.connectJson'), false)
  .addHelpText('after', `\n${t('cli.help.connectAfter')}`)
  .action(
    exitingBy(async ({ host, site, ...options }: ConnectOptions) => {
      if (host !== undefined) return connectHost({ ...options, host })
      if (site !== undefined) return connectSite({ ...options, site })
      await sayUnusableSites()
      return program.error(t('cli.usage.connect'), { exitCode: 2 })
    }),
  )

program
  .command('sites')
  .description(t('cli.help.sites'))
  .option('--json', t('cli.help.sessionsJson'), false)
  .action(exitingBy(listSites))

withUser(siteCommand('sessions'))
  .description(t('cli.help.sessions'))
  .option('--json', t('cli.help.sessionsJson'), false)
  .action(exitingBy(listSessions))

withUser(siteCommand('images'))
  .description(t('cli.help.images'))
  .option('--use <id>', t('cli.help.useImage'))
  .option('--json', t('cli.help.sessionsJson'), false)
  .action(exitingBy(images))

withUser(siteCommand('end'))
  .description(t('cli.help.end'))
  .argument('<id>', t('cli.help.sessionId'))
  .option('--wait <seconds>', t('cli.help.wait'), seconds, 60)
  .addHelpText('after', `\n${t('cli.help.endAfter')}`)
  .action(exitingBy(endSession))

siteCommand('forget-certificate')
  .description(t('cli.help.forgetCertificate'))
  .action(exitingBy(forgetCertificate))

siteCommand('forget-host-keys').description(t('cli.help.forgetHostKeys')).action(exitingBy(forgetHostKeys))

siteCommand('check')
  .description(t('cli.help.check'))
  .addOption(new Option('--json', t('cli.help.checkJson')).default(false).conflicts('markdown'))
  .option('--markdown', t('cli.help.markdown'), false)
  .option('--html <file>', t('cli.help.html'))
  .option('--token-file <file>', t('cli.help.tokenFile'))
  .addHelpText('after', `\n${t('cli.help.checkAfter')}`)
  .action(
    exitingBy((options: CheckOptions) =>
      check(options).catch((error: unknown) => {
        // 1 would say that there are warnings only.
        printFailure(error)
        return 2
      }),
    ),
  )

withVideo(program.command('serve'))
  .description(t('cli.help.serve'))
  .addOption(siteOption())
  .option('--no-window', t('cli.help.noWindow'))
  .action(exitingBy(serve))

try {
  await program.parseAsync()
} catch (error) {
  printFailure(error)
  process.exitCode = toFailure(error).kind === 'bad-request' ? 2 : 1
}
