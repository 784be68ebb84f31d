/** Texts and figures from outside the program: what is read from them, and what is left out. */
import { readFileSync } from 'node:fs'
import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGpus } from '../../../src-main/protocols/gpu/nvidia-smi.ts'
import { percentage, shownText } from '../../../src-main/protocols/portal/lenient.ts'
import { readPortalEvent } from '../../../src-main/protocols/portal/web-socket.ts'
import { machineOf } from '../../../src-main/protocols/prometheus/query.ts'
import { nodesCommand, parseNodes, parseQueue } from '../../../src-main/protocols/slurm/cluster.ts'

describe('text that is shown', () => {
  test.each<[unknown, string]>([
    ['plain', 'plain'],
    ['two\r\n\tlines ', 'two lines'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['a\u0000b\u001b[31mc', 'a b [31mc'],
    ['<script>alert(1)</script>', '<script>alert(1)</scr'.slice(0, 19) + '…'],
    [12, '12'],
    [{ toString: () => 'x' }, ''],
    [null, ''],
    ['\ud800', '\ufffd'],
  ])('%j', (raw, shown) => {
    expect(shownText(raw, 20)).toBe(shown)
  })

  test('is never longer than allowed, nor on more than one line', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (raw) => {
        const shown = shownText(raw, 30)
        expect(shown.length).toBeLessThanOrEqual(30)
        expect(shown.isWellFormed()).toBe(true)
        expect(shown).not.toMatch(/[\n\r\u202e\u2066]/)
      }),
    )
  })
})

test.each([
  [0, 0],
  [99.5, 99.5],
  [100, 100],
  [-1, null],
  [100.5, null],
  ['many', null],
])('a share of %j percent is read as %j', (raw, share) => {
  expect(percentage.parse(raw)).toBe(share)
})

describe('GPUs', () => {
  test('figures, and figures that the card does not give', () => {
    const output = `0, NVIDIA A40, 38, 1924, 46068, 52, 1, 12
1, NVIDIA A100-PCIE-40GB, 0, 0, 40960, 31, [N/A], [N/A]
2, NVIDIA L4, [Not Supported], 12, 23034, 40, 0
`
    expect(parseGpus(output)).toEqual([
      {
        index: 0,
        name: 'NVIDIA A40',
        utilisation: 38,
        memoryUsedMb: 1924,
        memoryTotalMb: 46068,
        temperature: 52,
        encoderSessions: 1,
        encoder: 12,
      },
      {
        index: 1,
        name: 'NVIDIA A100-PCIE-40GB',
        utilisation: 0,
        memoryUsedMb: 0,
        memoryTotalMb: 40960,
        temperature: 31,
        encoderSessions: null,
        encoder: null,
      },
      {
        index: 2,
        name: 'NVIDIA L4',
        utilisation: null,
        memoryUsedMb: 12,
        memoryTotalMb: 23034,
        temperature: 40,
        encoderSessions: 0,
        encoder: null,
      },
    ])
  })

  test.each([
    '',
    'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.',
    'Welcome to viz01!\n',
    '0, <b>A40</b>, 1, 2, 3, 4, 5',
    '-1, NVIDIA A40, 1, 2, 3, 4, 5',
    '0, NVIDIA A40, 1, 2, 3, 4, 5, 6, 7',
    '0, NVIDIA A40, 1',
  ])('no figures in %j', (output) => expect(parseGpus(output)).toEqual([]))

  test('impossible figures are none; there are at most sixteen cards', () => {
    expect(parseGpus('0, NVIDIA A40, 101, 2, 3, 900, 5')[0]).toMatchObject({
      utilisation: null,
      temperature: null,
    })
    const many = Array.from({ length: 500 }, (_, index) => `${index}, A40, 1, 2, 3, 4, 5`).join('\n')
    expect(parseGpus(many)).toHaveLength(16)
  })
})

describe('Slurm', () => {
  test('nodes with reasons that hold bars', () => {
    const nodes = parseNodes(`viz01|mixed|gpu:a40:1|8/24/0/32|256000|120000|7.50|none
viz02|down*|gpu:a40:1|0/0/32/32|256000|N/A|N/A|Not responding | disk [root@2026-11-25]
a greeting of the login shell
viz 03|idle|(null)|0/1/0/1|1|1|1|none
`)
    expect(nodes).toEqual([
      {
        name: 'viz01',
        state: 'mixed',
        reason: null,
        gpus: 'gpu:a40:1',
        cpusAllocated: 8,
        cpusTotal: 32,
        cpuLoad: 7.5,
        memoryMb: 256_000,
        freeMemoryMb: 120_000,
      },
      {
        name: 'viz02',
        state: 'down*',
        reason: 'Not responding|disk [root@2026-11-25]',
        gpus: 'gpu:a40:1',
        cpusAllocated: 0,
        cpusTotal: 32,
        cpuLoad: null,
        memoryMb: 256_000,
        freeMemoryMb: null,
      },
    ])
  })

  test('a node of two partitions is one node', () => {
    const row = 'viz01|drained|gpu:a40:1|0/0/32/32|256000|1|0.1|fan'
    expect(parseNodes(`${row}\n${row}\n${row.replace('viz01', 'viz02')}\n`).map(({ name }) => name)).toEqual([
      'viz01',
      'viz02',
    ])
  })

  test('the queue', () => {
    expect(
      parseQueue('4711|ada|RUNNING|1:02:03|moon|light\n4712_[1-9]|grace|PENDING|0:00|x\nhello\n'),
    ).toEqual([
      { id: '4711', user: 'ada', state: 'RUNNING', runTime: '1:02:03', name: 'moon|light' },
      { id: '4712_[1-9]', user: 'grace', state: 'PENDING', runTime: '0:00', name: 'x' },
    ])
  })

  test('a partition that is no word never becomes a command', () => {
    expect(() => nodesCommand('viz; rm -rf ~')).toThrow(/cannot be a partition/)
  })
})

test.each([
  ['viz01', ['localhost:9100', 'viz01:9100'], 'viz01:9100'],
  ['viz01', ['VIZ01.cluster.example:9100'], 'VIZ01.cluster.example:9100'],
  ['viz01', ['viz011:9100', 'viz0'], null],
])('the machine of %s among %j', (node, machines, found) => {
  expect(machineOf(node, machines)).toBe(found)
})

describe('messages of the portal', () => {
  const read = (value: unknown) => readPortalEvent(typeof value === 'string' ? value : JSON.stringify(value))

  const recorded = JSON.parse(
    readFileSync(new URL('../../fixtures/portal/websocket.json', import.meta.url), 'utf8'),
  ) as { type: string; text: string }[]
  const storage = {
    type: 'storage',
    dataDisk: { usedBytes: 12_554_240, totalBytes: 3_221_225_472, usedPercent: 0.4 },
    scratch: { totalNodes: 2, activeNodes: 0, nodes: [] },
  }
  const meanings: Record<string, object> = {
    initial_data: storage,
    update: storage,
    periodic_update: { ...storage, dataDisk: { ...storage.dataDisk, usedBytes: 12_558_336 } },
    notification: {
      type: 'notification',
      notification: { title: 'hello', message: 'from 5010', when: '2026-11-23 13:03:27', read: false },
    },
  }

  test.each(recorded)('recorded: $type', ({ type, text }) => {
    const meaning = meanings[type]
    if (meaning) expect(read(text)).toMatchObject(meaning)
    else expect(read(text)).toBeNull()
  })

  test('a forged notification is text, cut to what can be shown', () => {
    const forged = { title: 'Pay\u202e now', message: 'x'.repeat(5000), data: { run: 'rm' }, id: { a: 1 } }
    const event = read({ type: 'notification', data: forged })
    expect(event).toMatchObject({
      type: 'notification',
      notification: { title: 'Pay now', id: '', read: false, example: false },
    })
    expect(event?.type === 'notification' && event.notification.message.length).toBe(1000)
  })

  test.each([
    'no JSON',
    '',
    [1],
    'null',
    { type: 'job_update', data: { id: 1 } },
    { anything: ['at', { all: true }] },
    { type: 'notification', data: {} },
    { type: 'notification', data: 5 },
    { type: 'initial_data', data: null },
    `{"type":"notification","data":{"title":"${'x'.repeat(600_000)}"}}`,
  ])('%#: says nothing', (message) => expect(read(message)).toBeNull())

  test('storage of a portal whose /data is missing is no figure', () => {
    const none = { totalCapacityBytes: 0, usedSpaceBytes: 0, usagePercent: 0 }
    const scratch = {
      totalNodes: 2,
      activeNodes: 1,
      nodeDetails: [{ nodeName: 'viz01', usedSpace: '12.0 MB', totalSpace: '3.0 GB', usagePercent: 0.4 }, 7],
    }
    expect(read({ type: 'initial_data', data: { data_storage: none, scratch_storage: scratch } })).toEqual({
      type: 'storage',
      dataDisk: null,
      scratch: {
        totalNodes: 2,
        activeNodes: 1,
        nodes: [{ name: 'viz01', usedBytes: 12 * 2 ** 20, totalBytes: 3 * 2 ** 30, usedPercent: 0.4 }],
      },
    })
  })
})
