/**
 * Runs a program of ours below a script that holds the other end of file descriptor 3: where the script dies, even by
 * SIGKILL, the program gets SIGTERM. Arguments: the program's file, then its own.
 */
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'

const script = new Socket({ fd: 3 })
script.on('error', () => undefined)
script.once('close', () => process.kill(process.pid, 'SIGTERM'))
script.resume().unref()

process.argv.splice(1, 1)
await import(pathToFileURL(process.argv[1]).href)
