/** Runs what a host would be given by a login shell of this machine: the whole way but SSH. */
import { spawn } from 'node:child_process'
import { runSections, readRun, type ExecResult } from '../../../../src-main/protocols/ssh/exec.ts'
import {
  bootCommand,
  bootLine,
  emptyMemory,
  runScript,
  type HostCommand,
} from '../../../../src-main/protocols/ssh/script.ts'

export interface ScriptRun {
  command: HostCommand
  /** A script for `bash` that runs its first argument in the way of a login shell. */
  shell: string
  cwd: string
  input?: string
  limitSeconds?: number
}

/** @throws where the output is not the command's own */
export async function scriptOnHost({
  command,
  shell,
  cwd,
  input,
  limitSeconds = 10,
}: ScriptRun): Promise<ExecResult> {
  const mark = 'mark'
  const memory = emptyMemory()
  const script = runScript(command, { mark, memory, limitSeconds, input: input !== undefined })
  const sections = runSections(mark, 1024 * 1024)
  const child = spawn('bash', ['-c', shell, 'shell', bootCommand], { cwd })
  child.stdout.on('data', (chunk: Buffer) => sections.push(chunk))
  child.stderr.resume()
  child.stdin.on('error', () => undefined)
  child.stdin.end(`${bootLine(script)}${input ?? ''}`)
  await new Promise((resolve) => child.once('close', resolve))
  if (!sections.complete) throw new Error('not heard')
  return readRun(sections, memory)
}
