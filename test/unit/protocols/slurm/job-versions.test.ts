/** A job is over only if Slurm says so: outputs of many versions, with noise of start-up files around them, whole and cut off. */
import { readdirSync, readFileSync } from 'node:fs'
import { assert, constantFrom, nat, property, string, tuple, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAlive, parseJob } from '../../../../src-main/protocols/slurm/job.ts'
import { readRun, runSections } from '../../../../src-main/protocols/ssh/exec.ts'
import { delimiters, emptyMemory } from '../../../../src-main/protocols/ssh/script.ts'
import { toFailure } from '../../../../src-main/shared/errors.ts'

type Sight = 'alive' | 'over' | 'unknown' | 'silent' | 'not heard'
interface Fixture {
  version: string
  /** Recorded, or written from what. */
  source: string
  cases: { what: string; job: Sight; output: string }[]
}

const folder = new URL('../../../fixtures/slurm/', import.meta.url)
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture)
const all = fixtures.flatMap(({ version, cases }) => cases.map((one) => ({ version, ...one })))

function sightOf(output: string): Sight {
  try {
    const job = parseJob(output)
    if (job === null) return 'unknown'
    return isAlive(job) ? 'alive' : 'over'
  } catch (error) {
    expect(toFailure(error).kind).toBe('slurm-unreachable')
    return 'silent'
  }
}

/** What the client makes of all that comes over the channel. */
function heard(mark: string, bytes: Buffer, pieces: number): Sight {
  const sections = runSections(mark, 64 * 1024)
  for (let at = 0; at < bytes.length; at += pieces) sections.push(bytes.subarray(at, at + pieces))
  return sections.complete ? sightOf(readRun(sections, emptyMemory()).stdout) : 'not heard'
}

const mark = '0123456789abcdef01234567'
const { facts, begin, errors, end } = delimiters(mark)
const sent = (before: Uint8Array, said: string, output: string, after: Uint8Array): Buffer =>
  Buffer.concat([
    before,
    Buffer.from(`${said}${facts}shell /bin/bash${begin}${output}${errors}\n0${end}`),
    after,
  ])

test('there are outputs of seven versions, and each says whence', () => {
  expect(fixtures.map(({ version }) => version.split('.').slice(0, 2).join('.')).sort()).toEqual([
    ...['20.11', '21.08', '22.05', '23.02', '23.11', '24.05', '25.05'],
  ])
  for (const { source } of fixtures) expect(source).toMatch(/^(recorded|written) /)
})

describe('what Slurm says of a job', () => {
  test.each(all)('$version: $what: $job', ({ output, job }) => expect(sightOf(output)).toBe(job))
})

const finalStates = /\b(COMPLET(ED|ING)|FAILED|CANCELLED|TIMEOUT)\b/
const noise = tuple(
  uint8Array({ maxLength: 200 }),
  constantFrom(
    '',
    'Welcome',
    '1000\n',
    '\u001b]0;ada@node1\u0007',
    'squeue ended: 0\n',
    'job|COMPLETED|None|n1|1|2|ada|1000|viz|x\n',
    'JobState=CANCELLED ',
    'scontrol ended: 1\nslurm_load_jobs error: Invalid job id specified\n',
    '@@begin\n',
  ),
  uint8Array({ maxLength: 200 }),
)

test('what start-up files print changes nothing', () => {
  assert(
    property(constantFrom(...all), noise, nat(2000), ({ output, job }, [before, said, after], pieces) => {
      expect(heard(mark, sent(before, said, output, after), pieces + 1)).toBe(job)
    }),
    { numRuns: 1000 },
  )
})

test('an answer that was cut off is not heard', () => {
  assert(
    property(constantFrom(...all), noise, nat(100_000), ({ output }, [before, said], cut) => {
      const whole = sent(before, said, output, new Uint8Array())
      expect(heard(mark, whole.subarray(0, cut % whole.length), 100)).toBe('not heard')
    }),
    { numRuns: 1000 },
  )
})

test('output of programs that was cut off or mixed with other lines never ends a job of which no final state was said', () => {
  const living = all.filter(({ output, job }) => job !== 'unknown' && !finalStates.test(output))
  expect(living.length).toBeGreaterThan(40)
  assert(
    property(constantFrom(...living), nat(100_000), string({ maxLength: 40 }), ({ output }, cut, garbage) => {
      const at = cut % (output.length + 1)
      expect(['alive', 'silent']).toContain(sightOf(output.slice(0, at)))
      const line = output.lastIndexOf('\n', at) + 1
      const mixed = `${output.slice(0, line)}${garbage}\n${output.slice(line)}`
      expect(['alive', 'silent']).toContain(sightOf(mixed))
    }),
    { numRuns: 2000 },
  )
})
