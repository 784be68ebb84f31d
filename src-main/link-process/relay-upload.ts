/**
 * Puts the relay on a node, under a name that carries its hash, unless it is there already. The user's cache is the first place for
 * it; where that is full, read-only or forbids programs, folders in memory and for temporary files follow.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bounded, excerpt, longest } from '../shared/bounds.ts'
import { fail } from '../shared/errors.ts'
import type { RelayPlace } from '../shared/model/desktop.ts'
import { resourceFile } from '../protocols/resource-file.ts'
import type { HostCommand } from '../protocols/ssh/script.ts'
import type { JobStep } from '../protocols/slurm/step.ts'
import type { HostShells } from './host-shells.ts'

const maximumAnswer = 64 * 1024
/** The upload of a megabyte may take so long; the rest of what is asked is short. */
const putDeadlineMs = 60_000

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

/** Shell lines that set `place` to the folder of a number. Only the first one is the user's alone by itself. */
const choosePlace = `
umask 077
user=$(id -u)
case $number in
  (1) place=$HOME/.cache/vizlink ;;
  (2) place=\${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/vizlink} ;;
  (3) place=/dev/shm/vizlink-$user ;;
  (4) place=\${TMPDIR:-/tmp}/vizlink-$user ;;
esac`

/** How many places there are. */
const places = [1, 2, 3, 4] as const
type PlaceNumber = (typeof places)[number]

/**
 * Shell lines that make the folder and look whether it is the user's alone and whether programs run there: a script is started, for
 * \`test -x\` says nothing of \`noexec\`. They print \`no NUMBER WHY\` and leave where it is not.
 */
const checkPlace = `
no() { echo "no $number $place: $1"; exit 0; }
[ -n "$place" ] || no "there is no such folder"
said=$(mkdir -p -- "$place" 2>&1) || no "$said"
[ ! -L "$place" ] || no "a link"
[ "$(stat -c %u -- "$place")" = "$user" ] || no "of another user"
said=$(chmod 700 -- "$place" 2>&1) || no "$said"
trial=$place/trial.$$
trap 'rm -f -- "$trial" "$part"' EXIT
said=$( { printf '#!/bin/sh\\nexit 0\\n' > "$trial"; } 2>&1 ) || no "$said"
chmod 700 -- "$trial"
said=$("$trial" 2>&1) || no "no programs may run there ($said)"`

/** Prints the processor, the first place for the relay, and \`there\` where it lies there already. */
const lookScript = (hashes: Readonly<Record<string, string>>): string => `
machine=$(uname -m)
echo "machine $machine"
case $machine in
${Object.entries(hashes)
  .map(([machine, hash]) => `  (${machine}) hash=${hash} ;;`)
  .join('\n')}
  (*) exit 0 ;;
esac
for number in ${places.join(' ')}; do
  found=$(${choosePlace}
    ${checkPlace}
    file=$place/relay-$(printf %.32s "$hash")
    case $(sha256sum < "$file" 2>/dev/null) in
      ("$hash"*) [ -x "$file" ] && echo "there $number $place" && exit 0 ;;
    esac
    echo "free $number $place")
  echo "$found"
  case $found in (no*) ;; (*) exit 0 ;; esac
done`

/** Takes the relay from standard input. Written beside and renamed: another login of the same user may do the same. */
const putScript = (number: PlaceNumber, hash: string): string => `
number=${number}
${choosePlace}
${checkPlace}
file=$place/relay-${hash.slice(0, 32)}
part=$file.$$
said=$( { cat > "$part"; } 2>&1 ) || no "$said"
said=$(chmod 700 -- "$part" && mv -f -- "$part" "$file" 2>&1) || no "$said"
case $(sha256sum < "$file") in
  (${hash}*) echo "there $number $place" ;;
  (*) rm -f -- "$file"; no "it arrived damaged" ;;
esac`

interface Seen {
  kind: 'there' | 'free' | 'no'
  number: PlaceNumber
  /** The folder; of one that will not do, what keeps it from that. */
  text: string
}

function seenIn(output: string): Seen[] {
  return output.split('\n').flatMap((line) => {
    const [, kind, number, text] = /^(there|free|no) ([1-4]) (.*)$/.exec(line) ?? []
    return kind === undefined
      ? []
      : [{ kind: kind as Seen['kind'], number: Number(number) as PlaceNumber, text: text ?? '' }]
  })
}

/** A folder and what keeps the relay from it. */
const passedOver = ({ text }: Seen): RelayPlace['passedOver'][number] => {
  const at = text.indexOf(': ')
  return { folder: excerpt(text.slice(0, at), longest.line) || '-', why: excerpt(text.slice(at + 2)) || '-' }
}

const hashOf = (binary: Buffer): string => createHash('sha256').update(binary).digest('hex')

/** Hashes of the relays that there are, by processor. */
function hashes(): Record<string, string> {
  return Object.fromEntries(
    ['x86_64', 'aarch64'].flatMap((machine) => {
      try {
        return [[machine, hashOf(relayBinary(machine))]]
      } catch {
        return []
      }
    }),
  )
}

export interface RelayOnNode {
  /** Absolute path. */
  program: string
  place: RelayPlace
}

/**
 * Makes sure that the relay lies on the node.
 * @param step puts it there by a step of a job; null: on the host of the shells
 * @throws VizlinkError relay-refused, and what `HostShells.run` throws
 */
export async function ensureRelay(
  shells: Pick<HostShells, 'run'>,
  step: JobStep | null,
  deadlineMs: number,
): Promise<RelayOnNode> {
  const known = hashes()
  const look: HostCommand = { script: lookScript(known) }
  const asked = await shells.run({ command: look, step, deadlineMs, maximumBytes: maximumAnswer })
  const machine = /^machine (.*)$/m.exec(asked.stdout)?.[1]
  if (machine === undefined) throw relayRefused('nothing-runs', asked.stderr || asked.stdout)
  const hash = known[machine]
  if (hash === undefined) throw relayRefused('no-program-for-node', machine)
  const seen = seenIn(asked.stdout)
  const refused = seen.filter(({ kind }) => kind === 'no').map(passedOver)
  let good = seen.find(({ kind }) => kind !== 'no') ?? null
  // What looked free may be full: then the next one.
  for (const number of places) {
    if (good?.kind === 'there') break
    if (good === null || number < good.number) continue
    const put = await shells.run({
      command: { script: putScript(number, hash) },
      step,
      deadlineMs: Math.max(deadlineMs, putDeadlineMs),
      maximumBytes: maximumAnswer,
      input: relayBinary(machine),
    })
    const [result] = seenIn(put.stdout)
    if (result?.kind === 'there') good = result
    else refused.push(result ? passedOver(result) : { folder: '-', why: excerpt(put.stderr) || '-' })
  }
  if (good?.kind !== 'there')
    throw relayRefused('not-put', refused.map(({ folder, why }) => `${folder}: ${why}`).join('\n'))
  return {
    program: `${good.text}/relay-${hash.slice(0, 32)}`,
    place: { folder: excerpt(good.text, longest.line), passedOver: refused.slice(0, 8) },
  }
}
