/**
 * A stand-in for Prometheus and node_exporter on the controller (the real ones are too heavy for a demo): the v1 API's
 * shapes, over figures of /proc that are read every two seconds. As shipped it scrapes the controller only: no node, no GPU.
 */
import { readFileSync, statfsSync } from 'node:fs'
import { startService } from './flask.ts'
import type { FlaskAnswer, Handler, Service } from './flask.ts'
import { BadQuery, compile } from './prometheus-query.ts'
import type { Series } from './prometheus-query.ts'

const instance = 'localhost:9100'
const job = 'node_exporter'
const everyMs = 2000
const kept = 1800

type Figure = [name: string, labels: Record<string, string>, value: number]

/** What node_exporter would say now. */
function figures(): Figure[] {
  const read = (file: string): string => readFileSync(`/proc/${file}`, 'utf8')
  const cpus = [...read('stat').matchAll(/^cpu(\d+) (.*)$/gm)].flatMap(([, cpu, ticks]) => {
    const [user, nice, system, idle, iowait] = ticks!.split(' ').map((text) => Number(text) / 100)
    return Object.entries({ user, nice, system, idle, iowait }).map(([mode, seconds]): Figure => [
      'node_cpu_seconds_total',
      { cpu: cpu!, mode },
      seconds ?? 0,
    ])
  })
  const memory = [...read('meminfo').matchAll(/^(MemTotal|MemFree|MemAvailable|Cached): +(\d+) kB$/gm)].map(
    ([, name, kilobytes]): Figure => [`node_memory_${name}_bytes`, {}, Number(kilobytes) * 1024],
  )
  const load = read('loadavg').split(' ').slice(0, 3).map(Number)
  const traffic = [...read('net/dev').matchAll(/^ *(\S+): *(\d+)(?: +\d+){7} +(\d+)/gm)].flatMap(
    ([, device, received, sent]): Figure[] => [
      ['node_network_receive_bytes_total', { device: device! }, Number(received)],
      ['node_network_transmit_bytes_total', { device: device! }, Number(sent)],
    ],
  )
  const disk = statfsSync('/')
  const filesystem = { device: '/dev/root', fstype: 'ext4', mountpoint: '/' }
  return [
    ['up', {}, 1],
    ...cpus,
    ...memory,
    ['node_load1', {}, load[0] ?? 0],
    ['node_load5', {}, load[1] ?? 0],
    ['node_load15', {}, load[2] ?? 0],
    ...traffic,
    ['node_filesystem_size_bytes', filesystem, disk.blocks * disk.bsize],
    ['node_filesystem_avail_bytes', filesystem, disk.bavail * disk.bsize],
  ]
}

const exposition = (): string =>
  figures()
    .map(([name, labels, value]) => {
      const words = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
      return `${name}${words.length > 0 ? `{${words.join(',')}}` : ''} ${value}\n`
    })
    .join('')

const success = (data: unknown): FlaskAnswer => ({ status: 200, json: { status: 'success', data } })
const refuse = (error: string): FlaskAnswer => ({
  status: 400,
  json: { status: 'error', errorType: 'bad_data', error },
})
const plain = (body: string): FlaskAnswer => ({
  status: 200,
  text: { type: 'text/plain; charset=utf-8', body },
})

export interface Prometheus {
  server: Service
  nodeExporter: Service
  dispose(): Promise<void>
}

/** Starts both; figures are read while the server runs. */
export async function startPrometheus(): Promise<Prometheus> {
  const series = new Map<string, Series>()
  const scrape = (): void => {
    const now = Date.now() / 1000
    for (const [name, labels, value] of figures()) {
      const all = { __name__: name, instance, job, ...labels }
      const key = JSON.stringify(all)
      const one: Series = series.get(key) ?? { labels: all, samples: [] }
      one.samples.push([now, value])
      if (one.samples.length > kept) one.samples.shift()
      series.set(key, one)
    }
  }
  scrape()
  const timer = setInterval(scrape, everyMs).unref()
  const all = (): Series[] => [...series.values()]
  const time = (text: string | null, preset: number): number => {
    if (text === null) return preset
    const seconds = /^[\d.]+$/.test(text) ? Number(text) : Date.parse(text) / 1000
    if (!Number.isFinite(seconds))
      throw new BadQuery(`cannot parse ${JSON.stringify(text)} to a valid timestamp`)
    return seconds
  }
  const judged =
    (handler: Handler): Handler =>
    async (request) => {
      try {
        return await handler(request)
      } catch (error) {
        if (error instanceof BadQuery) return refuse(error.message)
        throw error
      }
    }
  const names = (): string[] => [...new Set(all().flatMap(({ labels }) => Object.keys(labels)))].sort()
  const query: Handler = judged(({ query: given }) => {
    const evaluate = compile(given.get('query') ?? '', all)
    const at = time(given.get('time'), Date.now() / 1000)
    const value = evaluate(at)
    if (typeof value === 'number') return success({ resultType: 'scalar', result: [at, String(value)] })
    const result = value.map((one) => ({ metric: one.labels, value: [at, String(one.value)] }))
    return success({ resultType: 'vector', result })
  })
  const queryRange: Handler = judged(({ query: given }) => {
    const evaluate = compile(given.get('query') ?? '', all)
    const now = Date.now() / 1000
    const [start, end] = [time(given.get('start'), now - 300), time(given.get('end'), now)]
    const step = Number(/^[\d.]+/.exec(given.get('step') ?? '15')?.[0] ?? NaN)
    if (!(step > 0)) throw new BadQuery('zero or negative query resolution step widths are not accepted')
    if ((end - start) / step > 11_000)
      throw new BadQuery('exceeded maximum resolution of 11,000 points per timeseries.')
    const rows = new Map<string, { metric: Record<string, string>; values: [number, string][] }>()
    for (let at = start; at <= end; at += step) {
      const value = evaluate(at)
      for (const one of typeof value === 'number' ? [{ labels: {}, value }] : value) {
        const key = JSON.stringify(one.labels)
        const row = rows.get(key) ?? { metric: one.labels, values: [] }
        row.values.push([at, String(one.value)])
        rows.set(key, row)
      }
    }
    return success({ resultType: 'matrix', result: [...rows.values()] })
  })
  const target = (scrapePool: string, address: string): object => ({
    discoveredLabels: {
      __address__: address,
      __metrics_path__: '/metrics',
      __scheme__: 'http',
      job: scrapePool,
    },
    labels: { instance: address, job: scrapePool },
    scrapePool,
    scrapeUrl: `http://${address}/metrics`,
    globalUrl: `http://${address}/metrics`,
    lastError: '',
    lastScrape: new Date().toISOString(),
    lastScrapeDuration: 0.004,
    health: 'up',
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  })
  const exporter = await startService({ '/metrics': { GET: () => plain(exposition()) } })
  const server = await startService({
    '/-/healthy': { GET: () => plain('Prometheus Server is Healthy.\n') },
    '/-/ready': { GET: () => plain('Prometheus Server is Ready.\n') },
    '/api/v1/query': { GET: query },
    '/api/v1/query_range': { GET: queryRange },
    '/api/v1/labels': { GET: () => success(names()) },
    '/api/v1/label/:name/values': {
      GET: ({ parameters }) =>
        success(
          [
            ...new Set(
              all().flatMap(({ labels }): string[] => {
                const value = labels[parameters.name ?? '']
                return value === undefined ? [] : [value]
              }),
            ),
          ].sort(),
        ),
    },
    '/api/v1/series': {
      GET: ({ query: given }) => {
        const wanted = given.getAll('match[]')
        return success(
          all()
            .map(({ labels }) => labels)
            .filter(({ __name__ }) => wanted.includes(__name__ ?? '')),
        )
      },
    },
    '/api/v1/targets': {
      GET: () =>
        success({
          activeTargets: [target('dashboard', 'localhost:5010'), target(job, instance)],
          droppedTargets: [],
        }),
    },
    '/api/v1/rules': { GET: () => success({ groups: [] }) },
    '/api/v1/alerts': { GET: () => success({ alerts: [] }) },
    '/api/v1/status/config': { GET: () => success({ yaml: 'global:\n  scrape_interval: 15s\n' }) },
  }).catch(async (error: unknown) => {
    clearInterval(timer)
    await exporter.dispose()
    throw error
  })
  return {
    server,
    nodeExporter: exporter,
    async dispose() {
      clearInterval(timer)
      await Promise.all([server.dispose(), exporter.dispose()])
    },
  }
}
