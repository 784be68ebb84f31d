/** Faults of the shells: browser window, Electron, child processes, logs, secrets. */
import { inFile, late, type Fault } from './fault.ts'

const security = ['test/integration/browser-shell/security.test.ts']
const abuse = ['test/integration/browser-shell/abuse.test.ts']
const electron = ['test/unit/shells/electron/electron.test.ts']
const electronLife = ['test/unit/shells/electron/life.test.ts']
const platform = ['test/unit/shells/node/node-platform.test.ts']
const logger = ['test/unit/shells/node/log-file.test.ts', 'test/unit/shells/node/logger.test.ts']
const processes = ['test/integration/process-host.test.ts']
const signIn = ['test/unit/shells/browser/sign-in.test.ts', ...security]

const privateFile = ['test/unit/protocols/private-file.test.ts']

export const shellFaults: Fault[] = [
  ...inFile('src-main/protocols/private-file.ts', privateFile, [
    {
      id: 'private-file-mode',
      find: '{ mode: 0o600 }',
      replace: '{ mode: 0o644 }',
      kind: 'wrong constant',
      security: true,
      harm: 'Others of the computer read keys, passwords, and what the user confirmed.',
    },
    {
      id: 'private-folder-mode',
      find: 'mode: 0o700',
      replace: 'mode: 0o755',
      kind: 'wrong constant',
      security: true,
      harm: 'Others of the computer see which sites and sessions the user has.',
    },
  ]),
  ...inFile('src-main/shells/external-address.ts', platform, [
    {
      id: 'external-schemes',
      find: "(url?.protocol === 'http:' && url.origin === plainOrigin)",
      replace: 'url !== null',
      kind: 'check removed',
      security: true,
      harm: 'A portal opens files and programs of the computer.',
    },
  ]),
  ...inFile('src-main/shells/child-processes.ts', processes, [
    late(
      'child-killed',
      'export const killAfterMs = 2000',
      'A hanging child keeps the program open for minutes.',
      {
        tests: ['test/unit/shells/child-processes.test.ts'],
      },
    ),
    {
      id: 'child-environment',
      find: '[...passedOn, ...more].flatMap',
      replace: '[...passedOn, ...more, ...Object.keys(source)].flatMap',
      kind: 'check removed',
      security: true,
      harm: 'Secrets of the environment reach every child.',
    },
  ]),
  ...inFile('src-main/shells/page-files.ts', security, [
    {
      id: 'page-file-outside',
      find: 'if (!path.startsWith(root + sep)) return null',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A link in the page’s folder gives out any file.',
      tests: ['test/unit/shells/page-files.test.ts'],
    },
  ]),
  ...inFile('src-main/shells/page-headers.ts', security, [
    {
      id: 'page-policy-default',
      find: '"default-src \'none\'",',
      replace: '"default-src *",',
      kind: 'wrong constant',
      security: true,
      harm: 'A page that was taken over loads and sends anything.',
    },
  ]),
  ...inFile('src-main/shells/node/logger.ts', logger, [
    {
      id: 'log-file-mode',
      find: 'sync: true, mode: 0o600 }',
      replace: 'sync: true, mode: 0o644 }',
      kind: 'wrong constant',
      security: true,
      harm: 'Others of the computer read the log.',
    },
    {
      id: 'log-file-bound',
      find: 'if (size > maximumLogBytes) renameSync(file, `${file}.old`)',
      replace: '',
      kind: 'clean-up dropped',
      harm: 'The log fills the user’s quota.',
    },
  ]),
  ...inFile('src-main/shells/node/redact.ts', logger, [
    {
      id: 'log-bearer',
      find: '    .replace(bearer, (_match, scheme: string) => `${scheme} ${removed}`)\n',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Tokens are in the log.',
    },
    {
      id: 'log-secret-fields',
      find: "secretField.test(name) && entry !== null && typeof entry !== 'boolean'",
      replace: "name === ''",
      kind: 'check removed',
      security: true,
      harm: 'Passwords are in the log.',
    },
  ]),
  ...inFile(
    'src-main/shells/node/file-secrets.ts',
    ['test/unit/shells/node/file-secrets.test.ts'],
    [
      {
        id: 'secrets-unreadable',
        find: 'if (missing(error)) return null\n        throw error',
        replace: 'return null',
        kind: 'error swallowed',
        harm: 'A disk error makes a new identity, and every host has to be paired again.',
      },
    ],
  ),
  ...inFile(
    'src-main/shells/child-output.ts',
    ['test/unit/shells/child-output.test.ts'],
    [
      {
        id: 'child-line-bound',
        find: "rest = (lines.pop() ?? '').slice(0, maximumLine)",
        replace: "rest = lines.pop() ?? ''",
        kind: 'bound moved',
        harm: 'A child that prints without a line’s end fills the memory.',
      },
    ],
  ),
  ...inFile('src-main/shells/browser/session.ts', signIn, [
    late(
      'browser-token-life',
      'const tokenLifetimeMs = 30_000',
      'A sign-in file that was left lying works for an hour.',
    ),
    {
      id: 'browser-token-twice',
      find: '      tokens = tokens.filter((entry) => entry !== found)\n',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A sign-in file that somebody saw signs him in too.',
    },
    {
      id: 'browser-token-file-mode',
      find: "{ mode: 0o600, flag: 'wx' }",
      replace: "{ mode: 0o644, flag: 'wx' }",
      kind: 'wrong constant',
      security: true,
      harm: 'Others read the sign-in file where its folder is open.',
    },
    {
      id: 'browser-cookies-bound',
      find: 'if (cookies.length > maximumCookies) cookies.shift()',
      replace: '',
      kind: 'bound moved',
      harm: 'Old windows stay signed in for ever.',
    },
  ]),
  ...inFile('src-main/shells/browser/index.ts', security, [
    {
      id: 'browser-host-header',
      find: "if (request.headers.host !== host) return 'host'",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A web page reaches the app under a name of its own.',
    },
    {
      id: 'browser-origin-required',
      find: "if (sent === undefined ? originRequired : sent !== origin) return 'origin'",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A foreign page opens the app’s WebSocket.',
    },
    {
      id: 'browser-cookie',
      find: "if (!signIn.accepts(request.headers.cookie)) return 'cookie'",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Every user of the computer controls the app.',
    },
    {
      id: 'browser-pages-bound',
      find: 'const maximumPages = 16',
      replace: 'const maximumPages = 1600',
      kind: 'bound moved',
      security: true,
      harm: 'One page opens connections without end.',
      tests: abuse,
    },
    late('browser-headers', 'headersTimeout: 5000', 'Idle sockets keep the user’s window out.', {
      tests: abuse,
    }),
    late('browser-request', 'requestTimeout: 10_000', 'Slow requests keep the user’s window out.', {
      tests: abuse,
    }),
    late('browser-close', 'const closeDeadlineMs = 300', 'Leaving takes half a minute.', { tests: abuse }),
  ]),
  ...inFile('src-main/shells/browser/contract-socket.ts', abuse, [
    {
      id: 'page-calls-bound',
      find: "if (pending >= maximumPending) return refuse('too-many-calls')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A page floods the app with calls.',
    },
    {
      id: 'page-too-slow',
      find: '    if (socket.bufferedAmount > maximumBuffered) {\n',
      replace: '    if (socket.bufferedAmount < 0) {\n',
      kind: 'check removed',
      harm: 'A page that does not read fills the memory.',
    },
    {
      id: 'page-unsubscribed',
      tests: ['test/unit/shells/browser/contract-socket.test.ts'],
      find: '    unsubscribe()\n    app.senderGone',
      replace: '    app.senderGone',
      kind: 'clean-up dropped',
      harm: 'Each reload makes the app slower.',
    },
  ]),
  ...inFile(
    'src-main/protocols/own-folders.ts',
    ['test/unit/protocols/own-folders.test.ts'],
    [
      {
        id: 'own-folders-of-others',
        find: '|| found.uid !== process.getuid?.()) return',
        replace: ') return',
        kind: 'check removed',
        security: true,
        harm: 'Folders of others are removed.',
      },
      {
        id: 'own-folders-in-use',
        find: 'if (pid === 0 || isRunning(pid)) return',
        replace: 'if (pid === 0) return',
        kind: 'check removed',
        harm: 'A second start takes the first one’s browser profile away.',
      },
    ],
  ),
  ...inFile(
    'src-main/shells/browser/chromium.ts',
    ['test/integration/browser-shell/window.test.ts'],
    [
      {
        id: 'browser-profile-kept',
        find: 'await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })',
        replace: '',
        kind: 'clean-up dropped',
        security: true,
        harm: 'The window’s cookie and cache stay on the disk.',
      },
      late('browser-killed', 'const killAfterMs = 3000', 'A browser that hangs keeps the program open.', {
        tests: ['test/unit/shells/browser/end.test.ts'],
      }),
      {
        id: 'browser-environment',
        find: '.filter(([name]) => passedOn.test(name))',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'Secrets of the environment reach the browser.',
        tests: ['test/unit/shells/browser/end.test.ts', 'test/integration/browser-shell/window.test.ts'],
      },
    ],
  ),
  ...inFile('src-main/shells/electron/page-protocol.ts', electron, [
    {
      id: 'page-begins-late',
      find: "hasScript ||= request.url.endsWith('.js')",
      replace: 'hasScript = false',
      kind: 'condition turned',
      harm: 'The app is loaded only when the page is complete: a start takes a tenth of a second longer.',
    },
  ]),
  ...inFile('src-main/shells/electron/security.ts', electron, [
    {
      id: 'electron-sandbox-demanded',
      find: "commandLine.hasSwitch('no-sandbox') || ",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Where an AppImage cannot have a sandbox the page runs without one, and no user sees it.',
    },
    {
      id: 'electron-permissions',
      find: 'const granted = isAllowed(permission) && isPage(details.requestingUrl)',
      replace: 'const granted = isPage(details.requestingUrl)',
      kind: 'check removed',
      security: true,
      harm: 'The page gets camera and microphone.',
    },
    {
      id: 'electron-sender-origin',
      find: '&& frame.origin === pageOrigin &&',
      replace: '&&',
      kind: 'check removed',
      security: true,
      harm: 'A foreign page in the window controls the app.',
    },
    {
      id: 'electron-navigation',
      find: '    event.preventDefault()\n    logger.log',
      replace: '    logger.log',
      kind: 'check removed',
      security: true,
      harm: 'The window leaves for a foreign page.',
    },
  ]),
  ...inFile('src-main/shells/electron/secrets.ts', electron, [
    {
      id: 'electron-plain-secrets',
      find: "ciphertext.subarray(0, 3).toString('latin1') !== 'v10'",
      replace: 'ciphertext.length > 0',
      kind: 'check removed',
      security: true,
      harm: 'Keys are written with a key that everybody knows.',
    },
  ]),
  ...inFile('src-main/shells/electron/secrets.ts', electron, [
    {
      id: 'electron-secrets-replaced',
      find: '      if ((await into.get(name)) !== null) continue\n',
      replace: '',
      kind: 'check removed',
      harm: 'An identity of long ago takes the place of the one that hosts know.',
    },
  ]),
  ...inFile('src-main/shells/electron/app-end.ts', electronLife, [
    {
      id: 'electron-quit',
      find: '    event.preventDefault()\n    end.begin()',
      replace: '    end.begin()',
      kind: 'clean-up dropped',
      harm: 'Quit leaves a desktop that was being asked for to hold a node for hours.',
    },
    late(
      'electron-end',
      'const endDeadlineMs = 20_000',
      'An app that hangs at its end stays for half an hour.',
    ),
  ]),
  ...inFile('src-main/shells/electron/page-crash.ts', electronLife, [
    {
      id: 'electron-crash-loop',
      find: 'const again = now() - last < againMs',
      replace: 'const again = false',
      kind: 'condition turned',
      harm: 'A page that crashes at its start crashes without end.',
    },
    {
      id: 'electron-crash-at-end',
      find: "if (ending() || reason === 'clean-exit') return",
      replace: '',
      kind: 'check removed',
      harm: 'A page is opened again while the app ends.',
    },
  ]),
  ...inFile('src-main/shells/electron/downloads.ts', electronLife, [
    {
      id: 'electron-download',
      find: 'if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) {',
      replace: "if (item.getURL() === '') {",
      kind: 'check removed',
      security: true,
      harm: 'A page that was taken over saves files from anywhere.',
    },
  ]),
  ...inFile('src-main/shells/electron/window.ts', electron, [
    {
      id: 'electron-sandbox',
      find: 'sandbox: true,',
      replace: 'sandbox: false,',
      kind: 'wrong constant',
      security: true,
      harm: 'A page that was taken over has the user’s rights.',
    },
    {
      id: 'electron-unused-ports',
      find: '      port1.close()\n      port2.close()\n',
      replace: '',
      kind: 'clean-up dropped',
      harm: 'Each failed opening leaves a port behind.',
    },
  ]),
]
