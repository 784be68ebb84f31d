/** Faults of the command line, of the contract between page and app, and of the app’s own assembly. */
import { inFile, late, type Fault } from './fault.ts'

const abuse = ['test/integration/browser-shell/abuse.test.ts']
const electron = ['test/unit/shells/electron/electron.test.ts']
const router = ['test/unit/ipc/router.test.ts', 'test/unit/shared/contract.test.ts']
const commands = ['test/integration/cli/terminal.test.ts']

export const cliFaults: Fault[] = [
  ...inFile('src-main/ipc/router.ts', router, [
    {
      id: 'router-trusted-sender',
      find: '      if (!sender.trusted) {\n',
      replace: "      if (sender.id === '') {\n",
      kind: 'check removed',
      security: true,
      harm: 'Any frame of the window controls the app.',
    },
    {
      id: 'router-input-checked',
      find: '      if (!input.success) {\n',
      replace: '      if (raw === undefined && !input.success) {\n',
      kind: 'check removed',
      security: true,
      harm: 'Whatever a page sends reaches the app.',
    },
    {
      id: 'router-inherited-names',
      find: `typeof name === 'string' && Object.hasOwn(calls, name) ? calls[name] : undefined
      const handler = call && Object.hasOwn(handlers, name) ? handlers[name] : undefined`,
      replace: `calls[name]
      const handler = handlers[name]`,
      kind: 'check removed',
      security: true,
      harm: 'A page calls what every object has.',
    },
  ]),
  ...inFile(
    'src-main/shared/contract.ts',
    ['test/unit/app/portal-page.test.ts', ...router],
    [
      {
        id: 'contract-call-bytes',
        find: 'export const maximumCallBytes = 64 * 1024',
        replace: 'export const maximumCallBytes = 6400 * 1024',
        kind: 'bound moved',
        security: true,
        harm: 'A page keeps the app busy with one call.',
        tests: [...abuse],
      },
      {
        id: 'contract-portal-pages',
        find: "page: z.enum(['/', ...portalPages]) })",
        replace: 'page: z.string() })',
        kind: 'check removed',
        security: true,
        harm: 'A page opens any address of the portal in the browser.',
        tests: ['test/unit/app/portal-page.test.ts'],
      },
    ],
  ),
  ...inFile('src-main/shared/model/desktop.ts', router, [
    {
      id: 'model-video-width',
      find: 'width: z.number().int().min(320).max(7680).transform(evenPixels),',
      replace: 'width: z.number(),',
      kind: 'bound moved',
      harm: 'A wrong size is noticed by the host only.',
    },
    {
      id: 'model-video-frames',
      find: 'fps: z.number().int().min(5).max(240),',
      replace: 'fps: z.number().int().min(5).max(24_000),',
      kind: 'bound moved',
      harm: 'A wrong frame rate is noticed by the host only.',
    },
  ]),
  ...inFile(
    'src-main/shared/model/site-profile.ts',
    ['test/unit/services/sites/load-profile.test.ts'],
    [
      {
        id: 'profile-host-certificate-path',
        find: '/^\\/(?:[\\w.@+/-]|\\{(?:session|job|user|port)\\}){1,500}$/',
        replace: '/^\\//',
        kind: 'check removed',
        security: true,
        harm: 'A site profile reaches a shell with characters of its own.',
      },
      {
        id: 'profile-proxy-secret',
        find: "(text) => !URL.canParse(text) || new URL(text).username === '',",
        replace: '() => true,',
        kind: 'check removed',
        security: true,
        harm: 'A password lies in a file that everybody gets.',
      },
    ],
  ),
  ...inFile('src-main/preload/surface.ts', electron, [
    {
      id: 'preload-one-channel',
      find: 'return ipc.invoke(channels.call, name, input)',
      replace: 'return ipc.invoke(name, input)',
      kind: 'check removed',
      security: true,
      harm: 'A page reaches channels that are not meant for it.',
    },
    {
      id: 'preload-listener-kept',
      find: 'return () => void ipc.removeListener(channels.event, pass)',
      replace: 'return () => undefined',
      kind: 'clean-up dropped',
      harm: 'A page that reconnects hears everything twice.',
    },
  ]),
  ...inFile(
    'src-main/cli/signals.ts',
    ['test/unit/cli/words.test.ts'],
    [
      late('cli-patience', 'const patienceMs = 1000', 'A second Ctrl-C does not end the program.'),
      {
        id: 'cli-second-signal',
        find: 'if (first !== null && Date.now() - first > patienceMs) process.exit(1)',
        replace: '',
        kind: 'check removed',
        harm: 'A program that hangs cannot be left by Ctrl-C.',
      },
    ],
  ),
  ...inFile(
    'src-main/cli/host-address.ts',
    ['test/unit/cli/words.test.ts'],
    [
      {
        id: 'cli-loopback-host',
        find: "if (address !== '127.0.0.1')",
        replace: "if (address === '')",
        kind: 'check removed',
        security: true,
        harm: 'GameStream crosses the network without SSH.',
      },
      {
        id: 'cli-port-range',
        find: 'port < 1024 || port > 65_000',
        replace: 'port < 0',
        kind: 'bound moved',
        harm: 'A wrong port shows as a host that does not answer.',
      },
    ],
  ),
  ...inFile('src-main/cli/token.ts', commands, [
    {
      id: 'cli-token-bound',
      find: "if (token !== '' && size <= maximumBytes) return token",
      replace: "if (token !== '') return token",
      kind: 'check removed',
      harm: 'A wrong file on standard input is sent to the portal.',
      tests: ['test/unit/cli/words.test.ts'],
    },
  ]),
  ...inFile('src-main/cli/questions.ts', commands, [
    {
      id: 'cli-host-key-yes',
      find: '/^\\s*y(es)?\\s*$/i.test(',
      replace: '/^\\s*y?(es)?\\s*$/i.test(',
      kind: 'condition turned',
      security: true,
      harm: 'Return alone accepts an unknown host key.',
    },
  ]),
  ...inFile(
    'src-main/cli/connect-site.ts',
    ['test/unit/cli/connect-deadlines.test.ts'],
    [
      late(
        'cli-first-frame',
        'const firstFrameDeadlineMs = 10_000',
        'A script waits a quarter of an hour for a picture.',
      ),
      late('cli-clean-up', 'const cleanUpDeadlineMs = 40_000', 'A script that ends hangs for an hour.'),
    ],
  ),
  ...inFile(
    'src-main/cli/connect-host.ts',
    ['test/unit/cli/connect-deadlines.test.ts'],
    [
      late(
        'cli-host-ready',
        'const readyMs = 10_000',
        'A host that is not there is waited for a quarter of an hour.',
      ),
      late(
        'cli-host-first-frame',
        'const firstFrameMs = 10_000',
        'A script waits a quarter of an hour for a picture.',
      ),
      late(
        'cli-host-login',
        'const loginDeadlineMs = 20_000',
        'An SSH server that hangs is waited for half an hour.',
      ),
    ],
  ),
  ...inFile(
    'src-main/app.ts',
    ['test/unit/app/dispose.test.ts'],
    [
      {
        id: 'app-dispose-desktops',
        find: '        desktops.dispose(),\n',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Desktops’ logins stay open after the program’s end.',
      },
      {
        id: 'app-portal-page-origin',
        find: 'platform.openExternal(atPortal(portal, page), new URL(portal.origin).origin)',
        replace: 'platform.openExternal(atPortal(portal, page))',
        kind: 'condition turned',
        harm: 'Pages of a portal without HTTPS do not open.',
        tests: ['test/unit/app/portal-page.test.ts'],
      },
    ],
  ),
]
