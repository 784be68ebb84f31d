/** The dashboard's pass-through to Prometheus: its answers unchanged, or the dashboard's own short errors. */
import { inside } from '../support/addresses.ts'
import type { FlaskAnswer, FlaskRequest, Handler, Routes } from './flask.ts'

const refuse = (status: number, error: string): FlaskAnswer => ({ status, json: { error } })

export function prometheusRoutes(port: number, mode: () => string): Routes {
  const base = `http://${inside}:${port}`
  const pass =
    (
      path: (request: FlaskRequest) => string,
      failure: string,
      wanted?: [name: string, complaint: string],
    ): Handler =>
    async (request) => {
      if (wanted && request.query.get(wanted[0]) === null) return refuse(400, wanted[1])
      try {
        const response = await fetch(`${base}/api/v1${path(request)}?${request.query.toString()}`, {
          signal: AbortSignal.timeout(10_000),
        })
        // The real service raises for every status that is no success: the reason is lost.
        if (!response.ok) return refuse(500, failure)
        return { status: 200, json: (await response.json()) as unknown }
      } catch {
        return refuse(500, failure)
      }
    }
  const simple = (path: string, failure: string, wanted?: [string, string]) => ({
    GET: pass(() => path, failure, wanted),
  })
  return {
    '/api/prometheus/query': simple('/query', 'Failed to query Prometheus', [
      'query',
      'Query parameter is required',
    ]),
    '/api/prometheus/query_range': simple('/query_range', 'Failed to query Prometheus', [
      'query',
      'Query, start, end, and step parameters are required',
    ]),
    '/api/prometheus/labels': simple('/labels', 'Failed to get labels'),
    '/api/prometheus/label/:name/values': {
      GET: pass(
        ({ parameters }) => `/label/${encodeURIComponent(parameters.name ?? '')}/values`,
        'Failed to get label values',
      ),
    },
    '/api/prometheus/series': simple('/series', 'Failed to get series'),
    '/api/prometheus/targets': simple('/targets', 'Failed to get targets'),
    '/api/prometheus/rules': simple('/rules', 'Failed to get rules'),
    '/api/prometheus/alerts': simple('/alerts', 'Failed to get alerts'),
    '/api/prometheus/status/config': simple('/status/config', 'Failed to get config'),
    '/api/prometheus/health': {
      GET: async () => {
        const about = { mode: mode(), prometheus_url: 'http://localhost:9090' }
        try {
          const response = await fetch(`${base}/-/healthy`, { signal: AbortSignal.timeout(5000) })
          if (response.ok) return { status: 200, json: { status: 'healthy', ...about } }
          return { status: 503, json: { status: 'unhealthy', ...about } }
        } catch {
          const error =
            "HTTPConnectionPool(host='localhost', port=9090): Max retries exceeded with url: /-/healthy (Caused by NewConnectionError(\"HTTPConnection(host='localhost', port=9090): Failed to establish a new connection: [Errno 111] Connection refused\"))"
          return { status: 503, json: { status: 'unhealthy', ...about, error } }
        }
      },
    },
  }
}
