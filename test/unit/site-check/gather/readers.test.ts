import { expect, test } from 'vitest'
import { readGreeting } from '../../../../src-main/protocols/redis/greeting.ts'
import { decodeReplies, encodeCommand, RedisError } from '../../../../src-main/protocols/redis/resp.ts'
import { asText } from '../../../../src-main/shared/texts/index.ts'
import { readFolder } from '../../../../src-main/site-check/gather/folders.ts'
import { readGpu, readHost } from '../../../../src-main/site-check/gather/node.ts'
import { readCluster, readPersistence } from '../../../../src-main/site-check/gather/redis-data.ts'
import { chooseNodes, readSlurm } from '../../../../src-main/site-check/gather/slurm.ts'

/** Lines as a script prints them. */
const printed = (text: string): { lines: { name: string; text: string }[]; stdout: string } => ({
  stdout: text,
  lines: [...text.matchAll(/^@@([a-z-]+) ?(.*)$/gm)].map(([, name = '', rest = '']) => ({
    name,
    text: rest,
  })),
})

test('Slurm: partition, nodes with flags and reasons, a node in several rows once', () => {
  const seen = readSlurm(
    printed(`@@ping Slurmctld(primary) at head01 is UP
@@partition viz*|up
@@node viz01|idle|gpu:a40:1|none
@@node viz02|down*|gpu:a40:1|Not responding
@@node viz03|drained|(null)|fan | Friday
@@node viz01|idle|gpu:a40:1|none`),
    'viz',
  )
  expect(seen.controller.up).toBe(true)
  expect(seen.partition).toEqual({
    state: 'up',
    seen: asText('site-check-seen.partition', { partition: 'viz', state: 'up' }),
  })
  expect(seen.nodes).toEqual([
    { name: 'viz01', state: 'idle', responding: true, gres: 'gpu:a40:1', reason: '' },
    { name: 'viz02', state: 'down', responding: false, gres: 'gpu:a40:1', reason: 'Not responding' },
    { name: 'viz03', state: 'drained', responding: true, gres: '', reason: 'fan | Friday' },
  ])
})

test.each([
  ['', false],
  ['@@ping Slurmctld(primary) at head01 is DOWN', false],
  ['@@ping Slurmctld(primary) at a is DOWN\n@@ping Slurmctld(backup) at b is UP', true],
])('Slurm: %j is a controller that is up: %s', (text, up) => {
  expect(readSlurm(printed(text), 'viz').controller.up).toBe(up)
})

test.each([
  ['@@ping \nscontrol ended: 124\n', /^scontrol ended: 124: no answer in \d+ s$/],
  ['@@ping is UP\nscontrol ended: 0\nsinfo ended: 124\n', /^is UP; sinfo ended: 124: no answer in \d+ s$/],
  [
    '@@ping is UP\nscontrol ended: 0\nslurm_load_partitions: Unable to contact slurm controller (connect failure)\nsinfo ended: 1\n',
    /^is UP; slurm_load_partitions: Unable to contact slurm controller \(connect failure\)\s+sinfo ended: 1$/,
  ],
])('Slurm: a controller that says nothing is away, whatever it says of itself: %j', (text, seen) => {
  const sight = readSlurm(printed(text), 'viz')
  expect(sight).toMatchObject({ controller: { up: false }, partition: null, nodes: null })
  expect(sight.controller.seen).toMatch(seen)
})

test.each([
  ['', 'missing'],
  ['@@partition viz|up\n', 'up'],
  ['@@partition viz|down\n', 'down'],
  ['@@partition viz|inact\n', 'down'],
  ['@@partition viz|drain\n', 'down'],
])('Slurm: partition rows %j mean %s', (rows, state) => {
  expect(readSlurm(printed(`@@ping is UP\n${rows}`), 'viz').partition?.state).toBe(state)
})

test('a login host without Slurm is no Slurm that is down', () => {
  expect(() => readSlurm(printed('@@missing'), 'viz')).toThrow('no programs of Slurm')
})

test.each<[string, [state: string, responding: boolean][], string[]]>([
  [
    'take jobs come first',
    [
      ['down', true],
      ['mixed', true],
    ],
    ['n1', 'n0'],
  ],
  [
    'answer',
    [
      ['down', false],
      ['drained', true],
    ],
    ['n1'],
  ],
  ['exist, where none answers', [['down', false]], ['n0']],
  ['are in the profile', [], ['named']],
])('the nodes to look at: those that %s', (_words, states, expected) => {
  const nodes = states.map(([state, responding], index) => ({
    name: `n${index}`,
    state,
    responding,
    gres: '',
    reason: '',
  }))
  expect(chooseNodes(nodes, ['named'])).toEqual(expected)
})

test.each<[string, string, object]>([
  ['an encoder', '@@gpu-status 0\n@@gpu NVIDIA A40, 550.54, 0', { driverWorks: true, encoder: true }],
  ['in use', '@@gpu-status 0\n@@gpu NVIDIA RTX A6000, 550.54, 2', { driverWorks: true, encoder: true }],
  ['no encoder by name', '@@gpu-status 0\n@@gpu NVIDIA A100-SXM4-80GB, 550.54, 0', { encoder: false }],
  ['no encoder by word', '@@gpu-status 0\n@@gpu Tesla X, 550.54, [N/A]', { encoder: false }],
  ['an unknown answer', '@@gpu-status 0\n@@gpu Tesla X, 550.54, many', { encoder: null }],
  [
    'a driver that fails',
    '@@gpu-status 9\n@@gpu NVIDIA-SMI has failed',
    { kind: 'nvidia', driverWorks: false },
  ],
  ['AMD', '@@render 0x1002', { kind: 'other', driverWorks: true, encoder: null }],
  ['a server’s plain display chip', '@@render 0x1a03', { kind: 'none', driverWorks: false }],
  ['nothing', '', { kind: 'none', driverWorks: false }],
])('GPU: %s', (_name, text, expected) => {
  expect(readGpu(printed(text))).toMatchObject(expected)
})

test.each<[string, string, object]>([
  ['nothing', '', { badCommandLine: null, started: null, version: null }],
  [
    'version and start',
    '@@host-log [2026:11:25]: Info: Sunshine version: v0.23.1.dirty',
    { version: '0.23.1.dirty', badCommandLine: null },
  ],
  ['exit 7 in the log', '@@job-log Unknown command: config', { badCommandLine: 'Unknown command: config' }],
  [
    'the option in the process table',
    '@@running sunshine --config /session/config/sunshine.conf',
    { badCommandLine: 'sunshine --config /session/config/sunshine.conf' },
  ],
  ['a plain argument', '@@running sunshine /session/config/sunshine.conf', { badCommandLine: null }],
])('host: %s', (_name, text, expected) => {
  expect(readHost(printed(text))).toMatchObject(expected)
})

test.each<[string, object]>([
  ['@@folder home missing', { there: false, writable: false }],
  ['@@folder home 42 755 root rw,relatime', { there: true, inode: '42', owner: 'root', writable: true }],
  ['@@folder home 42 755 root ro,relatime', { there: true, writable: false }],
  ['@@folder home 42 555 root rw', { there: true, writable: false }],
  ['@@folder home 42 1777 root unknown', { writable: true, fileSystem: null }],
  ['@@free home 2048\n@@folder home 42 755 root rw', { freeBytes: 2048 * 1024 }],
  ['@@free home \n@@folder home 42 755 root rw', { freeBytes: null }],
  ['@@folder home silent', { there: false, silent: true }],
  [
    '@@folder home 2 755 root rw 4096 10 1f ext2/ext3\n@@machine 7-7',
    { fileSystem: { machine: '7-7', bytes: 40960, id: '1f' } },
  ],
  [
    '@@folder home 2 755 root rw 4096 10 0 UNKNOWN (0x19830326)\n@@machine 7-7',
    { fileSystem: { machine: null, bytes: 40960, id: '0' } },
  ],
  ['@@folder home 2 755 root rw 4096 10 1f xfs\n@@machine', { fileSystem: null }],
])('folder: %s', (text, expected) => {
  expect(readFolder(printed(text), 'home', '/home')).toMatchObject(expected)
})

test('a folder that the script did not speak of was not looked at', () => {
  expect(() => readFolder(printed('@@folder homes 1 755 root rw'), 'home', '/home')).toThrow('/home')
})

test('Redis: commands and replies', () => {
  expect(encodeCommand(['GET', 'ü'])).toBe('*2\r\n$3\r\nGET\r\n$2\r\nü\r\n')
  const bytes = '+OK\r\n-NOAUTH no\r\n:7\r\n$2\r\nü\r\n$-1\r\n*2\r\n$1\r\na\r\n*-1\r\n'
  expect(decodeReplies(Buffer.from(bytes))).toEqual([
    'OK',
    new RedisError('NOAUTH no'),
    7,
    'ü',
    null,
    ['a', null],
  ])
})

test.each([
  '',
  '+OK',
  '$5\r\nabc\r\n',
  '*2\r\n+a\r\n',
  '*999999999\r\n',
  '$-2\r\n',
  'HTTP/1.1 400\r\n',
  '*1\r\n'.repeat(9),
])('Redis: %j holds no whole reply', (text) => {
  expect(decodeReplies(Buffer.from(text))).toEqual([])
})

test.each([
  ['+PONG\r\n+OK\r\n', 'open'],
  ['-NOAUTH Authentication required.\r\n', 'locked'],
  ['-DENIED Redis is running in protected mode\r\n', 'locked'],
  ['-LOADING Redis is loading\r\n', 'other'],
  ['HTTP/1.1 400 Bad Request\r\n', 'other'],
  ['', 'other'],
])('Redis that answers a stranger’s PING with %j is %s', (answer, state) => {
  expect(readGreeting('here', answer).state).toBe(state)
})

const denied = new RedisError('NOPERM')
test.each<[string, Parameters<typeof readPersistence>[0], boolean | null]>([
  [
    'CONFIG GET says: none',
    { information: '', save: ['save', ''], append: ['appendonly', 'no'], file: [], configurationFile: 'f' },
    false,
  ],
  [
    'CONFIG GET says: appended',
    { information: '', save: ['save', ''], append: ['appendonly', 'yes'], file: [], configurationFile: 'f' },
    true,
  ],
  [
    'INFO says',
    {
      information: '# Persistence\r\naof_enabled:1\r\n',
      save: denied,
      append: denied,
      file: [],
      configurationFile: 'f',
    },
    true,
  ],
  [
    'the file says: snapshots',
    {
      information: 'aof_enabled:0',
      save: denied,
      append: denied,
      file: ['save 3600 1', 'appendonly no'],
      configurationFile: 'f',
    },
    true,
  ],
  [
    'the file says: none',
    {
      information: 'aof_enabled:0',
      save: denied,
      append: denied,
      file: ['save ""', 'appendonly no'],
      configurationFile: 'f',
    },
    false,
  ],
  [
    'nothing says',
    { information: denied, save: denied, append: denied, file: [], configurationFile: 'f' },
    null,
  ],
])('persistence of Redis: %s', (_name, answers, expected) => {
  expect(readPersistence(answers).persistent).toBe(expected)
})

test.each([
  ['# Cluster\r\ncluster_enabled:1\r\n', { ok: true, value: { enabled: true } }],
  ['# Cluster\r\ncluster_enabled:0\r\n', { ok: true, value: { enabled: false } }],
  [denied, { ok: false }],
  [undefined, { ok: false }],
])('whether Redis is a cluster: %j', (information, expected) => {
  expect(readCluster(information)).toMatchObject(expected)
})
