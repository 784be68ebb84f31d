/** States of the panels beside the stream. */
import {
  statusParts,
  type Measured,
  type Point,
  type StatusSnapshot,
} from '../../../src-main/shared/model/status.ts'
import { asText, type Saying } from '../../../src-main/shared/texts/index.ts'

const minute = 60_000
const gibibyte = 2 ** 30

/** A curve over the time until now; the same at every look. */
function curve(everyMs: number, count: number, base: number, swing: number, gapAt = -1): Point[] {
  const now = Date.now()
  return Array.from({ length: count }, (_, index): Point => [
    now - (count - 1 - index) * everyMs,
    index === gapAt ? null : base + swing * Math.sin(index / 6) + (swing / 3) * Math.sin(index * 1.7),
  ])
}

function part<T>(value: T, source: Saying, change: Partial<Measured<T>> = {}): Measured<T> {
  return { value, source, at: Date.now() - 3000, problem: null, invented: false, ...change }
}

const dashboard = asText('panels.sources.dashboard')
const here = asText('panels.sources.here')
const slurm = asText('panels.sources.slurm')
const pushed = asText('panels.sources.pushed')
const gpu = asText('panels.sources.gpu', { node: 'viz01' })

/** A healthy site with a little trouble here and there. */
export function status(change: Partial<StatusSnapshot> = {}): StatusSnapshot {
  const service = { responseMs: null, detail: null, constant: false }
  const disk = (name: string, used: number, total: number) => ({
    name,
    usedBytes: used * gibibyte,
    totalBytes: total * gibibyte,
    usedPercent: Math.round((used / total) * 1000) / 10,
  })
  return {
    siteId: 'demo',
    hasPortal: true,
    sessions: part(
      [
        { id: 'ml-ada-1793539200', kind: 'moonlight', status: 'running', jobId: '4711' },
        { id: 'vnc-ada-1793530000', kind: 'vnc', status: 'running', jobId: '4680' },
      ],
      asText('panels.sources.redis'),
    ),
    services: part(
      [
        { ...service, name: asText('panels.services.short.auth'), status: 'healthy', responseMs: 18 },
        { ...service, name: asText('panels.services.short.dashboard'), status: 'healthy', responseMs: 31 },
        { ...service, name: asText('panels.services.short.moonlight'), status: 'healthy', responseMs: 14 },
        {
          ...service,
          name: asText('panels.services.short.cae'),
          status: 'warning',
          responseMs: 1840,
          detail: asText('panels.services.answers', { status: 500 }),
        },
        {
          ...service,
          name: asText('panels.services.short.caeAutomation'),
          status: 'unknown',
          detail: asText('panels.services.noRoute'),
        },
        {
          ...service,
          name: asText('panels.services.short.webSocket'),
          status: 'down',
          detail: asText('panels.services.webServer', { status: 502 }),
        },
        { ...service, name: 'Redis', status: 'healthy', responseMs: 1.2 },
      ],
      here,
    ),
    reported: part(
      [
        { ...service, name: 'slurm', status: 'healthy' },
        { ...service, name: 'storage', status: 'healthy' },
        { ...service, name: 'websocket', status: 'healthy', constant: true },
        { ...service, name: 'prometheus', status: 'down', detail: 'Connection failed' },
      ],
      dashboard,
    ),
    routes: part(
      [
        { path: '/dashboard', state: 'there', responseMs: 9 },
        { path: '/vnc', state: 'there', responseMs: 8 },
        { path: '/cae', state: 'failing', responseMs: null },
        { path: '/app', state: 'there', responseMs: 11 },
        { path: '/moonlight', state: 'absent', responseMs: null },
        { path: '/socket.io', state: 'there', responseMs: 12 },
        { path: '/vncproxy', state: 'there', responseMs: 7 },
      ],
      here,
    ),
    nodes: part(
      [
        {
          name: 'viz01',
          state: 'mixed',
          reason: null,
          gpus: 'gpu:a40:1',
          cpusAllocated: 8,
          cpusTotal: 32,
          cpuLoad: 7.42,
          memoryMb: 256_000,
          freeMemoryMb: 120_000,
        },
        {
          name: 'viz02',
          state: 'down*',
          reason: 'Not responding [slurm@2026-11-25T01:10:00]',
          gpus: 'gpu:a40:1',
          cpusAllocated: 0,
          cpusTotal: 32,
          cpuLoad: null,
          memoryMb: 256_000,
          freeMemoryMb: null,
        },
      ],
      slurm,
    ),
    jobs: part(
      [
        { id: '4711', name: 'moonlight-ada', user: 'ada', state: 'RUNNING', runTime: '48:02' },
        { id: '4712', name: 'solver', user: 'grace', state: 'PENDING', runTime: '0:00' },
      ],
      slurm,
    ),
    cluster: part(
      {
        totalNodes: 2,
        idleNodes: 0,
        allocatedNodes: 1,
        downNodes: 1,
        activeJobs: 1,
        pendingJobs: 1,
        derived: { cpu: 50, memory: 45, gpu: 35 },
      },
      dashboard,
    ),
    disks: part(
      [disk('/home', 412, 500), disk('/scratch', 9.4 * 1024, 10 * 1024), disk('/data', 12, 100)],
      dashboard,
    ),
    dataDisk: part({ ...disk('/data', 12, 100), files: 48_211, folders: 37 }, pushed),
    scratch: part({ nodes: [disk('viz01', 210, 900)], totalNodes: 2, activeNodes: 1 }, pushed),
    notifications: part(
      [
        {
          id: 'n-2',
          type: 'system',
          title: 'Maintenance tonight',
          message: 'viz02 is being repaired from 22:00.',
          when: '2026-11-25 08:12:00',
          read: false,
          example: false,
        },
        {
          id: 'notif-001',
          type: 'job_completed',
          title: 'Job Completed',
          message: 'Job #12345 has finished successfully',
          when: '2026-11-01 09:00:00',
          read: false,
          example: true,
        },
      ],
      pushed,
    ),
    gpu: part(
      {
        node: 'viz01',
        gpus: [
          {
            index: 0,
            name: 'NVIDIA A40',
            utilisation: 38,
            memoryUsedMb: 1924,
            memoryTotalMb: 46_068,
            encoder: 12,
            temperature: 52,
            encoderSessions: 1,
          },
        ],
        plots: [
          { measure: 'gpu', points: curve(3000, 90, 40, 22, 40) },
          { measure: 'gpu-memory', points: curve(3000, 90, 8, 2) },
          { measure: 'encoder', points: curve(3000, 90, 14, 8) },
          { measure: 'temperature', points: curve(3000, 90, 52, 6) },
        ],
      },
      gpu,
    ),
    history: part(
      [
        {
          machine: 'viz01',
          ownNode: true,
          plots: [
            { measure: 'cpu', points: curve(30_000, 120, 35, 20) },
            { measure: 'memory', points: curve(30_000, 120, 61, 4) },
          ],
        },
      ],
      'Prometheus',
    ),
    ...change,
  }
}

/** The same of all parts. */
function all(change: (one: Measured<unknown>) => Partial<Measured<unknown>>): StatusSnapshot {
  const now = status()
  const parts = statusParts.map((name) => [name, { ...now[name], ...change(now[name] as Measured<unknown>) }])
  return { siteId: 'demo', hasPortal: true, ...Object.fromEntries(parts) } as StatusSnapshot
}

const word = 'a-very-long-name-that-was-not-thought-of-'

/** By scenario name; each is shown beside a running stream. */
export const panelStates: Record<string, () => StatusSnapshot> = {
  panels: () => status(),
  'panels-waiting': () => all(() => ({ value: null, at: null, source: '' })),
  'panels-stale': () =>
    all(() => ({
      at: Date.now() - 12 * minute,
      problem: { key: 'failures.portal-unreachable.no-answer.message' },
    })),
  'panels-last-failed': () =>
    all(() => ({ problem: { key: 'failures.portal-unreachable.no-answer.message' } })),
  'panels-invented': () => all(() => ({ invented: true, source: dashboard })),
  'panels-error': () =>
    all(() => ({
      value: null,
      at: null,
      source: dashboard,
      problem: { key: 'failures.portal-unreachable.unreachable.message' },
    })),
  'panels-no-gpu': () =>
    status({
      gpu: part({ node: 'viz01', gpus: [], plots: [] }, gpu),
      scratch: {
        ...{ value: null, source: pushed, at: null, invented: false },
        problem: { key: 'failures.portal-error.scratch-not-measured.message' },
      },
    }),
  'panels-no-portal': () => status({ hasPortal: false }),
  'panels-long': () => {
    const now = status()
    const nodes = Array.from({ length: 90 }, (_, index) => ({
      ...now.nodes.value![index % 2]!,
      name: `${word.repeat(2)}${index}`,
      reason: `${word} `.repeat(4),
    }))
    const note = now.notifications.value![0]!
    return {
      ...now,
      nodes: part(nodes, slurm),
      jobs: part(
        Array.from({ length: 200 }, (_, index) => ({
          ...now.jobs.value![0]!,
          id: String(index),
          name: word.repeat(4),
        })),
        slurm,
      ),
      notifications: part(
        Array.from({ length: 30 }, (_, index) => ({
          ...note,
          id: `n-${index}`,
          title: word.repeat(4),
          message: 'W'.repeat(900),
        })),
        pushed,
      ),
      services: part(
        now.services.value!.map((one) => ({ ...one, detail: word.repeat(5) })),
        here,
      ),
    }
  },
}
