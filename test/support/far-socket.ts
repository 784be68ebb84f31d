/**
 * `far-socket.ts NAMESPACE ADDRESS PORT SSHD ...`: listens in the network in which it was started, and runs the SSH server in
 * another one for each connection. A socket belongs to the network that made it, not to that of the program which has it.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** What it is given before the server's own words. */
export type FarSocketArguments = [namespace: string, address: string, port: string]

const [namespace = '', address = '', port = '', program = '', ...args] = process.argv.slice(2)
// sshd's own words for "one connection, on standard input".
const words = args.map((word) => (word === '-D' ? '-i' : word))

createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  const child = spawn('nsenter', [`--net=${namespace}`, '--', program, ...words], {
    stdio: [socket, socket, 'inherit'],
  })
  child.once('error', (error) => {
    throw error
  })
  // The program has its own copies.
  socket.destroy()
}).listen(Number(port), address)
