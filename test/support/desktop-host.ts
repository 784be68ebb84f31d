/** A GameStream host of the demo site on a small desktop of its own, both in this process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDesktop, type Desktop } from '../site/desktop/index.ts'
import { startHost, type Host, type HostOptions } from '../site/host/index.ts'
import { giveBackBasePorts, takeBasePort } from '../site/support/ports.ts'

export interface DesktopHost {
  desktop: Desktop
  host: Host
  dispose(): Promise<void>
}

/** Starts an X server (640x360) with a terminal, and a host that shows it; the caller disposes of both. */
export async function startDesktopHost(
  options: Partial<Omit<HostOptions, 'desktop'>> = {},
): Promise<DesktopHost> {
  const directory = mkdtempSync(join(tmpdir(), 'vizlink-desktop-host-'))
  const desktop = await startDesktop({ width: 640, height: 360, content: 'plain', directory })
  const basePort = options.basePort ?? (await takeBasePort())
  const host = await startHost({
    ...options,
    basePort,
    desktop,
    fps: options.fps ?? 30,
    strip: options.strip ?? true,
  })
  return {
    desktop,
    host,
    async dispose() {
      await host.dispose()
      await desktop.dispose()
      if (options.basePort === undefined) giveBackBasePorts([basePort])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
