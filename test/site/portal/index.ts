/** The portal's HTTP services, each on a loopback port of its own, as nginx expects them. */
import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Slurm } from '../slurm/index.ts'
import { authRoutes } from './auth.ts'
import { createBasePorts } from './base-ports.ts'
import { caeRoutes } from './cae.ts'
import { dashboardRoutes } from './dashboard.ts'
import { startService } from './flask.ts'
import type { Service } from './flask.ts'
import { moonlightRoutes } from './moonlight.ts'
import type { MoonlightOptions } from './moonlight.ts'

export interface PortalOptions extends Omit<MoonlightOptions, 'basePorts'> {
  redis: Redis
  slurm: Slurm
  refuseLogin: () => boolean
  issueExpired: () => boolean
}

export interface Portal {
  auth: Service
  dashboard: Service
  moonlight: Service
  cae: Service
  dispose(): Promise<void>
}

export async function startPortal(options: PortalOptions): Promise<Portal> {
  const secret = randomBytes(32).toString('base64url')
  const started = await Promise.allSettled([
    startService(authRoutes({ ...options, secret })),
    startService(dashboardRoutes(options.slurm)),
    startService(moonlightRoutes({ ...options, basePorts: createBasePorts() })),
    startService(caeRoutes(options.slurm), { indent: 2 }),
  ])
  const services = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const dispose = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.dispose()))
  }
  const failed = started.find((result) => result.status === 'rejected')
  if (failed) {
    await dispose()
    throw failed.reason
  }
  const [auth, dashboard, moonlight, cae] = services
  return { auth: auth!, dashboard: dashboard!, moonlight: moonlight!, cae: cae!, dispose }
}
