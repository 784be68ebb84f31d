/**
 * Programs without any of the guards, for the control of each attack: as the same user whose session is attacked (what other
 * users may do is all that was forgotten), or as the attacker (the kernel's own guard between users is away).
 */
import { createSocket } from 'node:dgram'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { join } from 'node:path'
import { waitUntil } from '../../site/support/processes.ts'
import { serveCommands } from './commands.ts'
import type { OwnCertificate } from './attack-host.ts'

const said =
  '"status": "true" <root status_code="200"><paired>1<plaincert><cancel>1<sessionUrl0>PairStatus webSocketDebuggerUrl'
const http = (status: string): string =>
  `HTTP/1.1 ${status}\r\nSet-Cookie: vizlink=1\r\nConnection: close\r\n\r\n${said}`

function answerAnything(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.once('data', (data: Buffer) => {
    const text = data.toString('latin1')
    if (text.includes('RTSP')) socket.end('RTSP/1.0 200 OK\r\nSession: 1\r\n\r\n')
    else socket.end(http(/^upgrade:/im.test(text) ? '101 Switching Protocols' : '200 OK'))
  })
}

/** Of a program that lets others of the same user listen at its port too. */
const sharedPort = 40_000

const listen = (server: ReturnType<typeof createServer>, where: object): Promise<void> =>
  new Promise((resolve) => server.listen(where, () => resolve()))

const handlers = {
  async start({ folder, identity, secret }: { folder: string; identity: OwnCertificate; secret: string }) {
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const at = (...parts: string[]): string => join(folder, ...parts)
    for (const name of ['secrets', 'vizlink-browser-1-abcdef', 'vizlink-sign-in-1-abcdef']) {
      mkdirSync(at(name))
      chmodSync(at(name), 0o777)
    }
    const names = [
      'secrets/key',
      'id_ed25519',
      'vizlink.log',
      'site.json',
      'relay-0123',
      'Xauthority',
      'Xvfb_screen0',
    ]
    for (const name of [
      ...names,
      'vizlink-browser-1-abcdef/Cookies',
      'vizlink-sign-in-1-abcdef/vizlink.html',
    ]) {
      writeFileSync(at(name), secret)
      chmodSync(at(name), 0o666)
    }
    await listen(createServer(answerAnything), { host: '127.0.0.1', port: sharedPort, reusePort: true })
    await listen(createTlsServer(identity, answerAnything), { host: '127.0.0.1', port: 0 })
    await listen(createServer(answerAnything), { path: at('socket') })
    chmodSync(at('socket'), 0o666)
    const udp = createSocket({ type: 'udp4', reuseAddr: true })
    udp.on('message', (_, { port, address }) => udp.send('yours', port, address))
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
    // prctl(PR_SET_PTRACER, any): where the kernel lets only parents debug.
    const prctl = process.arch === 'arm64' ? 167 : 157
    // Each says by a file that it is open to attack.
    const debugged = [0, 1, 2].map((count) => at(`debugged-${count}`))
    const terminal = at('terminal')
    const ready = [terminal, ...debugged]
    for (const file of debugged) {
      const program = `syscall(${prctl}, 0x59616d61, -1, 0, 0, 0); open(my $f, '>', $ARGV[1]); sleep 600`
      spawn('perl', ['-e', program, secret, file], { stdio: 'ignore' })
    }
    spawn('script', ['-qc', `chmod 666 $(tty); touch '${terminal}'; sleep 600`, '/dev/null'], {
      stdio: 'ignore',
    })
    // shmget, semget, msgget: IPC_PRIVATE, made, for everybody.
    spawnSync('perl', ['-e', 'shmget(0, 4096, 01666); semget(0, 1, 01666); msgget(0, 01666)'])
    // The first display without a cookie: anybody may connect.
    spawn('Xvfb', [':77', '-screen', '0', '64x64x24', '-nolisten', 'tcp', '-noreset', '-ac'], {
      stdio: 'ignore',
    })
    await waitUntil('all are ready', () => ['/tmp/.X11-unix/X77', ...ready].every((file) => existsSync(file)))
    return process.pid
  },
}
export type CarelessCommands = typeof handlers
serveCommands(handlers)
