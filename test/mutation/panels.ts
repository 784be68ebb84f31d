/** Faults of the status panel’s sources and of the site check. */
import { inFile, late, type Fault } from './fault.ts'

const siteCheck = ['test/site-check/site-check.test.ts']
const checkDeadlines = ['test/unit/site-check/deadlines.test.ts']

export const panelFaults: Fault[] = [
  ...inFile(
    'src-main/services/status/poller.ts',
    ['test/unit/services/status/pace.test.ts'],
    [
      late(
        'poller-longest-pause',
        'const longestPauseMs = 120_000',
        'After an outage a panel stays old for hours.',
      ),
      {
        id: 'poller-back-off',
        find: 'this.failures++',
        replace: 'this.failures = 0',
        kind: 'condition turned',
        harm: 'Every client of a site asks a broken portal each second.',
      },
      {
        id: 'poller-stopped',
        find: '    if (this.stopped) return\n    const pace',
        replace: '    const pace',
        kind: 'clean-up dropped',
        harm: 'Panels that are closed keep asking.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/status/board.ts',
    ['test/unit/services/status/sources.test.ts', 'test/unit/services/status/pace.test.ts'],
    [
      {
        id: 'board-failure-keeps-age',
        find: '      value,\n      at,\n      invented,',
        replace: '      value,\n      at: Date.now(),\n      invented,',
        kind: 'condition turned',
        harm: 'Old figures look fresh while their source is down.',
      },
      {
        id: 'board-failure-reported',
        find: 'problem: sentenceOf(toFailure(error)),',
        replace: 'problem: null,',
        kind: 'error swallowed',
        harm: 'A panel does not say that its source is down.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/status/session-status.ts',
    ['test/integration/status/redis-records.test.ts'],
    [
      late('redis-rest', 'const redisRestMs = 60_000', 'After one outage Redis is not asked for hours.', {
        tests: ['test/unit/services/status/sources.test.ts'],
      }),
    ],
  ),
  ...inFile(
    'src-main/services/status/gpu-source.ts',
    ['test/unit/protocols/readers.test.ts'],
    [
      late(
        'gpu-kept',
        'const keptMs = 5 * 60_000',
        'The plot of a graphics card is squeezed into a corner.',
        {
          tests: ['test/unit/services/status/sources.test.ts'],
        },
      ),
      {
        id: 'gpu-other-node',
        find: 'if (node !== this.node) this.history.clear()',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Figures of another node are in the plot.',
        tests: ['test/unit/services/status/sources.test.ts'],
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/gather/gather.ts',
    ['test/unit/site-check/rules/report.test.ts', ...siteCheck],
    [
      {
        id: 'site-check-deadline',
        find: '      deadlineMs,\n    )\n  })',
        replace: '        deadlineMs * 100,\n      )\n    })',
        kind: 'wrong constant',
        harm: 'One thing that hangs holds the whole site check up.',
        tests: ['test/unit/site-check/gather/looks.test.ts'],
      },
      {
        id: 'site-check-reason',
        find: '({ ok: false, reason: reasonOf(error) })',
        replace: "({ ok: false, reason: '' })",
        kind: 'error swallowed',
        harm: 'The site check does not say why something could not be looked at.',
        tests: ['test/unit/site-check/gather/looks.test.ts'],
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/gather/sockets.ts',
    ['test/unit/site-check/gather/looks.test.ts'],
    [
      late('site-check-connect', 'const connectMs = 3000', 'Each closed port takes minutes.'),
      late('site-check-answer', 'const answerMs = 3000', 'A silent Redis takes minutes.'),
      {
        id: 'site-check-answer-bound',
        find: 'if (answer.length > maximumAnswer) finish()',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A hostile server fills the memory.',
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/gather/nodes.ts',
    ['test/unit/site-check/gather/nodes.test.ts'],
    [
      {
        id: 'site-check-all-nodes',
        find: 'names.slice(0, mostNodes)',
        replace: 'names.slice(0, 1)',
        kind: 'wrong constant',
        harm: 'A node that lacks the image passes behind one that has it.',
      },
      {
        id: 'site-check-leaves-nodes',
        find: 'if (way.ok) await leave(way.value)',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'The check holds a login at each node.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/portal/route-answers.ts',
    ['test/unit/protocols/portal/route-answers.test.ts'],
    [
      {
        id: 'site-check-catch-all',
        find: "return likeAll ? 'unclear' : 'down'",
        replace: "return 'down'",
        kind: 'check removed',
        harm: 'A missing route is reported as a dead service.',
      },
    ],
  ),
  ...inFile(
    'src-main/site-check/gather/portal-look.ts',
    ['test/site-check/site-check.test.ts'],
    [
      {
        id: 'site-check-stranger',
        find: 'isStranger: true,',
        replace: 'isStranger: false,',
        kind: 'check removed',
        security: true,
        harm: 'A token is sent to a portal that no authority vouches for.',
      },
    ],
  ),
  ...inFile('src-main/site-check/check.ts', checkDeadlines, [
    late(
      'site-check-thinking',
      'const thinkingSeconds = 300',
      'A login that hangs holds the check up for hours.',
    ),
  ]),
  ...inFile(
    'src-main/site-check/service.ts',
    ['test/unit/site-check/service.test.ts'],
    [
      {
        id: 'site-check-twice',
        find: 'if (!this.running.has(siteId)) {',
        replace: '{',
        kind: 'condition turned',
        harm: 'Two checks of a site log in and run beside each other.',
      },
      {
        id: 'site-check-after-end',
        find: 'if (!this.leaving.signal.aborted) this.options',
        replace: 'this.options',
        kind: 'clean-up dropped',
        harm: 'A page that is being closed gets reports.',
      },
    ],
  ),
  ...inFile('src-main/site-check/gather/slurm.ts', checkDeadlines, [
    late('site-check-slurm', 'const deadlineMs = 40_000', 'A Slurm that hangs is waited for an hour.'),
  ]),
  ...inFile('src-main/site-check/gather/node.ts', checkDeadlines, [
    late('site-check-node', 'const deadlineMs = 40_000', 'A node that hangs is waited for an hour.'),
  ]),
  ...inFile('src-main/site-check/gather/folders.ts', checkDeadlines, [
    late(
      'site-check-folders',
      'const deadlineMs = 20_000',
      'A file system that hangs is waited for half an hour.',
    ),
  ]),
  ...inFile('src-main/site-check/gather/service-sight.ts', checkDeadlines, [
    late(
      'site-check-service',
      'const answerDeadlineMs = 8000',
      'A service that hangs is waited for a quarter of an hour.',
    ),
  ]),
  ...inFile('src-main/site-check/gather/redis-question.ts', siteCheck, [
    late(
      'site-check-redis-command',
      'const deadlineMs = 15_000',
      'A Redis that hangs is waited for half an hour.',
      {
        tests: checkDeadlines,
      },
    ),
    late('site-check-handshake', 'const handshakeMs = 8000', 'A Redis that hangs holds the check up.', {
      tests: ['test/unit/site-check/gather/looks.test.ts'],
    }),
    {
      id: 'site-check-redis-name',
      find: 'checkServerIdentity: (_host, certificate) => checkServerIdentity(address, certificate),',
      replace: 'checkServerIdentity: () => undefined,',
      kind: 'check removed',
      security: true,
      harm: 'The password of Redis goes to any server with a certificate of the authority.',
      tests: ['test/unit/site-check/gather/looks.test.ts'],
    },
    {
      id: 'site-check-redis-address',
      find: 'if (!safeAddress.test(address)) throw',
      replace: 'if (address.length > 8000) throw',
      kind: 'check removed',
      security: true,
      harm: 'A site profile runs commands on the login host.',
      tests: ['test/unit/site-check/gather/looks.test.ts'],
    },
  ]),
]
