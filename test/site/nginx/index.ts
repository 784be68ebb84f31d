/** A real nginx in front of the portal's services, with TLS from a fresh test authority. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts, listens } from '../support/ports.ts'
import { startDaemon, waitUntil } from '../support/processes.ts'
import { makeCertificates } from './certificate.ts'
import { nginxConfiguration, pageNames } from './configuration.ts'
import type { Upstreams } from './configuration.ts'

export interface Nginx {
  readonly origin: string
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string
  dispose(): Promise<void>
}

/** Starts nginx on `port` (see freePorts) and waits until it accepts connections. */
export async function startNginx(options: {
  directory: string
  environment: NodeJS.ProcessEnv
  port: number
  upstreams: Upstreams
}): Promise<Nginx> {
  const { directory, port } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const certificates = await makeCertificates()
  const caFile = join(directory, 'ca.pem')
  await Promise.all([
    writeFile(caFile, certificates.authority),
    writeFile(join(directory, 'server.pem'), certificates.certificate),
    writeFile(join(directory, 'server.key'), certificates.privateKey, { mode: 0o600 }),
    writeFile(
      join(directory, 'nginx.conf'),
      nginxConfiguration({ directory, port, upstreams: options.upstreams, root: process.getuid?.() === 0 }),
    ),
    ...pageNames.map(async (page) => {
      await mkdir(join(directory, 'pages', page), { recursive: true })
      await writeFile(
        join(directory, 'pages', page, 'index.html'),
        `<!doctype html><title>placeholder ${page}</title>\n`,
      )
    }),
  ])
  const daemon = startDaemon(
    'nginx',
    ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')],
    { environment: options.environment, directory, logFile: join(directory, 'nginx.log') },
  )
  try {
    await waitUntil('nginx listens', () => listens(port), { gone: () => !daemon.running() })
  } catch (error) {
    await daemon.stop()
    throw error
  }
  return { origin: `https://127.0.0.1:${port}`, caFile, dispose: () => daemon.stop() }
}

/** A port for nginx, needed before it starts: sessions name the portal's address. */
export async function portalPort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}
