/** Puts the relay on a node, under a name that carries its hash, unless it is there already. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bounded, longest } from '../shared/bounds.ts'
import { fail } from '../shared/errors.ts'
import { resourceFile } from '../protocols/resource-file.ts'
import { runExec, type ExecLogin } from '../protocols/ssh/exec.ts'
import { shellWord } from '../protocols/slurm/step.ts'
import type { Timer } from '../protocols/ssh/connect.ts'

/** Room for greetings beside the answer. */
const maximumAnswer = 64 * 1024

/** The node does not take, or does not run, the relay; `value` is what it said. */
export function relayRefused(
  reason: 'no-program-for-node' | 'nothing-runs' | 'not-put' | 'not-run',
  value: string,
): Error {
  const said = bounded(value.trim(), longest.why) || 'none'
  return fail('relay-refused', reason, { facts: { said }, evidence: [{ label: 'answer', value: said }] })
}

/** The relay for a node's architecture as `uname -m` names it. */
function relayBinary(machine: string): Buffer {
  const architecture = { x86_64: 'linux-x64', aarch64: 'linux-arm64' }[machine]
  const path = architecture === undefined ? null : resourceFile(join('relay', architecture, 'vizlink-relay'))
  if (!path) throw relayRefused('no-program-for-node', machine)
  return readFileSync(path)
}

/**
 * Makes sure that the relay lies on the node.
 * @param within makes a command on the host of `client` of one on the node
 * @returns the command on the node that runs it
 */
export async function ensureRelay(
  client: ExecLogin,
  timer: Timer,
  within: (command: string) => string = (command) => command,
): Promise<string> {
  const asked = await runExec(client, within('uname -m'), { timer, maximumBytes: maximumAnswer })
  if (asked.code !== 0 && asked.stdout.trim() === '') throw relayRefused('nothing-runs', asked.stderr)
  // A greeting of the login shell may come first.
  const binary = relayBinary(asked.stdout.trim().split('\n').at(-1) ?? '')
  const hash = createHash('sha256').update(binary).digest('hex')
  const path = `"$HOME/.cache/vizlink/relay-${hash.slice(0, 32)}"`
  const check = `test -x ${path} && sha256sum < ${path}`
  const present = await runExec(client, within(check), { timer, maximumBytes: maximumAnswer })
  if (!present.stdout.includes(hash)) {
    // Written beside and renamed: another login of the same user may do the same at the same time.
    const script = [
      'umask 077',
      'mkdir -p "$HOME/.cache/vizlink"',
      `part=${path}.$$`,
      'trap \'rm -f "$part"\' EXIT',
      'cat > "$part"',
      'chmod 700 "$part"',
      `mv -f "$part" ${path}`,
      check,
    ].join(' && ')
    // The user's own shell may be another (csh, fish): its work ends with starting sh.
    const put = await runExec(client, within(`exec sh -c ${shellWord(script)}`), {
      timer,
      maximumBytes: maximumAnswer,
      input: binary,
    })
    if (!put.stdout.includes(hash)) {
      throw relayRefused('not-put', put.stderr || put.stdout)
    }
  }
  return `exec ${path}`
}
