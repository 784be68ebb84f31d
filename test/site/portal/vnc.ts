/**
 * The dashboard's VNC sessions: records in Redis, real Slurm jobs. A failure shows as a record that is gone. What listens
 * on the VNC port is the job's command; nothing does on the noVNC port, as where the portal's tunnel to it failed.
 */
import { access, writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { vncImageFile } from '../files/folders.ts'
import type { SharedFolders } from '../files/folders.ts'
import type { Slurm } from '../slurm/index.ts'
import { inside } from '../support/addresses.ts'
import { listens } from '../support/ports.ts'
import { guarded } from './bearer.ts'
import type { BearerOptions, Person } from './bearer.ts'
import { HtmlError, pythonTime, requestJson } from './flask.ts'
import type { FlaskAnswer, FlaskRequest, Routes } from './flask.ts'
import { plainWord, quote } from './job-script.ts'
import type { VncPorts } from './vnc-ports.ts'

export interface VncSession {
  session_id: string
  id: string
  job_id: number
  username: string
  email: string
  image_id: string
  image_name: string
  vnc_port: number
  novnc_port: number
  geometry: string
  duration_hours: number
  gpu_count: number
  status: string
  node: string | null
  novnc_url: string | null
  created_at: string
}

export interface VncOptions {
  redis: Redis
  slurm: Slurm
  folders: SharedFolders
  bearer: BearerOptions
  vncPorts: VncPorts
  imagesListed: boolean
  /** Command of a session's job, run on the node until it is ended. */
  vncCommand: (session: VncSession) => Promise<string[]>
}

const images = [
  {
    id: 'xfce4',
    file: vncImageFile('desktop'),
    name: 'XFCE4 Desktop',
    description: 'Lightweight desktop environment with XFCE4',
    icon: '🖥️',
    default: true,
  },
  {
    id: 'gnome',
    file: vncImageFile('gnome'),
    name: 'GNOME Desktop',
    description: 'Full-featured Ubuntu GNOME desktop environment',
    icon: '🎨',
    default: false,
  },
  {
    id: 'gnome_lsprepost',
    file: vncImageFile('gnome_lsprepost'),
    name: 'GNOME + LS-PrePost 4.12',
    description: 'GNOME Desktop with LS-PrePost 4.12.8 pre-installed',
    icon: '🔧',
    default: false,
  },
]
const index = 'vnc:session:index'
const key = (id: string): string => `vnc:session:${id}`
const hour = 3600
const ended = ['completed', 'completing', 'failed', 'cancelled', 'timeout', 'node_fail']
const creators = { groups: ['HPC-Admins', 'HPC-Users', 'GPU-Users'] }
const admins = { groups: ['HPC-Admins'] }

const error = (status: number, text: string): FlaskAnswer => ({ status, json: { error: text } })
const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

export function vncRoutes(options: VncOptions): Routes {
  const { redis, slurm, folders, bearer, vncPorts, imagesListed, vncCommand } = options
  const script = (session: VncSession, command: string[]): string => `#!/bin/bash
#SBATCH --job-name=vnc-${plainWord(session.username)}
#SBATCH --partition=${slurm.partition}
#SBATCH --nodes=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=${session.duration_hours}:00:00
#SBATCH --output=${folders.node.scratch}/vnc_logs/vnc-${plainWord(session.username)}-%j.out
exec ${command.map(quote).join(' ')}
`
  const submit = async (session: VncSession): Promise<number> => {
    const file = join(folders.scripts, `${plainWord(session.session_id)}.sh`)
    await writeFile(file, script(session, await vncCommand(session)), { mode: 0o700 })
    const done = await slurm.run('sbatch', [file])
    await rm(file, { force: true })
    if (done.code !== 0) throw new Error(`Job submission failed: Job submission failed: ${done.stderr}`)
    return Number(done.stdout.trim().split(/\s+/).at(-1))
  }
  /** Records carry these two once they are stored. */
  const store = (session: VncSession, seconds: number): Promise<unknown> =>
    redis.set(
      key(session.session_id),
      JSON.stringify({ ...session, _service: 'vnc', _updated_at: pythonTime(new Date()) }),
      'EX',
      seconds,
    )
  const load = async (id: string): Promise<VncSession | null> => {
    const text = await redis.get(key(id))
    return text === null ? null : (JSON.parse(text) as VncSession)
  }
  const forget = async ({ session_id: id, vnc_port: port }: VncSession): Promise<void> => {
    await redis.del(key(id))
    await redis.srem(index, id)
    vncPorts.giveBack(port)
  }
  const all = async (): Promise<VncSession[]> => {
    const ids = await redis.smembers(index)
    return (await Promise.all(ids.map(load))).filter((session) => session !== null)
  }
  /** The record as Slurm sees its job now; null once the job has ended, and the record is gone. */
  const refreshed = async (session: VncSession): Promise<VncSession | null> => {
    const asked = await slurm.run(
      'squeue',
      ['--job', String(session.job_id), '--noheader', '--format=%T|%N'],
      5000,
    )
    if (asked.timedOut) return session
    const [state = '', node = ''] = asked.stdout.trim().split('|')
    const status = asked.code !== 0 || state === '' ? 'completed' : state.toLowerCase()
    if (ended.includes(status)) {
      await forget(session)
      return null
    }
    const running = status === 'running' && node !== ''
    const address = running
      ? (/NodeAddr=(\S+)/.exec((await slurm.run('scontrol', ['show', 'node', node])).stdout)?.[1] ?? node)
      : null
    const now: VncSession = {
      ...session,
      status,
      node: address ?? session.node,
      // Set although the tunnel behind it may have failed.
      novnc_url: running
        ? `/vncproxy/${session.novnc_port}/vnc.html?autoconnect=true&resize=scale`
        : session.novnc_url,
    }
    await store(now, 8 * hour)
    return now
  }

  const create = async (request: FlaskRequest, person: Person): Promise<FlaskAnswer> => {
    const body = requestJson(request)
    if (typeof body !== 'object' || body === null) throw new HtmlError(500)
    const given = body as Record<string, unknown>
    const image = images.find(({ id }) => id === (given.image_id ?? 'xfce4'))
    if (!image) return error(400, `Invalid image_id: ${String(given.image_id)}`)
    const file = join(folders.nodeImages, image.file)
    if (!(await exists(file))) return error(500, `Image file not found on viz-node: ${file}`)
    const hours = given.duration_hours ?? 4
    if (typeof hours !== 'number') throw new HtmlError(500)
    const port = await vncPorts.take()
    if (port === null) return error(500, 'No free VNC port')
    const id = `vnc-${person.name}-${Math.floor(Date.now() / 1000)}`
    const session: VncSession = {
      session_id: id,
      id,
      job_id: 0,
      username: person.name,
      email: person.email,
      image_id: image.id,
      image_name: image.name,
      vnc_port: port,
      novnc_port: port + 1000,
      geometry: typeof given.geometry === 'string' ? given.geometry : '1920x1080',
      duration_hours: hours,
      gpu_count: Number(given.gpu_count ?? 1),
      status: 'pending',
      node: null,
      novnc_url: null,
      created_at: new Date().toISOString().replace('Z', '000'),
    }
    try {
      session.job_id = await submit(session)
    } catch (reason) {
      vncPorts.giveBack(port)
      return error(500, (reason as Error).message)
    }
    await store(session, (hours + 1) * hour)
    await redis.sadd(index, id)
    return { status: 201, json: session }
  }
  const list = async (_request: FlaskRequest, person: Person): Promise<FlaskAnswer> => {
    // With Redis down the real service says that there is none.
    const own = (await all().catch(() => [])).filter(({ username }) => username === person.name)
    const sessions = (await Promise.all(own.map(refreshed))).filter((session) => session !== null)
    return { status: 200, json: { sessions } }
  }
  /** Runs `use` for the owner or an administrator. */
  const one =
    (use: (session: VncSession) => Promise<object>) =>
    async (request: FlaskRequest, person: Person): Promise<FlaskAnswer> => {
      const session = await load(request.parameters.id ?? '')
      if (!session) return error(404, 'Session not found')
      if (session.username !== person.name && !person.groups.includes('HPC-Admins'))
        return error(403, 'Permission denied')
      return { status: 200, json: await use(session) }
    }
  const cancel = async (session: VncSession): Promise<void> => {
    await slurm.run('scancel', [String(session.job_id)])
    await forget(session)
  }
  const ready = async (session: VncSession): Promise<object> => {
    // The stored status: nothing is refreshed here.
    if (session.status !== 'running' || session.node === null)
      return { ready: false, reason: `Session status is ${session.status}` }
    const [vncPortReady, noVncPortReady] = await Promise.all([
      listens(session.vnc_port, session.node),
      listens(session.novnc_port, inside),
    ])
    return {
      ready: vncPortReady && noVncPortReady,
      vnc_port_ready: vncPortReady,
      novnc_port_ready: noVncPortReady,
      node: session.node,
      vnc_port: session.vnc_port,
      novnc_port: session.novnc_port,
    }
  }
  const listImages = async (): Promise<FlaskAnswer> => ({
    status: 200,
    json: {
      images: await Promise.all(
        images.map(async ({ file, ...image }) => ({
          ...image,
          available: await exists(join(folders.nodeImages, file)),
        })),
      ),
    },
  })
  return {
    '/api/vnc/sessions': { GET: guarded(bearer, {}, list), POST: guarded(bearer, creators, create) },
    '/api/vnc/sessions/all': {
      GET: guarded(bearer, admins, async () => {
        const sessions = await all()
        return { status: 200, json: { sessions, total: sessions.length } }
      }),
    },
    '/api/vnc/sessions/:id': {
      GET: guarded(
        bearer,
        {},
        one(async (session) => (await refreshed(session)) ?? { ...session, status: 'completed' }),
      ),
      DELETE: guarded(
        bearer,
        {},
        one(async (session) => {
          await cancel(session)
          return { message: 'Session terminated successfully' }
        }),
      ),
    },
    '/api/vnc/sessions/:id/reset': {
      POST: guarded(
        bearer,
        {},
        one(async (session) => {
          await cancel(session)
          const sandbox = `/scratch/vnc_sandboxes/${session.username}`
          return { message: 'Sandbox reset successfully', sandbox_path: sandbox, deleted: true }
        }),
      ),
    },
    '/api/vnc/sessions/:id/ready': { GET: guarded(bearer, {}, one(ready)) },
    ...(imagesListed ? { '/api/vnc/images': { GET: guarded(bearer, {}, listImages) } } : {}),
    // An undefined name in the real service.
    '/api/vnc/health': {
      GET: () => {
        throw new HtmlError(500)
      },
    },
  }
}
