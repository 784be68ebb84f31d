/** Faults of what reads Prometheus and Redis. */
import { inFile, late, type Fault } from './fault.ts'

const deadlines = ['test/unit/protocols/portal/deadlines.test.ts']
const readers = ['test/unit/protocols/portal/names.test.ts', 'test/unit/protocols/readers.test.ts']
const redis = ['test/integration/readers/redis.test.ts']

export const recordFaults: Fault[] = [
  ...inFile('src-main/protocols/prometheus/query.ts', readers, [
    late('prometheus-answer', 'const deadlineMs = 10_000', 'The history waits a quarter of an hour.', {
      tests: deadlines,
    }),
    {
      id: 'prometheus-quoting',
      find: 'const quoted = (text: string): string => JSON.stringify(text)',
      replace: 'const quoted = (text: string): string => `"${text}"`',
      kind: 'check removed',
      security: true,
      harm: 'The name of a machine changes what is asked.',
    },
  ]),
  ...inFile('src-main/protocols/redis/session-records.ts', redis, [
    late('redis-answer', 'const commandDeadlineMs = 8000', 'A Redis that hangs holds the session list up.', {
      tests: ['test/unit/protocols/redis/session-records.test.ts'],
    }),
    {
      id: 'redis-answer-bound',
      find: 'if (bytes > mostAnswerBytes) redis.disconnect()',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A hostile Redis fills the client’s memory.',
    },
    {
      id: 'redis-foreign-record',
      find: 'if (username !== this.user) return null',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A record of another user is shown as one’s own session.',
      tests: ['test/integration/status/redis-records.test.ts', ...redis],
    },
    {
      id: 'redis-user-name',
      find: 'if (!isPlainUser(user)) throw',
      replace: 'if (user.length > 3200) throw',
      kind: 'check removed',
      security: true,
      harm: 'A user name with a star lists everybody’s sessions.',
      tests: ['test/unit/protocols/redis/session-records.test.ts'],
    },
  ]),
  ...inFile(
    'src-main/protocols/redis/resp.ts',
    ['test/unit/site-check/gather/readers.test.ts', 'test/unit/protocols/redis/redis-answers.test.ts'],
    [
      {
        id: 'redis-depth',
        find: 'const maximumDepth = 4',
        replace: 'const maximumDepth = 400_000',
        kind: 'bound moved',
        security: true,
        harm: 'A hostile Redis ends the site check.',
      },
      {
        id: 'redis-length',
        find: '|| this.at + length + 2 > this.bytes.length) return undefined',
        replace: ') return undefined',
        kind: 'check removed',
        harm: 'A cut answer is read as whole.',
      },
    ],
  ),
]
