/** A site with one of the portal's nginx files, and what a cell of the matrix does to it. Cells on one site wait for each other. */
import { vi } from 'vitest'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startSite } from '../../site/index.ts'
import type { NginxForm } from '../../site/nginx/forms.ts'
import { freePorts } from '../../site/support/ports.ts'
import type { Site } from '../../site/types.ts'
import { startTestClient, type TestClient } from '../../support/test-client.ts'
import { overSsh } from '../site/ssh.ts'

/** What a profile has. */
export interface ProfileParts {
  oidc: boolean
  /** The address of the service itself, for portals that do not lead to it. */
  moonlightUrl: boolean
}

export interface Place {
  form: NginxForm
  site: Site
  /** What this site's clients keep. */
  dataFolder: string
  /** PEM of the authority that browsers trust. */
  ca: string
  /** Where the portal's fixed port is for this site's clients. */
  handOffPort: number
  /** Writes a client's profile. */
  profile(parts: ProfileParts): string
  /** A client of its own. */
  client(parts: ProfileParts): Promise<TestClient>
  /** Runs a command on the login host, as the administrator of Slurm. */
  shell: (command: string) => Promise<string>
  /** Fills the only node with somebody else's job. @returns frees it */
  fillNode: () => Promise<() => Promise<void>>
  /** One after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>
  dispose(): Promise<void>
}

interface ProfileJson {
  portal: Record<string, unknown>
}

export async function startPlace(form: NginxForm): Promise<Place> {
  const site = await startSite({ desktop: 'plain', nodes: 1, nginx: form, standardsOidc: true })
  const [handOffPort = 0] = await freePorts(1)
  const shell = (command: string): Promise<string> => overSsh(site, command)
  const profileFile = join(site.directory, 'profile-cell.json')
  const dataFolder = join(site.directory, 'client')
  await mkdir(dataFolder)
  let turn: Promise<unknown> = Promise.resolve()
  const profile = ({ oidc, moonlightUrl }: ProfileParts): string => {
    const json = JSON.parse(readFileSync(site.ready.profile, 'utf8')) as ProfileJson
    const portal = {
      ...json.portal,
      ...(oidc ? {} : { oidc: undefined }),
      ...(moonlightUrl ? { moonlightUrl: `http://${site.ready.services.moonlight}` } : {}),
    }
    writeFileSync(profileFile, JSON.stringify({ ...json, portal }))
    return profileFile
  }
  return {
    form,
    site,
    ca: readFileSync(site.ready.caFile, 'utf8'),
    handOffPort,
    shell,
    dataFolder,
    profile,
    client: (parts) =>
      startTestClient(profile(parts), { dataFolder, handOffPort, limits: { reconnectSeconds: 6 } }),
    async fillNode() {
      const id = (await shell('sbatch --parsable --mem=31000 --output=/dev/null --wrap "sleep 600"')).trim()
      await vi.waitUntil(async () => (await shell(`squeue -h -j ${id} -o %T`)).trim() === 'RUNNING', {
        timeout: 30_000,
        message: 'the node is taken',
      })
      return async () => void (await shell(`scancel ${id}`))
    },
    alone(work) {
      const mine = turn.then(work)
      turn = mine.catch(() => undefined)
      return mine
    },
    dispose: () => site.dispose(),
  }
}
