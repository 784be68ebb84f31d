/** A real nginx in front of the portal's services, in one of the forms it is installed in. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { listens } from '../support/ports.ts'
import { startDaemon, waitUntil } from '../support/processes.ts'
import type { Daemon } from '../support/processes.ts'
import { makeAuthority } from '../support/certificate.ts'
import type { Authority, CertificateKind, ServerCertificate } from '../support/certificate.ts'
import { formHasTls, nginxConfiguration } from './configuration.ts'
import { pageNames } from './forms.ts'
import type { NginxForm, NginxRoutes, Upstreams } from './forms.ts'
import { inside } from '../support/addresses.ts'

/** What can be changed while the site runs; every change is a restart of nginx. */
export interface NginxState {
  certificate: CertificateKind
  /** Speaks plain HTTP, also in a form with TLS. */
  plainHttp: boolean
  routes: NginxRoutes
  /** `/vncproxy/<port>/` leads to every port of the inner address, as in the files that portals are installed with. */
  openProxy: boolean
  pages: boolean
  /** Each static page is served twice a second at most. */
  slowPages: boolean
}

export interface Nginx {
  readonly form: NginxForm
  /** Where the portal is: `http` or `https` as it speaks now. */
  origin(): string
  /** Origin of the plain listener that only redirects; null in forms without TLS. */
  redirectOrigin(): string | null
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string
  change(state: Partial<NginxState>): Promise<void>
  dispose(): Promise<void>
}

export interface NginxOptions {
  directory: string
  environment: NodeJS.ProcessEnv
  form: NginxForm
  /** Portal port and the redirecting one (see freePorts); known before nginx starts, since sessions name the portal. */
  ports: [portal: number, redirect: number]
  upstreams: Upstreams
  timeoutSeconds: number | null
}

const healthy: NginxState = {
  certificate: 'good',
  plainHttp: false,
  routes: { moonlight: true, auth: true, webSocket: true, caeAutomation: true, startPage: true },
  openProxy: false,
  pages: true,
  slowPages: false,
}

async function setPages(directory: string, present: boolean): Promise<void> {
  const folder = join(directory, 'pages')
  if (!present) return rm(folder, { recursive: true, force: true })
  for (const page of pageNames) {
    await mkdir(join(folder, page), { recursive: true })
    await writeFile(join(folder, page, 'index.html'), `<!doctype html><title>placeholder ${page}</title>\n`)
  }
}

/** Starts nginx and waits until it accepts connections. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const { directory, form } = options
  const [port, redirectPort] = options.ports
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const authority: Authority = await makeAuthority()
  const certificates = new Map<CertificateKind, ServerCertificate>()
  const caFile = join(directory, 'ca.pem')
  await Promise.all([writeFile(caFile, authority.pem), setPages(directory, true)])
  let state = healthy
  let daemon: Daemon | null = null
  const tls = (): boolean => formHasTls(form) && !state.plainHttp

  const start = async (): Promise<void> => {
    const kind = state.certificate
    const certificate = certificates.get(kind) ?? (await authority.issue(kind))
    certificates.set(kind, certificate)
    await Promise.all([
      writeFile(join(directory, 'server.pem'), certificate.certificate),
      writeFile(join(directory, 'server.key'), certificate.privateKey, { mode: 0o600 }),
      writeFile(
        join(directory, 'nginx.conf'),
        nginxConfiguration({
          directory,
          form,
          port,
          redirectPort,
          tls: tls(),
          upstreams: options.upstreams,
          root: process.getuid?.() === 0,
          routes: state.routes,
          slowPages: state.slowPages,
          openProxy: state.openProxy ? inside : null,
          timeoutSeconds: options.timeoutSeconds,
        }),
      ),
    ])
    const starting = startDaemon(
      'nginx',
      ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')],
      { environment: options.environment, directory, logFile: join(directory, 'nginx.log') },
    )
    daemon = starting
    await waitUntil('nginx listens', () => listens(port), { gone: () => !starting.running() })
  }
  const stop = async (): Promise<void> => {
    await daemon?.stop()
    daemon = null
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    form,
    origin: () => `${tls() ? 'https' : 'http'}://127.0.0.1:${port}`,
    redirectOrigin: () => (tls() ? `http://127.0.0.1:${redirectPort}` : null),
    caFile,
    async change(changes) {
      const next = { ...state, ...changes }
      if (isDeepStrictEqual(next, state)) return
      if (next.pages !== state.pages) await setPages(directory, next.pages)
      state = next
      await stop()
      await start()
    },
    dispose: stop,
  }
}
