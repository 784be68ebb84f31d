/** Whether what answers at a VNC desktop's port is of its job: such desktops have no password, so anybody could sit there. */
import { listenersCommand, parseListeners } from '../../domain/port-owner.ts'
import { fail } from '../../shared/errors.ts'
import type { JobOwner } from '../../protocols/slurm/job.ts'
import type { LinkClient } from './link-client.ts'
import { asText, type Text } from '../../shared/texts/index.ts'

const deadlineMs = 15_000

/**
 * @param hopId login on the node; null: there is none, nothing can be seen
 * @returns a warning, null where all is well
 * @throws VizlinkError certificate-mismatch: somebody else's program answers there
 */
export async function checkPortOwner(
  link: Pick<LinkClient, 'request'>,
  hopId: string | null,
  port: number,
  owner: JobOwner | null,
): Promise<Text | null> {
  const unknown = asText('desktop.warning.vncOwner')
  if (hopId === null || owner === null) return unknown
  const command = { script: `id -u; ${listenersCommand}` }
  const answer = await link.request('exec', { hopId, command, deadlineMs, maximumBytes: 256 * 1024 })
  const own = /^(\d{1,10})$/m.exec(answer.stdout)?.[1]
  const there = parseListeners(answer.stdout).filter((one) => one.port === port)
  if (own === undefined || there.length === 0) return unknown
  const foreign = there.find(({ uid }) => uid !== owner.uid && uid !== Number(own))
  if (!foreign) return null
  throw fail('certificate-mismatch', 'foreign-vnc-server', {
    evidence: [
      { label: 'port', value: String(port) },
      { label: 'port-owner', value: String(foreign.uid) },
      { label: 'job-runs-as', value: `${owner.name} (${owner.uid})` },
    ],
    retryable: false,
  })
}
