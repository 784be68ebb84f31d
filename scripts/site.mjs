/** `npm run site`: the demo site alone, until stopped. Set-up first, then `test/site/main.ts` with the same arguments. */
import { runProgram, setUp } from './set-up/index.mjs'
import { answerHelp } from './set-up/usage.mjs'

answerHelp(`npm run site [-- OPTIONS]

  --fault NAME       switch a fault on from the start (may be given several times)
  --list-faults      print the faults, a sentence each
  --with-stdin       end when standard input ends: for a program that holds its other side
  --ready-file FILE  also write the line of JSON to FILE once the site is ready
  --size WxH         size of the remote desktop (default 1280x720)
  --fps N            frames per second at most (default 30 on two cores or fewer, else 60)
  --nodes N          viz nodes (default 2)
  --plain            a bare desktop without programs
  --strip            the stream's picture carries the strip that tests read
  --live-bitrate     hosts take another bitrate while they stream, as Foundation Sunshine (default: as Sunshine, by a resume alone)
  --nginx FORM       nginx file of the portal: NG-A, NG-B (default), NG-C or NG-D
  --sign-in KIND     mock (default: the test login), saml or oidc
  --oidc             also a standards OIDC provider (authorization code with PKCE)
  --redis-access     a read-only Redis user for clients, in the profile and the line of JSON
  --redis-tls        the same over TLS
  --redis-silent     the same without keyspace notifications
  --gateway-timeout N  seconds until nginx answers 504 (default as installed: 60 or 120)

The line names the site profile: point a client at it. Ends with Ctrl-C, SIGTERM, or when what started it has ended.`)

const args = process.argv.slice(2)
const asksOnly = args.includes('--list-faults')
try {
  const groups = asksOnly ? [] : ['site']
  await setUp({ groups, native: false, page: false, yes: args.includes('--yes') })
  process.exitCode = await runProgram(
    'test/site/main.ts',
    args.filter((argument) => argument !== '--yes'),
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
