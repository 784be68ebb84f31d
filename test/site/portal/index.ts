/** The portal's services, each on a port of its own of the inner address, as nginx expects them. */
import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { SharedFolders } from '../files/folders.ts'
import type { Slurm } from '../slurm/index.ts'
import { inside } from '../support/addresses.ts'
import { authRoutes } from './auth.ts'
import { createBasePorts } from './base-ports.ts'
import { caeAutomationRoutes, caeRoutes } from './cae.ts'
import { dashboardRoutes } from './dashboard.ts'
import type { DashboardOptions } from './dashboard.ts'
import { startService } from './flask.ts'
import type { Service } from './flask.ts'
import { startIdentityProvider } from './identity-provider.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { moonlightRoutes } from './moonlight.ts'
import type { MoonlightOptions } from './moonlight.ts'
import { startPrometheus } from './prometheus.ts'
import { dashboardWantsTokens, signInNow } from './sign-in.ts'
import type { HeldFaults, SignIn } from './sign-in.ts'
import { slurmReader } from './slurm-reader.ts'
import type { StandardsOidcServer } from './standards-oidc.ts'
import { dataStorage } from './storage.ts'
import { createVncPorts } from './vnc-ports.ts'
import { startWebSocketService } from './web-socket.ts'
import type { WebSocketService } from './web-socket.ts'
import { scratchStorage } from './scratch-storage.ts'

export interface PortalOptions {
  redis: Redis
  slurm: Slurm
  folders: SharedFolders
  held: HeldFaults
  /** Whether the services have lists of images. */
  imagesListed: boolean
  /** How the portal is installed to let people in, as it is now. */
  signIn: () => SignIn
  /** A standards OIDC provider whose tokens the portal takes too. */
  oidc: StandardsOidcServer | null
  /** Origin that browsers use, as it is now. */
  portalOrigin: () => string
  hostCommand: MoonlightOptions['hostCommand']
  vncCommand: DashboardOptions['vncCommand']
}

export interface Portal {
  auth: Service
  dashboard: Service
  moonlight: Service
  cae: Service
  caeAutomation: Service
  webSocket: WebSocketService
  prometheus: Service
  nodeExporter: Service
  identityProvider: IdentityProvider
  /** Addresses (`host:port`) of all services. */
  addresses: Record<
    | 'auth'
    | 'dashboard'
    | 'moonlight'
    | 'cae'
    | 'caeAutomation'
    | 'webSocket'
    | 'prometheus'
    | 'nodeExporter',
    string
  >
  dispose(): Promise<void>
}

export async function startPortal(options: PortalOptions): Promise<Portal> {
  const { held, slurm, folders } = options
  const secret = randomBytes(32).toString('base64url')
  const otherSecret = randomBytes(32).toString('base64url')
  const signIn = (): SignIn => signInNow(held, options.signIn())
  const started: { dispose(): Promise<void> }[] = []
  const keep = async <T extends { dispose(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting
    started.push(part)
    return part
  }
  const dispose = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((part) => part.dispose()))
  }
  try {
    const reader = slurmReader(slurm)
    const [basePorts, vncPorts] = [createBasePorts(() => held.has('ports-clash')), createVncPorts()]
    started.push(basePorts, vncPorts)
    const [prometheus, webSocket, identityProvider] = await Promise.all([
      keep(startPrometheus()),
      keep(
        startWebSocketService({
          dataStorage: () => dataStorage(folders.data),
          scratchStorage: () =>
            scratchStorage(reader, folders.node.scratch, () => held.has('websocket-blind')),
        }),
      ),
      keep(startIdentityProvider(`${options.portalOrigin()}/auth/saml/acs`)),
    ])
    const [auth, dashboard, moonlight, cae, caeAutomation] = await Promise.all([
      keep(
        startService(authRoutes({ ...options, signIn, secret, identityProvider }), {
          cors: 'with-credentials',
        }),
      ),
      keep(
        startService(
          dashboardRoutes({
            ...options,
            vncPorts,
            bearer: {
              wanted: () => dashboardWantsTokens(held, options.signIn()),
              secret: () => (held.has('jwt-secret-mismatch') ? otherSecret : secret),
            },
            ports: {
              webSocket: webSocket.port,
              prometheus: prometheus.server.port,
              nodeExporter: prometheus.nodeExporter.port,
            },
          }),
          { cors: 'plain' },
        ),
      ),
      keep(startService(moonlightRoutes({ ...options, basePorts }))),
      keep(startService(caeRoutes(slurm, held), { indent: 2 })),
      keep(startService(caeAutomationRoutes(held))),
    ])
    const { server, nodeExporter } = prometheus
    const services = {
      auth,
      dashboard,
      moonlight,
      cae,
      caeAutomation,
      webSocket,
      prometheus: server,
      nodeExporter,
    }
    return {
      ...services,
      identityProvider,
      addresses: Object.fromEntries(
        Object.entries(services).map(([name, { port }]) => [name, `${inside}:${port}`]),
      ) as Portal['addresses'],
      dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}
