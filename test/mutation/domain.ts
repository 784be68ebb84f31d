/** Faults of what is decided without any input or output. */
import { inFile, late, type Fault } from './fault.ts'

const machine = ['test/unit/domain/deadlines.test.ts', 'test/unit/domain/desktop.test.ts']

export const domainFaults: Fault[] = [
  ...inFile(
    'src-main/domain/failure-policy.ts',
    ['test/unit/domain/failure-policy.test.ts'],
    [
      {
        id: 'failure-keeps-job',
        find: "'slurm-unreachable': ['job-stays', 'slurm-silent'],",
        replace: "'slurm-unreachable': ['slurm-silent'],",
        kind: 'condition turned',
        harm: 'When slurmctld is away for a moment the user’s session is cancelled.',
      },
      {
        id: 'retry-changed-key',
        find: "'host-key-changed': ['final'],",
        replace: "'host-key-changed': [],",
        kind: 'condition turned',
        security: true,
        harm: 'A host whose key changed is tried again and again.',
      },
      {
        id: 'route-past-changed-key',
        find: "'host-key-unknown': ['final'],",
        replace: "'host-key-unknown': ['final', 'next-route'],",
        kind: 'condition turned',
        security: true,
        harm: 'A node whose host key is not confirmed is reached another way instead of being refused.',
      },
    ],
  ),
  ...inFile('src-main/domain/desktop.ts', machine, [
    late('step-signing-in', "'signing-in': 45_000", 'A sign-in that hangs is noticed after an hour.'),
    late('step-requesting', 'requesting: 45_000', 'A request that hangs is noticed after an hour.'),
    late('step-starting', 'starting: 60_000', 'A job that does not come up is noticed after hours.'),
    late('step-tunnelling', 'tunnelling: 90_000', 'A way that hangs is noticed after hours.'),
    late('step-pairing', 'pairing: 60_000', 'A pairing that hangs is noticed after hours.'),
    late('step-launching', 'launching: 90_000', 'A launch that hangs is noticed after hours.'),
    late('step-cleaning-up', "'cleaning-up': 90_000", 'An end that hangs keeps the window open for hours.'),
    late(
      'step-waiting-for-host',
      'const behindOwnLimitMs = 30_000',
      'A host that hangs while it is waited for is noticed after an hour.',
    ),
    late('step-question', 'question: 600_000', 'A question without an answer holds a node for a day.'),
    {
      id: 'end-not-seen',
      find: "{ target: 'failed', actions: { type: 'lose', params: { failure: notSeenEnding } } },",
      replace: "{ target: 'ended' },",
      kind: 'error swallowed',
      harm: 'An end that was not seen is reported as done.',
    },
  ]),
  ...inFile(
    'src-main/domain/retry.ts',
    ['test/unit/domain/retry.test.ts', 'test/unit/domain/deadlines.test.ts'],
    [
      late('retry-last-attempt', 'export const lastAttemptMs = 60_000', 'Reconnecting never gives up.'),
      late(
        'retry-longest-pause',
        'Math.min(8000',
        'After an outage the client waits minutes before it looks again.',
      ),
    ],
  ),
  ...inFile(
    'src-main/domain/routes.ts',
    ['test/unit/domain/routes.test.ts'],
    [
      {
        id: 'route-warning',
        find: "route === 'login-host' ? asText",
        replace: "route === 'srun' ? asText",
        kind: 'condition turned',
        security: true,
        harm: 'The user does not see that the picture crosses the network unencrypted.',
      },
    ],
  ),
  ...inFile(
    'src-main/domain/port-owner.ts',
    ['test/unit/domain/port-owner.test.ts'],
    [
      {
        id: 'owner-foreign',
        find: 'one.port === port && one.uid !== owners.user && one.uid !== owners.job',
        replace: 'one.port === port && one.uid === -1',
        kind: 'check removed',
        security: true,
        harm: 'Somebody else’s program is claimed as the user’s host.',
      },
      {
        id: 'owner-web-port',
        find: '[ports.https, ports.http, ports.web, ports.rtsp]',
        replace: '[ports.https, ports.http]',
        kind: 'bound moved',
        security: true,
        harm: 'The password of the web page goes to somebody else’s program.',
      },
    ],
  ),
  ...inFile(
    'src-main/domain/sign-in.ts',
    ['test/unit/domain/sign-in.test.ts'],
    [
      {
        id: 'sign-in-page-origin',
        find: '|| !allowed.includes(url.origin) ||',
        replace: '||',
        kind: 'check removed',
        security: true,
        harm: 'A portal sends the user’s browser anywhere.',
      },
    ],
  ),
  ...inFile(
    'src-main/domain/job-time.ts',
    ['test/unit/domain/job-time.test.ts'],
    [
      {
        id: 'end-warning-time',
        find: 'const warnings = [15, 5]',
        replace: 'const warnings = [15]',
        kind: 'wrong constant',
        harm: 'Five minutes before the end no warning comes.',
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/rules/report.ts',
    ['test/unit/site-check/rules/report.test.ts'],
    [
      {
        id: 'report-exit-code',
        find: 'return counts.warning > 0 ? 1 : 0',
        replace: 'return counts.warning > 1 ? 1 : 0',
        kind: 'bound moved',
        harm: 'A single warning goes unnoticed in a script.',
      },
      {
        id: 'report-length',
        find: 'return saying.slice(0, longest)',
        replace: 'return saying',
        kind: 'check removed',
        harm: 'A long answer makes the whole report invalid.',
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/rules/security.ts',
    ['test/unit/site-check/rules/rules.test.ts'],
    [
      {
        id: 'rule-expiry-days',
        find: 'export const expiryDays = 14',
        replace: 'export const expiryDays = 1',
        kind: 'wrong constant',
        harm: 'A certificate expires without a warning.',
      },
      {
        id: 'rule-open-port',
        find: "return state === 'open' ? bad(",
        replace: "return state === 'closed' ? bad(",
        kind: 'condition turned',
        security: true,
        harm: 'An open Redis passes the site check.',
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/rules/nodes.ts',
    ['test/unit/site-check/rules/nodes.test.ts'],
    [
      {
        id: 'rule-worst-node',
        find: "['fail', 'warning', 'pass', 'not-testable']",
        replace: "['pass', 'fail', 'warning', 'not-testable']",
        kind: 'wrong constant',
        harm: 'One node that is right hides all that are wrong.',
      },
      {
        id: 'rule-many-nodes',
        find: 'const mostShown = 4',
        replace: 'const mostShown = 400',
        kind: 'bound moved',
        harm: 'A partition of many broken nodes makes the report invalid.',
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/rules/cluster.ts',
    ['test/unit/site-check/rules/rules.test.ts'],
    [
      {
        id: 'rule-safe-version',
        find: 'if (part !== safe) return part < safe',
        replace: 'if (part !== safe) return part > safe',
        kind: 'condition turned',
        security: true,
        harm: 'A vulnerable host passes the site check.',
      },
      {
        id: 'rule-old-folders',
        find: 'const tooManyOldFolders = 10',
        replace: 'const tooManyOldFolders = 1000',
        kind: 'wrong constant',
        harm: 'Scratch fills up without a warning.',
      },
    ],
  ),
  ...inFile(
    'src-main/domain/line-pace.ts',
    ['test/unit/domain/line-pace.test.ts'],
    [
      late('pace-lasting', 'const lastingMs = 500', 'A narrow line is followed after minutes.'),
      late(
        'pace-overrun',
        'const overrunMs = 5000',
        'A host that sends too much keeps the line full for minutes.',
      ),
      late('pace-quiet', 'const quietMs = 4000', 'A line that has grown is not used for minutes.'),
      late(
        'pace-attempts',
        'most: 8000',
        'After a bad hour a line that has grown is not used for half an hour.',
      ),
      late(
        'pace-weak',
        'const weakAfterMs = 3000',
        'A line that is too slow for the least picture is not called weak.',
      ),
      {
        id: 'pace-share',
        find: 'const videoShare = 0.8',
        replace: 'const videoShare = 1.3',
        kind: 'wrong constant',
        harm: 'More is asked for than the line carries.',
      },
      {
        id: 'pace-resume-often',
        find: 'const resumeEveryMs = 10_000',
        replace: 'const resumeEveryMs = 2000',
        kind: 'wrong constant',
        harm: 'The picture stops every other second.',
      },
      {
        id: 'pace-still-page',
        find: ' && now - this.busyAt < busyForMs',
        replace: '',
        kind: 'condition turned',
        harm: 'A still page is taken for a line that carries more, and resumed for it.',
      },
      {
        id: 'pace-fails-attempt',
        find: '        this.doubtUntil = this.failAttempt(now)\n',
        replace: '',
        kind: 'check removed',
        harm: 'A rate that is too much is tried every few seconds.',
      },
      {
        id: 'pace-below-least',
        find: 'Math.round(Math.max(leastKbps, kbps))',
        replace: 'Math.round(kbps)',
        kind: 'bound moved',
        harm: 'A rate is asked for that the host refuses.',
      },
      {
        id: 'pace-trifle',
        find: 'return share > worthDown.resume && share < worthUp.resume ? null : ',
        replace: 'return share > 2 ? null : ',
        kind: 'condition turned',
        harm: 'The picture stops for a difference that is not seen.',
      },
    ],
  ),
  ...inFile(
    'src-main/domain/picture-ladder.ts',
    ['test/unit/domain/picture-ladder.test.ts'],
    [
      {
        id: 'ladder-above-asked',
        find: 'if (kbps >= asked.bitrateKbps) return asked',
        replace: '',
        kind: 'bound moved',
        harm: 'More is asked for than the user wants.',
      },
      {
        id: 'ladder-to-and-fro',
        find: 'const betterNeeds = 1.25',
        replace: 'const betterNeeds = 1',
        kind: 'wrong constant',
        harm: 'The picture changes its size and rate to and fro.',
      },
      {
        id: 'ladder-order',
        find: '    ...rates.map((rate) => ({ width, height, fps: rate })),\n',
        replace: '    { width, height, fps },\n',
        kind: 'check removed',
        harm: 'A slow line makes the picture small before it makes it slower.',
      },
    ],
  ),
]
