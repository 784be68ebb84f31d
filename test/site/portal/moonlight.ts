/**
 * The portal's Moonlight backend: sessions as Redis hashes, jobs by real `sbatch`, statuses by real `squeue`, identity by an
 * unverified header. Its defects are kept on purpose: clients must live with them.
 */
import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { imageFile as fileOfImage } from '../files/folders.ts'
import type { SharedFolders } from '../files/folders.ts'
import type { Slurm } from '../slurm/index.ts'
import type { BasePorts } from './base-ports.ts'
import { HtmlError, requestJson } from './flask.ts'
import type { Handler, Routes } from './flask.ts'
import { jobScript } from './job-script.ts'
import type { JobScript } from './job-script.ts'
import { sessionStore } from './session-store.ts'
import type { HeldFaults } from './sign-in.ts'

export interface MoonlightOptions {
  redis: Redis
  slurm: Slurm
  basePorts: BasePorts
  folders: SharedFolders
  portalOrigin: () => string
  held: HeldFaults
  imagesListed: boolean
  /** Command that runs a host on `basePort` with its files in `directory` until it is ended. */
  hostCommand(session: { basePort: number; directory: string; sessionId: string }): Promise<string[]>
}

const images = [
  {
    id: 'desktop',
    name: 'XFCE4 Desktop (Sunshine)',
    description: 'Lightweight XFCE4 desktop with Sunshine streaming',
    icon: '🖥️',
    default: true,
  },
  {
    id: 'gnome',
    name: 'GNOME Desktop (Sunshine)',
    description: 'Full-featured GNOME desktop with Sunshine streaming',
    icon: '🎨',
    default: false,
  },
  {
    id: 'gnome_lsprepost',
    name: 'GNOME + LS-PrePost (Sunshine)',
    description: 'GNOME desktop with LS-PrePost CAE software and Sunshine streaming',
    icon: '🔧',
    default: false,
  },
]

/** Session ids hold whatever the header held; as file names they must stay inside their folder. */
const fileName = (sessionId: string): string => sessionId.replace(/[^\w.@-]/g, '_')
const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** What a session's job does, by the faults that hold. */
function behaviour(held: HeldFaults): JobScript['behaviour'] {
  if (held.has('sunshine-command-line')) return 'refused-command-line'
  if (held.has('job-ends-early')) return 'end-early'
  if (held.has('node-program-missing')) return 'program-missing'
  if (held.has('image-unpacked-first')) return 'unpack'
  return held.has('host-not-ready') ? 'never-ready' : 'run'
}

/** File that holds the process id of a session's host. */
export const hostProcessFile = (folders: SharedFolders, sessionId: string): string =>
  join(folders.sessions, fileName(sessionId), 'host.pid')

/** Routes of the backend; nginx removes the prefix `/api/moonlight`. */
export function moonlightRoutes(options: MoonlightOptions): Routes {
  const { redis, slurm, folders } = options
  const imageFile = (folder: string, id: string): string => join(folder, fileOfImage(id))
  const userOf = (request: Parameters<Handler>[0]): string => request.header('x-username') ?? 'testuser'

  /** What Slurm says of a job: its state in lower case, `completed` once it is gone, null when squeue does not answer in time. */
  const statusOf = async (jobId: string): Promise<string | null> => {
    const asked = await slurm
      .run('squeue', ['--job', jobId, '--noheader', '--format=%T'], 5000)
      .catch(() => null)
    if (asked === null || asked.timedOut) return null
    const word = asked.stdout.trim()
    return asked.code !== 0 || word === '' ? 'completed' : word.toLowerCase()
  }

  const store = sessionStore(redis, statusOf, () => options.held.has('in-memory-fallback'))

  const listSessions: Handler = async (request) => {
    try {
      return { status: 200, json: { sessions: await store().list(userOf(request)) } }
    } catch (error) {
      return { status: 500, json: { error: (error as Error).message, sessions: [] } }
    }
  }

  /** CPUs and memory as the portal computes them: from the smallest node, 90 % of its memory. */
  const resources = async (): Promise<{ cpus: number; memoryGigabytes: number }> => {
    const smallest = async (format: string): Promise<number> => {
      const listed = await slurm.run('sinfo', ['-N', '-p', slurm.partition, '-o', format, '--noheader'], 5000)
      return Math.min(
        ...listed.stdout
          .split('\n')
          .filter(Boolean)
          .map((text) => Number(text.replace('+', ''))),
      )
    }
    const [cpus, megabytes] = await Promise.all([smallest('%c'), smallest('%m')])
    if (!Number.isFinite(cpus) || !Number.isFinite(megabytes)) return { cpus: 2, memoryGigabytes: 2 }
    return {
      cpus: cpus >= 16 ? 16 : cpus,
      memoryGigabytes: Math.max(1, Math.floor((megabytes * 0.9) / 1024)),
    }
  }

  const submit = async (job: JobScript): Promise<string> => {
    const file = join(folders.scripts, `moonlight_${fileName(job.sessionId)}.sh`)
    await writeFile(file, jobScript(job), { mode: 0o755 })
    const submitted = await slurm.run('sbatch', [file]).catch((error: Error) => error)
    if (submitted instanceof Error) throw new Error("[Errno 2] No such file or directory: 'sbatch'")
    // As in the portal, what sbatch says is not passed on.
    if (submitted.code !== 0)
      throw new Error(`Command '['sbatch', '${file}']' returned non-zero exit status ${submitted.code}.`)
    await rm(file, { force: true })
    return submitted.stdout.trim().split(/\s+/).at(-1) ?? ''
  }

  const createSession: Handler = async (request) => {
    const body = requestJson(request)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new HtmlError(500)
    const imageId = (body as { image_id?: unknown }).image_id ?? 'desktop'
    // An array or an object cannot be looked up in Python's table of images.
    if (typeof imageId === 'object') throw new HtmlError(500)
    if (typeof imageId !== 'string' || !images.some(({ id }) => id === imageId)) {
      const given = typeof imageId === 'string' ? imageId : JSON.stringify(imageId)
      return { status: 400, json: { error: `Invalid image_id: ${given}` } }
    }
    const controllerImage = imageFile(folders.controllerImages, imageId)
    if (!(await exists(controllerImage)))
      return { status: 404, json: { error: `Image not found: ${controllerImage}` } }
    const user = userOf(request)
    const createdAt = Math.floor(Date.now() / 1000)
    const sessionId = `ml-${user}-${createdAt}`

    const sessions = store()
    const others = await sessions.taken()
    const displays = others.map((other) => other.display)
    const display = Array.from({ length: 90 }, (_, index) => index + 10).find(
      (number) => !displays.includes(number),
    )
    if (display === undefined) return { status: 503, json: { error: 'No available display numbers' } }

    let jobId: string
    let basePort: number
    try {
      basePort = await options.basePorts.allocate(others.map((other) => other.port))
      const directory = join(folders.sessions, fileName(sessionId))
      await mkdir(directory, { recursive: true, mode: 0o700 })
      jobId = await submit({
        sessionId,
        user,
        imageId,
        display,
        basePort,
        ...(await resources()),
        logFile: join(folders.nodeLogs, `${fileName(sessionId)}.log`),
        imageFile: imageFile(folders.nodeImages, imageId),
        command: await options.hostCommand({ basePort, directory, sessionId }),
        hostProcessFile: hostProcessFile(folders, sessionId),
        behaviour: behaviour(options.held),
        sunshineLog: join(directory, 'logs', 'sunshine.log'),
      })
    } catch (error) {
      return { status: 500, json: { error: `Failed to submit Slurm job: ${(error as Error).message}` } }
    }
    const webUrl = `${options.portalOrigin()}/moonlight/${sessionId}`
    await sessions.put({
      session_id: sessionId,
      username: user,
      image_id: imageId,
      display_num: display,
      sunshine_port: basePort,
      slurm_job_id: jobId,
      status: 'starting',
      created_at: createdAt,
      web_url: webUrl,
    })
    return {
      status: 201,
      json: {
        session_id: sessionId,
        status: 'starting',
        web_url: webUrl,
        sunshine_port: basePort,
        slurm_job_id: jobId,
      },
    }
  }

  const deleteSession: Handler = async (request) => {
    const jobId = await store().remove(request.parameters.id ?? '')
    if (jobId === null) return { status: 404, json: { error: 'Session not found' } }
    if (jobId) await slurm.run('scancel', [jobId])
    return { status: 200, json: { message: 'Session deleted successfully' } }
  }

  const listImages: Handler = async () => ({
    status: 200,
    json: {
      images: await Promise.all(
        images.map(async (image) => ({
          ...image,
          available: await exists(imageFile(folders.controllerImages, image.id)),
        })),
      ),
    },
  })

  const health: Handler = () => ({
    status: 200,
    json: { status: 'healthy', service: 'moonlight_backend', port: 8004 },
  })

  return {
    '/': {
      GET: () => ({
        status: 200,
        json: {
          service: 'Moonlight/Sunshine Backend',
          version: '1.0.0',
          api_prefix: '/api/moonlight',
          endpoints: {
            health: '/health',
            images: '/api/moonlight/images',
            sessions: '/api/moonlight/sessions',
          },
        },
      }),
    },
    '/health': { GET: health },
    '/api/moonlight/health': { GET: health },
    ...(options.imagesListed ? { '/images': { GET: listImages } } : {}),
    '/sessions': { GET: listSessions, POST: createSession },
    '/sessions/:id': { DELETE: deleteSession },
  }
}
