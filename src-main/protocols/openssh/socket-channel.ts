/** A channel to a Unix socket of the host, in a login that a process of the system's `ssh` keeps: it leads there from a socket here. */
import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { excerpt } from '../../shared/bounds.ts'
import type { ClosableChannel } from '../ssh/connection.ts'

/** The process speaks with the login on this computer alone. */
const askMs = 10_000

/** Runs a process of `socketArguments` to its end. @throws Error what it said */
export const leadSocket = (
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { env: environment, timeout: askMs, windowsHide: true }
    execFile(program, words, options, (error, _stdout, stderr) =>
      error ? reject(new Error(excerpt(stderr) || error.message)) : resolve(),
    )
  })

/** @throws Error: there is no such socket */
export const connectSocket = (path: string): Promise<ClosableChannel> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(Object.assign(socket, { close: () => void socket.destroy() }))
    })
  })
