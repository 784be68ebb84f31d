/** The dashboard's view of the services: what it tests (Slurm, Prometheus, the disk) and what it only claims. */
import { inside } from '../support/addresses.ts'
import { pythonTime } from './flask.ts'
import type { SlurmReader } from './slurm-reader.ts'
import { diskFigures } from './storage.ts'

export interface HealthOptions {
  reader: SlurmReader
  startedAt: number
  /** Ports on the inner address. */
  prometheusPort: number
  nodeExporterPort: number
  /** Folder whose disk counts as the site's storage. */
  scratch: string
  mock: boolean
}

const gibibyte = 2 ** 30
const rounded = (value: number): number => Math.round(value * 100) / 100

const answers = (port: number, path: string): Promise<boolean> =>
  fetch(`http://${inside}:${port}${path}`, { signal: AbortSignal.timeout(3000) }).then(
    (response) => response.ok,
    () => false,
  )

/** `/api/health/status`. */
export async function healthStatus(
  options: HealthOptions,
): Promise<{ services: Record<string, { status: string }> }> {
  const { mock } = options
  const now = pythonTime()
  const uptime = new Date(Date.now() - options.startedAt).toISOString().slice(11, 19)
  const [ping, prometheus, nodeExporter, disk] = await Promise.all([
    mock ? 'up' : options.reader.ping(),
    mock || answers(options.prometheusPort, '/-/healthy'),
    mock || answers(options.nodeExporterPort, '/metrics'),
    diskFigures(options.scratch),
  ])
  const down = { status: 'down', error: 'Connection failed', last_check: now }
  const constants = { uptime_percentage: 99.9, last_check: now }
  const services = {
    backend: {
      status: 'healthy',
      uptime,
      memory_mb: rounded(process.memoryUsage.rss() / 2 ** 20),
      cpu_percent: 0,
      ...constants,
    },
    websocket: {
      // Always: it does not test the WebSocket service at all.
      status: 'healthy',
      mode: 'integrated',
      info: 'WebSocket integrated with Flask backend (SocketIO)',
      uptime,
      ...constants,
    },
    prometheus: !prometheus
      ? down
      : mock
        ? {
            status: 'healthy',
            total_targets: 5,
            up_targets: 5,
            down_targets: 0,
            uptime: '24:15:30',
            ...constants,
          }
        : {
            status: 'healthy',
            total_targets: 2,
            up_targets: 2,
            down_targets: 0,
            down_target_details: [],
            uptime: 'N/A',
            ...constants,
          },
    node_exporter: !nodeExporter
      ? down
      : { status: 'healthy', uptime: mock ? '48:20:15' : 'N/A', ...constants },
    slurm:
      ping === null
        ? { status: 'down', error: 'Unknown error', last_check: now }
        : {
            status: 'healthy',
            slurmctld: 'up',
            // A constant: no slurmd is asked.
            slurmd: 'up',
            ...(mock ? {} : { details: ping }),
            uptime: mock ? '120:45:30' : 'N/A',
            uptime_percentage: 100,
            last_check: now,
          },
    database: {
      status: 'healthy',
      table_count: 12,
      notifications_count: 5,
      size_mb: 0.25,
      uptime: 'N/A',
      ...constants,
    },
    storage: {
      status: (disk?.usagePercent ?? 0) > 90 ? 'warning' : 'healthy',
      usage_percent: disk?.usagePercent ?? 0,
      free_gb: rounded((disk?.availableBytes ?? 0) / gibibyte),
      total_gb: rounded((disk?.totalBytes ?? 0) / gibibyte),
      last_check: now,
    },
  }
  const words = Object.values(services).map(({ status }) => status)
  return {
    success: true,
    // Critical as soon as Prometheus or node_exporter is missing.
    overall_status: words.includes('down') ? 'critical' : words.includes('warning') ? 'warning' : 'healthy',
    mode: mock ? 'mock' : 'production',
    timestamp: now,
    services,
  } as { services: Record<string, { status: string }> }
}

/** `/api/health/summary`: the same as counts. */
export async function healthSummary(options: HealthOptions): Promise<object> {
  const { services } = await healthStatus(options)
  const count = (...words: string[]): number =>
    Object.values(services).filter(({ status }) => words.includes(status)).length
  return {
    success: true,
    healthy_count: count('healthy'),
    warning_count: count('warning'),
    critical_count: count('down', 'critical'),
    total_services: Object.keys(services).length,
    timestamp: pythonTime(),
  }
}
