import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  areJobs,
  jobSocketsScript,
  judgeOwnership,
  parseListeners,
} from '../../../src-main/domain/port-owner.ts'

const line = (address: string, uid: number, state = '0A'): string =>
  `   7: ${address} ${'0'.repeat(address.length - 5)}:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 735910 1 000000000ae0947f 100 0 0 10 0`

describe('parseListeners', () => {
  // 47984 = BB70, 47989 = BB75.
  test.each([
    ['every address', '00000000:BB75', 1],
    ['loopback', '0100007F:BB75', 1],
    ['every address of IPv6', `${'0'.repeat(32)}:BB75`, 1],
    ['loopback as IPv6 sees it', '0000000000000000FFFF00000100007F:BB75', 1],
    ['another address of the node', '0A01A8C0:BB75', 0],
    ['IPv6’s own loopback', '00000000000000000000000001000000:BB75', 0],
  ])('%s', (_name, address, count) => {
    expect(parseListeners(`1000\n${line(address, 995)}\n`)).toEqual(
      Array.from({ length: count }, () => ({ port: 47_989, uid: 995, inode: 735_910 })),
    )
  })

  test.each([
    ['a connection', line('0100007F:BB75', 995, '01')],
    ['a greeting', 'Welcome to the cluster'],
    ['a cut line', line('0100007F:BB75', 995).slice(0, 60)],
    ['nothing', ''],
  ])('not %s', (_name, text) => expect(parseListeners(text)).toEqual([]))
})

describe('judgeOwnership', () => {
  const ports = { https: 47_984, http: 47_989, web: 47_990, rtsp: 48_010 }
  const owned = Object.values(ports).map((port, inode) => ({ port, uid: 995, inode }))
  const inodes = owned.map(({ inode }) => inode)
  const owners = { user: 1000, job: 995 }
  test.each([
    ['all of the job’s', owned, { verdict: 'owned', by: 'job', inodes }],
    ['the user’s own', owned.map((one) => ({ ...one, uid: 1000 })), { verdict: 'owned', by: 'user', inodes }],
    [
      'the user’s own but one',
      owned.map((one, index) => ({ ...one, uid: index === 3 ? 995 : 1000 })),
      { verdict: 'owned', by: 'job', inodes },
    ],
    [
      'one of somebody else',
      [...owned.slice(1), { port: ports.https, uid: 1001, inode: 9 }],
      { verdict: 'foreign', port: ports.https, uid: 1001 },
    ],
    [
      'somebody else beside it',
      [...owned, { port: ports.web, uid: 1001, inode: 9 }],
      { verdict: 'foreign', port: ports.web, uid: 1001 },
    ],
    ['of root', owned.map((one) => ({ ...one, uid: 0 })), { verdict: 'foreign', port: ports.https, uid: 0 }],
    ['others elsewhere', [...owned, { port: 22, uid: 0, inode: 9 }], { verdict: 'owned', by: 'job', inodes }],
    [
      'no program at HTTP',
      owned.filter(({ port }) => port !== ports.http),
      { verdict: 'missing', port: ports.http },
    ],
  ])('%s', (_name, listeners, expected) => {
    expect(judgeOwnership(ports, listeners, owners)).toEqual(expected)
  })
})

describe('whether a process of the job holds a socket', () => {
  /** A program with a listening socket of its own, as Slurm would start it. */
  async function listeningIn(jobId: string): Promise<{ inode: number; stop: () => void }> {
    const program = `const s = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))`
    const child = spawn(process.execPath, ['-e', program], {
      env: { ...process.env, SLURM_JOB_ID: jobId },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const port = await new Promise<number>((resolve) =>
      child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    )
    const { inode } = parseListeners(readFileSync('/proc/net/tcp', 'latin1')).find(
      (one) => one.port === port,
    )!
    return { inode, stop: () => void child.kill() }
  }
  const look = (inodes: number[], jobId: string): boolean =>
    areJobs(execFileSync('sh', ['-c', jobSocketsScript(inodes, jobId)], { encoding: 'utf8' }), inodes)

  test.skipIf(process.platform !== 'linux')('by its environment, and not another job’s', async () => {
    const { inode, stop } = await listeningIn('4711')
    try {
      expect([
        look([inode], '4711'),
        look([inode], '471'),
        look([inode, 1], '4711'),
        look([], '4711'),
      ]).toEqual([true, false, false, false])
    } finally {
      stop()
    }
  })

  test('no job id', () => expect(() => jobSocketsScript([1], '1;x')).toThrow('not a job id'))
})
