/** Another user of this computer: a process that gave up root's rights before it does anything. Only root can make one. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Why tests with a second user are left out; null where they run. */
export const noSecondUser = process.getuid?.() === 0 ? null : 'only root may start a process of another user'

/** An id that no account has. */
export const secondUserId = 61_234

export interface SecondUser extends AsyncDisposable {
  /** The next value that the work has said; rejects when it has ended. */
  next(): Promise<unknown>
}

/**
 * Starts work as the second user. It is alone: it sees its input and what `process.getBuiltinModule` gives, and runs until
 * it is disposed of or has nothing left to do.
 */
export function secondUser<Input>(
  work: (input: Input, say: (value: unknown) => void) => unknown,
  input: Input,
): SecondUser {
  const script = `
    process.setgroups([]); process.setgid(${secondUserId}); process.setuid(${secondUserId})
    const say = (value) => void process.stdout.write(JSON.stringify(value ?? null) + '\\n')
    await (${work.toString()})(JSON.parse(process.argv[1]), say)`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, '--', JSON.stringify(input)],
    // Its working directory may be closed to it.
    { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    async next() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`the second user ended: ${errors}`)
      return JSON.parse(value) as unknown
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** What came of it so far. */
export interface Siege {
  /** Connections, and how many of them the other side has ended. */
  opened: number
  ended: number
  /** All that was read. */
  got: string
  /** Codes of errors, each once. */
  errors: string[]
}

export interface Besieger extends SecondUser {
  /** The newest state, some times a second. */
  next(): Promise<Siege>
}

/**
 * Connects to every address: a POST as it would claim a host, then many idle connections, held until the end.
 * @param ways TCP addresses, and paths of sockets
 */
export const besiege = (ways: { host: string; port: number }[], paths: string[], idle: number): Besieger =>
  secondUser(
    async (input: { ways: { host: string; port: number }[]; paths: string[]; idle: number }, say) => {
      const net = process.getBuiltinModule('node:net')
      const fs = process.getBuiltinModule('node:fs')
      const errors: string[] = []
      let [got, ended, opened] = ['', 0, 0]
      const body = '{"newUsername":"eve","newPassword":"eve","confirmNewPassword":"eve"}'
      const claim = `POST /api/password HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      const knock = (to: { host: string; port: number } | { path: string }, text: string): Promise<void> =>
        new Promise((resolve) => {
          const socket = net.connect(to)
          const done = (): void => resolve()
          socket.on('data', (data) => (got += data.toString('latin1')))
          socket.on('connect', () => {
            opened++
            if (text) socket.write(text)
            else resolve()
          })
          socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message))
          socket.on('close', () => {
            ended++
            done()
          })
          setTimeout(done, 5000)
        })
      for (const path of input.paths) {
        for (const look of [
          () => fs.readdirSync(path.replace(/\/[^/]*$/, '')),
          () => fs.readFileSync(path),
        ]) {
          try {
            got += String(look())
          } catch (error) {
            errors.push((error as NodeJS.ErrnoException).code ?? '')
          }
        }
        await knock({ path }, claim)
      }
      for (const way of input.ways) await knock(way, claim)
      for (const way of input.ways) {
        await Promise.all(Array.from({ length: input.idle }, () => knock(way, '')))
      }
      const report = (): void => say({ got, ended, opened, errors: [...new Set(errors)].sort() })
      report()
      setInterval(report, 500)
    },
    { ways, paths, idle },
  ) as Besieger
