/** Faults of what speaks to the portal: HTTP, sign-in, sessions, dashboard, its WebSocket. */
import { inFile, late, type Fault } from './fault.ts'

const deadlines = ['test/unit/protocols/portal/deadlines.test.ts']
const trust = ['test/integration/auth/trust.test.ts']
const tls = ['test/integration/portal/tls.test.ts']
const hostile = ['test/integration/portal/hostile.test.ts']
const recorded = ['test/integration/portal/recorded.test.ts']
const handOff = ['test/integration/auth/hand-off.test.ts']
const readers = ['test/unit/protocols/readers.test.ts']
const messages = ['test/unit/protocols/portal/channel.test.ts', 'test/integration/portal/messages.test.ts']

export const portalFaults: Fault[] = [
  ...inFile('src-main/protocols/portal/http.ts', hostile, [
    late(
      'portal-answer',
      'const defaultDeadlineMs = 10_000',
      'A portal that hangs holds each step up for a quarter of an hour.',
      {
        tests: deadlines,
      },
    ),
    late(
      'portal-connect',
      'const connectTimeoutMs = 8000',
      'A portal behind a firewall is waited for a quarter of an hour.',
      {
        tests: deadlines,
      },
    ),
    {
      id: 'portal-token-in-evidence',
      find: 'return known.replace(tokenField, `$1${removed}`).replace(webToken, removed)',
      replace: 'return known',
      kind: 'check removed',
      security: true,
      harm: 'A token is in the details that users send to their support.',
      tests: ['test/integration/portal/base-urls.test.ts', ...hostile],
    },
    {
      id: 'portal-pin-resumed',
      find: '{ ...pinnedTls(pinned), maxCachedSessions: 0 }',
      replace: 'pinnedTls(pinned)',
      kind: 'check removed',
      security: true,
      harm: 'A resumed TLS session shows no certificate, and the pinned one is not compared.',
      tests: ['test/unit/protocols/portal/resumed-session.test.ts'],
    },
    {
      id: 'portal-used-after-close',
      find: 'if (this.closed) throw new errors.ClientDestroyedError()',
      replace: '',
      kind: 'check removed',
      harm: 'Requests continue after the user has left.',
      tests: deadlines,
    },
  ]),
  ...inFile('src-main/protocols/answer-body.ts', hostile, [
    {
      id: 'portal-answer-bound',
      find: '    if (size > most) return null',
      replace: '    if (size < 0) return null',
      kind: 'check removed',
      security: true,
      harm: 'A hostile portal fills the client’s memory.',
    },
    {
      id: 'portal-answer-bound-decompressed',
      find: 'decompress(bytes, { maxOutputLength: most })',
      replace: 'decompress(bytes)',
      kind: 'check removed',
      security: true,
      harm: 'A megabyte of zeros becomes a gigabyte in the client’s memory.',
      tests: ['test/unit/protocols/answer-body.test.ts'],
    },
  ]),
  ...inFile(
    'src-main/protocols/portal/trust.ts',
    [...tls, ...trust],
    [
      {
        id: 'portal-pin-as-authority',
        find: 'shown.fingerprint256 === pinned.fingerprint',
        replace: "shown.fingerprint256 !== ''",
        kind: 'check removed',
        security: true,
        harm: 'A server with a certificate that the pinned one signed passes for the portal.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/portal/auth.ts',
    ['test/integration/auth/routes.test.ts'],
    [
      {
        id: 'auth-fails-for-all',
        find: 'if (await this.failsForAll(answer))',
        replace: 'if (isGatewayError(answer))',
        kind: 'check removed',
        harm: 'A sign-in service that is away is said to have no route.',
      },
      {
        id: 'auth-not-routed',
        find: 'if (answer.status === 404)',
        replace: 'if (answer.status === 410)',
        kind: 'check removed',
        harm: 'A missing route is reported as an error of the portal.',
      },
    ],
  ),
  ...inFile('src-main/protocols/portal/auth.ts', recorded, [
    late('portal-logout', 'deadlineMs: 3000', 'A portal that hangs holds the end of the program up.', {
      tests: deadlines,
    }),
    {
      id: 'portal-token-characters',
      find: '.regex(/^[\\x21-\\x7e]+$/)',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A token with line breaks is put into a header.',
      tests: ['test/unit/protocols/portal/names.test.ts'],
    },
    {
      id: 'portal-superseded',
      find: 'if (expiry !== null && expiry > now) {',
      replace: 'if (expiry !== null && expiry < now) {',
      kind: 'condition turned',
      harm: 'The user reads that the sign-in expired when another program took it.',
      tests: ['test/unit/protocols/portal/expiry.test.ts', 'test/integration/auth/token-life.test.ts'],
    },
  ]),
  ...inFile('src-main/protocols/portal/dashboard.ts', readers, [
    late('dashboard-walk', 'const walkDeadlineMs = 60_000', 'A look at the disks hangs for hours.', {
      tests: deadlines,
    }),
    late('dashboard-answer', 'deadlineMs = 15_000', 'The panel waits half an hour for one answer.', {
      tests: deadlines,
    }),
    late('dashboard-prometheus', 'deadlineMs: 10_000', 'The history waits a quarter of an hour.', {
      tests: deadlines,
    }),
    {
      id: 'dashboard-invented-disk',
      find: 'invented: invented || madeUp',
      replace: 'invented',
      kind: 'check removed',
      harm: 'A made-up disk is shown as measured.',
      tests: ['test/integration/portal/panel-readers.test.ts', ...recorded],
    },
    {
      id: 'dashboard-invented-nodes',
      find: 'invented: invented || value.error_message !== undefined',
      replace: 'invented',
      kind: 'check removed',
      harm: 'Made-up nodes are shown as measured.',
      tests: ['test/integration/portal/panel-readers.test.ts', ...recorded],
    },
  ]),
  ...inFile('src-main/protocols/portal/hand-off.ts', handOff, [
    late('hand-off-request', 'const requestTimeoutMs = 5000', 'Idle sockets keep the sign-in’s port busy.', {
      tests: ['test/unit/protocols/portal/hand-off.test.ts'],
    }),
    late('hand-off-last-page', 'const lastPageMs = 3000', 'The sign-in’s port stays open for minutes.', {
      tests: ['test/unit/protocols/portal/hand-off.test.ts'],
    }),
    {
      id: 'hand-off-host',
      find: "if (!hosts.includes(request.headers.host?.toLowerCase() ?? '')) return { status: 421 }",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A web page reaches the port under a name of its own.',
      tests: ['test/unit/protocols/portal/hand-off.test.ts'],
    },
    {
      id: 'hand-off-twice',
      find: "if (state !== 'waiting') return { status: 410 }",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A second sign-in replaces the first.',
      tests: ['test/unit/protocols/portal/hand-off.test.ts'],
    },
    {
      id: 'hand-off-embedded',
      find: "if (destination !== undefined && destination !== 'document') return { status: 403 }",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A page hands its own token over by a picture or a frame.',
      tests: ['test/unit/protocols/portal/hand-off.test.ts'],
    },
  ]),
  ...inFile(
    'src-main/protocols/portal/job-table.ts',
    ['test/integration/portal/job-table.test.ts'],
    [
      late(
        'job-table-answer',
        'const deadlineMs = 10_000',
        'Waiting in the queue does not move for a quarter of an hour.',
        {
          tests: deadlines,
        },
      ),
      {
        id: 'job-table-header',
        find: 'return header === null ? null : rows',
        replace: 'return rows',
        kind: 'check removed',
        harm: 'An answer that is no table ends a session whose job runs.',
      },
    ],
  ),
  ...inFile('src-main/protocols/portal/lenient.ts', readers, [
    {
      id: 'portal-text-controls',
      find: ".replace(/[\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\s]+/g, ' ')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A message at the portal looks different from what it says.',
    },
    {
      id: 'portal-percentage-range',
      find: 'value === null || value < 0 || value > 100 ? null : value,',
      replace: 'value,',
      kind: 'check removed',
      harm: 'Nonsense is shown as a share.',
    },
  ]),
  ...inFile('src-main/protocols/portal/moonlight.ts', recorded, [
    late(
      'portal-sessions-answer',
      'const listDeadlineMs = 30_000',
      'A portal that hangs is waited for an hour.',
      {
        tests: deadlines,
      },
    ),
    {
      id: 'portal-user-name',
      find: '    if (!isPlainUser(user)) {',
      replace: '    if (user.length > 3200) {',
      kind: 'check removed',
      security: true,
      harm: 'A user name becomes a part of the portal’s shell script.',
      tests: ['test/unit/protocols/portal/names.test.ts'],
    },
    {
      id: 'portal-foreign-sessions',
      find: "|| !isSessionOf('ml', this.user, id)) return []",
      replace: ') return []',
      kind: 'check removed',
      security: true,
      harm: 'Another user’s session is taken up.',
      tests: ['test/unit/protocols/portal/names.test.ts', ...recorded],
    },
    {
      id: 'portal-session-id',
      find: 'if (!safeId.test(id)) throw',
      replace: 'if (id.length > 8000) throw',
      kind: 'check removed',
      security: true,
      harm: 'A session id leads to another path at the portal.',
      tests: ['test/unit/protocols/portal/names.test.ts'],
    },
    {
      id: 'portal-removal-failed',
      find: "if (answer.status !== 200 && answer.status !== 404) throw unexpected('/sessions', answer)",
      replace: '',
      kind: 'error swallowed',
      harm: 'A session that could not be ended is said to be.',
      tests: ['test/unit/protocols/portal/names.test.ts', ...recorded],
    },
  ]),
  ...inFile(
    'src-main/protocols/portal/probe.ts',
    ['test/integration/portal/probe.test.ts'],
    [
      late(
        'portal-probe',
        'const deadlineMs = 8000',
        'A portal that hangs holds the sign-in up for a quarter of an hour.',
        {
          tests: deadlines,
        },
      ),
    ],
  ),
  ...inFile(
    'src-main/protocols/portal/proxy.ts',
    ['test/unit/protocols/portal/proxy.test.ts'],
    [
      {
        id: 'proxy-for-loopback',
        find: 'if (isLoopback(host) || isExempt(',
        replace: 'if (isExempt(',
        kind: 'check removed',
        security: true,
        harm: 'What is meant for this computer goes to the proxy.',
      },
      {
        id: 'proxy-exempt-network',
        find: 'network.addSubnet(address, prefix, familyOf(address))',
        replace: 'network.addAddress(address, familyOf(address))',
        kind: 'wrong constant',
        harm: 'A portal of an excepted network is asked through the proxy, which does not reach it.',
      },
      {
        id: 'proxy-exempt-port',
        find: 'if (only !== undefined && Number(only) !== port) return false',
        replace: '',
        kind: 'check removed',
        harm: 'A portal is asked without the proxy that it needs.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/portal/routes.ts',
    ['test/integration/portal/status.test.ts'],
    [
      late(
        'routes-answer',
        'const deadlineMs = 8000',
        'The panel’s services wait for a quarter of an hour.',
        {
          tests: deadlines,
        },
      ),
    ],
  ),
  ...inFile(
    'src-main/protocols/portal/vnc.ts',
    ['test/integration/portal/vnc.test.ts'],
    [
      late('vnc-answer', 'const deadlineMs = 30_000', 'A dashboard that hangs is waited for an hour.', {
        tests: deadlines,
      }),
      {
        id: 'vnc-session-id',
        find: 'if (!sessionId.safeParse(id).success) throw',
        replace: 'if (id.length > 8000) throw',
        kind: 'check removed',
        security: true,
        harm: 'A session id leads to another path at the portal.',
        tests: ['test/unit/protocols/portal/names.test.ts'],
      },
    ],
  ),
  ...inFile('src-main/protocols/portal/web-socket.ts', messages, [
    late(
      'messages-silence',
      'silence: 70_000',
      'A dead connection to the portal’s messages stays open for hours.',
    ),
    late('messages-last-retry', 'lastRetry: 60_000', 'After an outage messages come again after an hour.'),
    {
      id: 'messages-back-off',
      find: 'firstRetry * 2 ** Math.min(this.attempts++, 10)',
      replace: 'firstRetry * 2 ** Math.min(this.attempts, 10)',
      kind: 'condition turned',
      harm: 'Every client of a site knocks at a broken portal each second.',
    },
    {
      id: 'messages-after-close',
      find: '    if (this.closed) return\n    const { firstRetry',
      replace: '    const { firstRetry',
      kind: 'clean-up dropped',
      harm: 'A panel that was closed keeps connecting.',
    },
    {
      id: 'messages-opened-after-close',
      find: '      if (this.closed) return\n      socket =',
      replace: '      socket =',
      kind: 'clean-up dropped',
      harm: 'A panel that was closed while it looked for its way connects.',
    },
    {
      id: 'messages-text-bound',
      find: 'if (text.length > maximumText) return null',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'One message of the portal keeps the app busy.',
      tests: readers,
    },
  ]),
]
