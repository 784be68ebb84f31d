/** A shell on a socket: what its report says, and what becomes of its channel. */
import { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Timer } from '../../../../src-main/protocols/ssh/connect.ts'
import type { ClosableChannel } from '../../../../src-main/protocols/ssh/connection.ts'
import {
  openOnSocket,
  readReport,
  socketIn,
  socketScript,
} from '../../../../src-main/protocols/ssh/socket-exec.ts'

const noClock: Timer = { race: (_what, work) => work }

/** A channel whose far end is the test. */
function channel(): ClosableChannel & { ended: boolean } {
  const one = Object.assign(
    new Duplex({
      read: () => undefined,
      write: (_chunk, _encoding, done) => done(),
      final(done) {
        one.ended = true
        done()
      },
    }),
    { ended: false, close: () => void one.destroy() },
  )
  return one
}

async function opened() {
  const program = channel()
  const report = channel()
  const all = [program, report]
  const client = {
    openssh_forwardOutStreamLocal: (
      _path: string,
      done: (error: Error | undefined, one: ClosableChannel) => void,
    ) => done(undefined, all.shift()!),
  }
  const exec = await openOnSocket(client, '/tmp/s', noClock)
  let said = ''
  exec.errors.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => exec.errors.once('end', resolve))
  return { program, report, exec, ended, said: () => said }
}

test('the report is the errors and, on its last line, the end', () => {
  expect(readReport(Buffer.from('\nexit 0'))).toEqual({ end: { code: 0, signal: null }, errors: '' })
  expect(readReport(Buffer.from('srun: error: no\nsuch step\n\nexit 1'))).toEqual({
    end: { code: 1, signal: null },
    errors: 'srun: error: no\nsuch step\n',
  })
  expect(readReport(Buffer.from('\nsignal KILL'))).toEqual({
    end: { code: null, signal: 'SIGKILL' },
    errors: '',
  })
  for (const cut of ['', 'exit 0', 'half a li', '\nexit ', '\nexit 1234', '\nsignal '])
    expect(readReport(Buffer.from(cut))).toEqual({ end: null, errors: cut })
})

test('the path of the socket is one line', () => {
  expect(socketIn('/tmp/vizlink-a1B2c3/socket\n')).toBe('/tmp/vizlink-a1B2c3/socket')
  for (const other of ['', 'no', '/a', '/a\n/b\n', 'x/a\n', `/${'a'.repeat(108)}\n`])
    expect(socketIn(other)).toBeNull()
  expect(socketScript("/home/o'neil/relay-1")).toMatch(
    /^exec '\/home\/o'\\''neil\/relay-1' --on-socket \/bin\/sh -c '/,
  )
})

describe('the channel', () => {
  test('ends at our side when the report has come, and not before', async () => {
    const { program, report, exec, ended, said } = await opened()
    program.push(null)
    program.resume()
    report.push('careful\n')
    expect(exec.end.value).toBeNull()
    expect(program.ended).toBe(false)
    report.push('\nexit 3')
    report.push(null)
    await ended
    expect(exec.end.value).toEqual({ code: 3, signal: null })
    expect(said()).toBe('careful\n')
    expect(program.writableEnded).toBe(true)
  })

  test('that closes first has no end, and the report is given up', async () => {
    const { program, report, exec, ended, said } = await opened()
    program.destroy()
    await ended
    expect(report.destroyed).toBe(true)
    expect(exec.end.value).toBeNull()
    expect(said()).toBe('')
  })

  test('is closed where the report cannot be had', async () => {
    const program = channel()
    let first = true
    const client = {
      openssh_forwardOutStreamLocal: (
        _path: string,
        done: (error: Error | undefined, one: ClosableChannel) => void,
      ) => {
        if (first) done(undefined, program)
        else Reflect.apply(done, undefined, [new Error('open failed')])
        first = false
      },
    }
    await expect(openOnSocket(client, '/tmp/s', noClock)).rejects.toThrow('open failed')
    expect(program.destroyed).toBe(true)
  })
})
