/** `vizlink` on the command line: the same app as behind the window, for scripts, administrators and tests. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { check, type CheckOptions } from './cli/check.ts'
import { connectHost } from './cli/connect-host.ts'
import { connectSite } from './cli/connect-site.ts'
import { printFailure, type VideoOptions } from './cli/output.ts'
import { serve } from './cli/serve.ts'
import { forgetCertificate, forgetHostKeys } from './cli/forget.ts'
import { endSession, listSessions, type EndOptions, type SessionOptions } from './cli/sessions.ts'
import { toFailure } from './shared/errors.ts'
import { version } from './version.ts'

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('a number of seconds')
  return value
}

function size(text: string): { width: number; height: number } {
  const match = /^(\d{3,4})x(\d{3,4})$/.exec(text)
  if (!match) throw new InvalidArgumentError('WIDTHxHEIGHT, for instance 1920x1080')
  return { width: Number(match[1]), height: Number(match[2]) }
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('a whole number')
  return value
}

/** Which site a command is for: `--site FILE`, else `VIZLINK_SITE`. */
const siteOption = (): Option =>
  new Option('--site <file>', 'site profile (JSON; docs/site-profile.md)').env('VIZLINK_SITE')

const collect = (value: string, values: string[] = []): string[] => [...values, value]
const userOption = (): Option =>
  new Option('--user <name>', 'user at the portal, where the profile names none')
const tokenStdin = (): Option =>
  new Option('--token-stdin', 'sign in by a token of the portal from standard input').default(false)
/** Options of everything that streams. */
function withVideo(command: Command): Command {
  return command
    .addOption(
      new Option('--size <WxH>', 'size of the picture')
        .argParser(size)
        .default({ width: 1280, height: 720 }, '1280x720'),
    )
    .addOption(new Option('--fps <n>', 'frames per second').argParser(whole).default(30))
    .addOption(new Option('--bitrate <kbps>', 'video bitrate in kbit/s').argParser(whole).default(8000))
}

const program = new Command('vizlink')
  .description(
    'Works on the visualisation nodes of an HPC cluster: signs in, starts a session, streams its desktop.',
  )
  .version(version)
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    `
Exit status: 0 it worked, 1 it failed (the reason and the next step are on standard error), 2 wrong usage.

Examples:
  vizlink serve --site my-cluster.json               the client in a browser window
  vizlink connect --site my-cluster.json --seconds 5 --json
  vizlink sessions --site my-cluster.json
  vizlink check --site my-cluster.json               what is broken at the site
  vizlink connect --host 127.0.0.1:47989 --seconds 5 straight to a host, without portal and SSH`,
  )

withVideo(program.command('connect'))
  .description(
    'Connects without a window and counts the frames that arrive: a site by its profile, or one host directly.',
  )
  .addOption(siteOption())
  .addOption(userOption())
  .addOption(tokenStdin())
  .option('--keep', 'leave the session running at the end (it is ended otherwise)', false)
  .addOption(
    new Option('--new', 'start a session beside those that run; without it the running one is taken up')
      .default(false)
      .conflicts('host'),
  )
  .option('--host <addr:port>', 'a GameStream host by its base port, without a portal')
  .option('--forget', 'with --host: forget what is known of this host, because it was set up anew', false)
  .option('--ssh <user@host:port>', 'with --host: reach it from this SSH server through the relay')
  .option('--jump <user@host:port>', 'with --ssh: go through this SSH server first')
  .option('--identity <file>', 'with --ssh: private key file (otherwise the SSH agent)')
  .option(
    '--host-key <line>',
    'with --ssh: public host key "type base64" to accept; may be repeated',
    collect,
  )
  .addOption(new Option('--seconds <n>', 'how long to stream').argParser(seconds).default(5))
  .option('--json', 'end with one line of JSON, the run report', false)
  .addHelpText(
    'after',
    `
A host that has no owner yet is claimed: Vizlink makes itself the user of its web interface, with a password that is kept
in your data folder. Later runs know the host by its certificate. One that somebody else owns is left as it is.`,
  )
  .action(async (options: ConnectOptions) => {
    if (options.host === undefined && options.site === undefined) {
      program.error('connect needs --site FILE or --host ADDR:PORT', { exitCode: 2 })
    }
    process.exitCode =
      options.host === undefined
        ? await connectSite({ ...options, site: options.site ?? '' })
        : await connectHost({ ...options, host: options.host })
  })

program
  .command('sessions')
  .description('Lists your sessions at a site.')
  .addOption(siteOption().makeOptionMandatory())
  .addOption(userOption())
  .addOption(tokenStdin())
  .option('--json', 'print JSON', false)
  .action(async (options: SessionOptions) => {
    process.exitCode = await listSessions(options)
  })

program
  .command('end')
  .description('Ends one of your sessions and cancels its job.')
  .argument('<id>', 'session id, as `vizlink sessions` prints it')
  .addOption(siteOption().makeOptionMandatory())
  .addOption(userOption())
  .addOption(tokenStdin())
  .addOption(
    new Option('--wait <seconds>', 'how long to go on while Slurm does not say that the job is over')
      .argParser(seconds)
      .default(60),
  )
  .addHelpText(
    'after',
    '\nExit status: 0 the job is over, 1 it cannot be ended, 3 it is still being ended: run the command again.',
  )
  .action(async (id: string, options: EndOptions) => {
    process.exitCode = await endSession(id, options)
  })

program
  .command('forget-certificate')
  .description('Forgets the certificate that you confirmed for a portal; the next connection asks again.')
  .addOption(siteOption().makeOptionMandatory())
  .action(async (options: { site: string }) => {
    process.exitCode = await forgetCertificate(options)
  })

program
  .command('forget-host-keys')
  .description('Forgets the host keys that you confirmed at a site; the next connection asks again.')
  .addOption(siteOption().makeOptionMandatory())
  .action(async (options: { site: string }) => {
    process.exitCode = await forgetHostKeys(options)
  })

program
  .command('check')
  .description('Says what works at a site and what does not. Only looks: nothing at the site is changed.')
  .addOption(siteOption().makeOptionMandatory())
  .addOption(new Option('--json', 'print the report as JSON').default(false).conflicts('markdown'))
  .option('--markdown', 'print the report as Markdown', false)
  .option('--html <file>', 'write the report as one HTML file')
  .option('--token-file <file>', "a signed-in user's token, to see whether the dashboard takes it")
  .addHelpText(
    'after',
    '\nExit status: 0 neither warnings nor failures, 1 warnings, 2 failures (docs/site-check.md lists all findings).',
  )
  .action(async (options: CheckOptions) => {
    process.exitCode = await check(options).catch((error: unknown) => {
      // 1 would say that there are warnings only.
      printFailure(error)
      return 2
    })
  })

withVideo(program.command('serve'))
  .description(
    'Opens the client in a browser window (served on loopback to that window alone), with the installed sites or one.',
  )
  .addOption(siteOption())
  .option('--no-window', 'open no window; print the file that signs a browser in')
  .action(async (options: VideoOptions & { site?: string; window: boolean }) => {
    process.exitCode = await serve(options)
  })

type ConnectOptions = VideoOptions & {
  site?: string
  user?: string
  keep: boolean
  new: boolean
  tokenStdin: boolean
  host?: string
  forget: boolean
  ssh?: string
  jump?: string
  identity?: string
  hostKey?: string[]
  seconds: number
  json: boolean
}

try {
  await program.parseAsync()
} catch (error) {
  printFailure(error)
  process.exitCode = toFailure(error).kind === 'bad-request' ? 2 : 1
}
