/** Faults of a desktop: the way to the node, pairing, sessions and their ending. */
import { inFile, late, type Fault } from './fault.ts'

const sessionJob = ['test/unit/services/sessions/job.test.ts']
const claim = ['test/unit/services/sessions/claim.test.ts']
const deadlines = ['test/unit/services/cluster/cluster-login.test.ts']

export const connectionFaults: Fault[] = [
  ...inFile('src-main/services/sessions/job.ts', sessionJob, [
    late(
      'job-silence-patience',
      'const silencePatienceMs = 60_000',
      'When slurmctld is gone the queue does not move for hours.',
    ),
    late(
      'job-away-patience',
      'const awayPatienceMs = 300_000',
      'When the cluster is gone the queue does not move for hours.',
    ),
    {
      id: 'job-end-looks',
      find: 'const endLooks = 6',
      replace: 'const endLooks = 600',
      kind: 'bound moved',
      harm: 'A job that hangs in its end is looked at for ten minutes.',
    },
  ]),
  ...inFile('src-main/services/sessions/waiting-reasons.ts', sessionJob, [
    late('job-blocked', 'const blockedAfterMs = 4000', 'A user waits for what never comes.'),
    late('job-look-at-nodes', 'const lookAtNodesMs = 30_000', 'Nodes that came back are still called down.'),
    {
      id: 'job-blocked-by-reason-alone',
      find: "blocked: waiting === 'blocked' || this.away !== null",
      replace: 'blocked: true',
      kind: 'condition turned',
      harm: 'A job behind others of higher priority is called hopeless.',
    },
  ]),
  ...inFile('src-main/services/cluster/cluster-login.ts', deadlines, [
    late(
      'cluster-login',
      'const loginDeadlineMs = 20_000',
      'A login host that hangs is waited for half an hour.',
    ),
    late(
      'cluster-command',
      'const commandDeadlineMs = 15_000',
      'A command that hangs is waited for half an hour.',
    ),
    late('cluster-hop', 'const hopDeadlineMs = 15_000', 'A node that hangs is waited for half an hour.'),
    {
      id: 'cluster-job-end-id',
      find: 'if (!isJobId(jobId)) return null',
      replace: '',
      kind: 'check removed',
      harm: 'A job id of the portal makes the end of a session fail.',
    },
  ]),
  ...inFile(
    'src-main/services/cluster/route.ts',
    ['test/unit/services/cluster/route.test.ts'],
    [
      late('access-hop', 'const hopDeadlineMs = 15_000', 'A node that hangs is waited for half an hour.'),
      late('access-relay', 'const relayDeadlineMs = 20_000', 'A node that hangs is waited for half an hour.'),
      late(
        'access-address',
        'const addressDeadlineMs = 10_000',
        'A login host that hangs is waited for a quarter of an hour.',
      ),
      {
        id: 'access-hop-kept',
        find: "await link.request('close-hop', { hopId }).catch(() => undefined)",
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Each try to reach the node leaves a login there.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/desktop.ts',
    ['test/unit/app/dispose.test.ts'],
    [
      late(
        'connection-dispose',
        'const disposeDeadlineMs = 8000',
        'Leaving the program takes a quarter of an hour.',
      ),
    ],
  ),
  ...inFile(
    'src-main/services/desktop/reconnect.ts',
    ['test/unit/services/desktop/reconnect.test.ts'],
    [
      late('reconnect-ready', 'const readyMs = 8000', 'One attempt to reconnect uses up all the time.'),
      {
        id: 'reconnect-hopeless',
        find: 'if (!worthRetrying(failure)) throw error',
        replace: '',
        kind: 'check removed',
        harm: 'A reconnection that cannot work is tried for a minute before anything is said.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/picture-watch.ts',
    ['test/unit/services/desktop/picture-watch.test.ts'],
    [
      late('picture-asked', 'const askAfterMs = 1000', 'The cause of a dead picture is never asked for.'),
      late('picture-said', 'const sayAfterMs = 2000', 'A dead picture looks like a calm one for minutes.'),
      {
        id: 'picture-excused',
        find: '(excused && this.lastAt !== null)',
        replace: 'false',
        kind: 'check removed',
        harm: 'A slow line is called a dead picture while its bytes arrive.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/line-follower.ts',
    ['test/unit/services/desktop/line-follower.test.ts'],
    [
      {
        id: 'follower-remembers-host',
        find: "      this.host = 'resume'\n",
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Each change asks first for what the host has refused before.',
      },
      {
        id: 'follower-announces',
        find: '    this.changingSince = this.options.now()\n',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'The picture stops while it is resumed, and nothing says why.',
      },
      {
        id: 'follower-loss',
        find: '      this.options.onLost(toFailure(error))\n',
        replace: '',
        kind: 'error swallowed',
        harm: 'A stream that could not be resumed stays a still picture for good.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/sessions/failures.ts',
    ['test/unit/services/sessions/failures.test.ts'],
    [
      {
        id: 'job-end-killed',
        find: 'Number(status) < leastSignalStatus ?',
        replace: 'Number(status) >= 0 ?',
        kind: 'check removed',
        harm: 'A host that was killed is explained by an old line of its log.',
      },
    ],
  ),
  ...inFile(
    'src-main/domain/image-choice.ts',
    ['test/unit/domain/image-choice.test.ts'],
    [
      {
        id: 'image-available',
        find: 'images.filter(({ available }) => available)',
        replace: 'images',
        kind: 'check removed',
        harm: 'A session is asked for with an image that is not there.',
      },
      {
        id: 'image-named',
        find: 'wished?.firm && best.id !== wished.id',
        replace: 'false',
        kind: 'check removed',
        harm: 'A user who has named an image gets another one.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/sessions/image-of-session.ts',
    ['test/unit/services/sessions/image-of-session.test.ts'],
    [
      {
        id: 'image-instead-said',
        find: 'if (wanted !== null) note(',
        replace: 'if (wanted === null) note(',
        kind: 'condition turned',
        harm: 'A user gets another image than the remembered one, and does not know.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/service.ts',
    ['test/integration/portal/images.test.ts'],
    [
      {
        id: 'image-remembered-firm',
        find: 'firm: image !== undefined',
        replace: 'firm: true',
        kind: 'condition turned',
        harm: 'A remembered image that has gone makes every Connect fail.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/frame-ports.ts',
    ['test/unit/services/desktop/frame-ports.test.ts'],
    [
      {
        id: 'frame-port-twice',
        find: '    this.takers.delete(portId)\n    return taker',
        replace: '    return taker',
        kind: 'check removed',
        security: true,
        harm: 'A port id that somebody saw opens the picture again.',
      },
      {
        id: 'frame-ports-bound',
        find: 'const maximumUnused = 16',
        replace: 'const maximumUnused = 1600',
        kind: 'bound moved',
        harm: 'A page that asks and asks for ports fills the memory.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/host/pair-host.ts',
    ['test/unit/services/host/pair-host.test.ts'],
    [
      {
        id: 'pair-certificate-owner',
        find: 'if (uid !== own && uid !== owner?.uid)',
        replace: 'if (Number.isNaN(uid))',
        kind: 'check removed',
        security: true,
        harm: 'A certificate that somebody else put there is trusted.',
      },
      {
        id: 'pair-pin-attempts',
        find: 'const maximumPinAttempts = 3',
        replace: 'const maximumPinAttempts = 300',
        kind: 'bound moved',
        harm: 'A host that refuses asks for PIN after PIN.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/host/pairings.ts',
    [...claim, 'test/unit/services/sessions/memory.test.ts'],
    [
      {
        id: 'pairings-bound',
        find: 'const maximumPairings = 32',
        replace: 'const maximumPairings = 3200',
        kind: 'bound moved',
        harm: 'Passwords of sessions that ended long ago are kept.',
        tests: ['test/unit/services/host/pairings.test.ts'],
      },
      {
        id: 'pairings-forgotten',
        find: '(rest.length > 0 ? secrets.set(name, JSON.stringify(rest)) : secrets.delete(name))',
        replace: 'secrets.get(name)',
        kind: 'clean-up dropped',
        security: true,
        harm: 'The password of an ended session is kept.',
        tests: ['test/unit/services/host/pairings.test.ts'],
      },
    ],
  ),
  ...inFile('src-main/services/sessions/claim.ts', claim, [
    {
      id: 'claim-held-elsewhere',
      find: "if (wish.kind === 'one') throw sessionTaken(wish.id)",
      replace: '',
      kind: 'check removed',
      harm: 'Two windows fight for one desktop.',
    },
    {
      id: 'claim-foreign-session',
      find: 'ending.has(id) || shared',
      replace: 'ending.has(id)',
      kind: 'check removed',
      security: true,
      harm: 'Another user’s desktop is opened without a question.',
    },
    {
      id: 'claim-gives-way',
      find: "if (wish.kind === 'any' && !wish.beside) throw new GivesWay()",
      replace: '',
      kind: 'check removed',
      harm: 'Two clicks are two sessions, each with a node.',
    },
    {
      id: 'claim-made-released',
      find: "ending.job === 'cancel' || (ending.job === 'release' && this.made)",
      replace: "ending.job === 'cancel'",
      kind: 'clean-up dropped',
      harm: 'Each cancelled start leaves a job in the queue.',
    },
  ]),
  ...inFile(
    'src-main/services/sessions/adopt.ts',
    ['test/unit/services/sessions/memory.test.ts'],
    [
      {
        id: 'adopt-same-start',
        find: 'const sameStartMs = 2000',
        replace: 'const sameStartMs = 2_000_000_000_000',
        kind: 'bound moved',
        harm: 'Another job that got the same number is taken for the session.',
        tests: ['test/unit/services/sessions/adopt.test.ts'],
      },
      {
        id: 'adopt-silent-slurm',
        find: "    if (hasNoSlurm(error)) return 'unknown'\n    throw error",
        replace: "    return 'unknown'",
        kind: 'error swallowed',
        harm: 'While Slurm is silent a second session is asked for beside the one that runs.',
        tests: ['test/unit/services/sessions/adopt.test.ts'],
      },
    ],
  ),
  ...inFile(
    'src-main/services/sessions/ending-retries.ts',
    ['test/unit/services/sessions/endings.test.ts'],
    [
      late(
        'ending-longest-pause',
        'const longestPauseMs = 60_000',
        'A session that could not be ended holds its node for hours more.',
      ),
    ],
  ),
  ...inFile(
    'src-main/services/sessions/kept-logins.ts',
    ['test/unit/services/sessions/kept-logins.test.ts'],
    [
      late('kept-login-idle', 'const usualIdleMs = 45_000', 'Unused SSH logins stay open for hours.'),
      {
        id: 'kept-login-open',
        find: '    await login.cluster.close()\n',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Each look at the sessions leaves an SSH login behind.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/sessions/memory.ts',
    ['test/unit/services/sessions/memory.test.ts'],
    [
      {
        id: 'memory-file-bound',
        find: 'if (text.length <= maximumFile) return',
        replace: 'return',
        kind: 'check removed',
        harm: 'A damaged file makes the start slow.',
      },
    ],
  ),
  ...inFile('src-main/services/sessions/turns.ts', claim, [
    late(
      'session-requests-apart',
      'const betweenRequestsMs = 1100',
      'A second session waits for two minutes.',
    ),
  ]),
]
