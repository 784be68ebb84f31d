/** Prometheus's query API as far as small plots need it: machines that are known, and one figure of one of them over time. */
import { z } from 'zod'
import type { Point } from '../../shared/model/status.ts'
import { fail } from '../../shared/errors.ts'
import type { PortalSender } from '../portal/http.ts'

const namesShape = z.object({ status: z.literal('success'), data: z.array(z.string()) })
const rangeShape = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
})

const mostMachines = 5000
const mostPoints = 300
const deadlineMs = 10_000

/** What is measured of a machine, by node_exporter's names, in percent. */
export const machineQueries = {
  cpu: (machine: string) =>
    `100 - 100 * avg(rate(node_cpu_seconds_total{instance=${quoted(machine)}, mode="idle"}[2m]))`,
  memory: (machine: string) =>
    `100 - 100 * node_memory_MemAvailable_bytes{instance=${quoted(machine)}} / node_memory_MemTotal_bytes{instance=${quoted(machine)}}`,
}

/** A string of PromQL: its escapes are JSON's for everything that occurs in a name. */
const quoted = (text: string): string => JSON.stringify(text)

export class Prometheus {
  private readonly http: PortalSender
  private readonly base: string

  /** @param base what comes before `/query_range`: `/api/v1` of Prometheus, or the dashboard's way to it */
  constructor(http: PortalSender, base: string) {
    this.http = http
    this.base = base.replace(/\/+$/, '')
  }

  /** Machines by Prometheus's names, `address:port`. */
  async machines(): Promise<string[]> {
    return (await this.ask('/label/instance/values', namesShape)).data.slice(0, mostMachines)
  }

  /** One figure over the last `seconds`; empty where Prometheus has none. */
  async history(query: string, seconds: number, now: number): Promise<Point[]> {
    const end = Math.floor(now / 1000)
    const step = Math.max(15, Math.ceil(seconds / 120))
    const words = new URLSearchParams({
      query,
      start: String(end - seconds),
      end: String(end),
      step: String(step),
    })
    const { data } = await this.ask(`/query_range?${words}`, rangeShape)
    const values = data.result[0]?.values ?? []
    return values.slice(-mostPoints).map(([at, text]): Point => {
      const value = /^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
      return [Math.round(at * 1000), Number.isFinite(value) ? value : null]
    })
  }

  private async ask<T extends z.ZodType>(path: string, shape: T): Promise<z.infer<T>> {
    const answer = await this.http.send(this.base + path, { deadlineMs })
    const parsed = shape.safeParse(answer.json)
    if (answer.status === 200 && parsed.success) return parsed.data
    throw fail('portal-error', 'prometheus', {
      evidence: [
        { label: 'request', value: path.split('?')[0]! },
        { label: 'status', value: String(answer.status) },
      ],
    })
  }
}

/** The machine that is the node: `viz01`, `viz01:9100`, `viz01.cluster:9100`. */
export function machineOf(node: string, machines: readonly string[]): string | null {
  const short = (name: string): string => name.replace(/:\d+$/, '').split('.')[0]!.toLowerCase()
  return machines.find((machine) => short(machine) === short(node)) ?? null
}
