/**
 * The four nginx files that portals are installed with: which prefix reaches which service, with their rewrites and gaps.
 * NG-A (plain HTTP, sign-in off) and NG-D (plain HTTP, rate limits) have no Moonlight route at all; NG-C is NG-B with a
 * Moonlight route that keeps its prefix, so that only the health answers.
 */

export const nginxForms = ['NG-A', 'NG-B', 'NG-C', 'NG-D'] as const
export type NginxForm = (typeof nginxForms)[number]

/** Addresses (`host:port`) of what is behind nginx. */
export interface Upstreams {
  auth: string
  dashboard: string
  moonlight: string
  cae: string
  caeAutomation: string
  webSocket: string
  prometheus: string
  nodeExporter: string
}

/** What nginx leads to. */
export type NginxRoutes = Record<'moonlight' | 'auth' | 'webSocket' | 'caeAutomation' | 'startPage', boolean>

export interface RouteOptions {
  /** Those that the form has; the others of its locations are always there. */
  routes: NginxRoutes
  /** Address that `/vncproxy/<port>/` leads to; null: the route is mended away. */
  openProxy: string | null
  slowPages: boolean
  /** Seconds until 504; null: as installed (60, or 120 for the APIs). */
  timeoutSeconds: number | null
}

/** Services that the portal's files name but do not run answer 502. */
const absent = '127.0.0.1:1'

/** In the place of the front page's own service; its other paths, to which no link leads, answer as where it does not run. */
const firstPage = '<!doctype html><title>placeholder start</title>'

/** Names of the static pages' folders. */
export const pageNames = ['dashboard', 'moonlight', 'vnc', 'cae', 'app', 'auth_portal']

const cors = (headers: string, more = ''): string => `add_header Access-Control-Allow-Origin "*" always;
      add_header Access-Control-Allow-Methods "GET, POST, PUT, DELETE, OPTIONS" always;
      add_header Access-Control-Allow-Headers "${headers}" always;
      ${more}`
const preflight = 'if ($request_method = OPTIONS) { return 204; }\n      '
const usualHeaders = 'Authorization, Content-Type'
const manyHeaders =
  'DNT,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization'
const credentials = 'add_header Access-Control-Allow-Credentials "true" always;\n      '
const upgrade = `proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      `

/** Text of the locations of a form's server. */
export function locations(form: NginxForm, to: Upstreams, options: RouteOptions): string {
  const proxy = (target: string, extra = '', seconds = 60): string => `{
      ${extra}proxy_pass http://${target};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout ${options.timeoutSeconds ?? seconds}s;
    }`
  const slow = options.slowPages ? 'limit_req zone=pages burst=100; ' : ''
  /** A page at a prefix with everything below it; the redirect to its slash first. */
  const page = (
    name: string,
    at = name,
    prefix = `/${at}`,
  ): string => `location = /${at} { return 301 /${at}/; }
    location ${prefix} { ${slow}try_files /${name}/index.html =404; }`
  const vncProxy = options.openProxy
    ? `location ~ ^/vncproxy/(\\d+)/(.*)$ ${proxy(`${options.openProxy}:$1/$2$is_args$args`, upgrade)}`
    : ''

  const { routes } = options
  const where = (present: boolean, location: string): string => (present ? location : '')
  const startPage = where(
    routes.startPage,
    `location = / { default_type text/html; return 200 '${firstPage}'; }`,
  )
  const webSocket = where(routes.webSocket, `location /ws ${proxy(to.webSocket, upgrade, 86_400)}`)

  if (form === 'NG-A')
    return `
    location /auth ${proxy(to.auth)}
    location /api/ ${proxy(`${to.dashboard}/`, cors('Authorization, Content-Type, Accept', preflight + credentials), 120)}
    location /socket.io/ ${proxy(to.dashboard, upgrade, 3600)}
    ${webSocket}
    location /cae/api/ ${proxy(`${to.cae}/api/`)}
    location /cae/vnc/ ${proxy(`${to.cae}/vnc/`, upgrade)}
    location /prometheus ${proxy(to.prometheus, 'rewrite ^/prometheus/?(.*)$ /$1 break;\n      ')}
    location /metrics ${proxy(to.nodeExporter)}
    ${vncProxy}
    ${['dashboard', 'vnc', 'cae', 'app', 'auth_portal'].map((name) => page(name, name, `/${name}/`)).join('\n    ')}
    location = / { return 302 /dashboard/; }
    location / { return 404; }`

  if (form === 'NG-D') {
    const limited = (zone: string, burst: number): string =>
      `limit_req zone=${zone} burst=${burst} nodelay;\n      ${cors(usualHeaders, preflight + credentials)}`
    return `
    location = /health {
      add_header Content-Type text/plain;
      return 200 "healthy\\n";
    }
    location /auth/ ${proxy(to.auth, limited('auth', 10))}
    location /api/ ${proxy(to.dashboard, limited('api', 30))}
    ${webSocket}
    location = /cae { return 301 /cae/; }
    location /cae/ ${proxy(`${to.cae}/`)}
    location /cae-automation/ ${proxy(`${to.caeAutomation}/`)}
    ${page('dashboard')}
    ${page('vnc')}
    ${page('app')}
    ${page('cae', 'koocae', '/koocae/')}
    ${startPage}
    location / ${proxy(absent)}`
  }

  const moonlight =
    form === 'NG-C'
      ? `location /api/moonlight/ ${proxy(to.moonlight, cors(usualHeaders), 120)}`
      : `location /api/moonlight/ ${proxy(
          to.moonlight,
          `rewrite ^/api/moonlight/(.*)$ /$1 break;\n      ${cors(usualHeaders)}`,
          120,
        )}`
  return `
    ${where(routes.auth, `location /auth/ ${proxy(to.auth, cors(manyHeaders, preflight), 120)}`)}
    location /dashboardapi/ ${proxy(`${to.dashboard}/api/`, cors(manyHeaders, preflight), 120)}
    location /api/v2/templates ${proxy(`${to.dashboard}/api/jobs/templates`, cors(manyHeaders, preflight), 120)}
    location /api/ ${proxy(to.dashboard, cors(usualHeaders, preflight), 120)}
    ${where(routes.moonlight, moonlight)}
    location /socket.io/ ${proxy(to.dashboard, upgrade, 3600)}
    ${webSocket}
    location /cae/api/ ${proxy(`${to.cae}/api/`)}
    ${where(routes.caeAutomation, `location /cae/automation/ ${proxy(`${to.caeAutomation}/`)}`)}
    ${vncProxy}
    ${['dashboard', 'moonlight', 'vnc', 'cae', 'app'].map((name) => page(name)).join('\n    ')}
    ${startPage}
    location / ${proxy(absent)}`
}
