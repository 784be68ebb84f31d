/** A GameStream host of the demo site on a small desktop of its own, both in this process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDesktop, type Desktop } from '../site/desktop/index.ts'
import { startHost, type Host, type HostOptions } from '../site/host/index.ts'
import { gameStreamPortsAreFree } from '../site/support/ports.ts'

export interface DesktopHost {
  desktop: Desktop
  host: Host
  dispose(): Promise<void>
}

/** A base port whose seven ports are free now. */
export async function freeBasePort(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000)
    if (await gameStreamPortsAreFree(base)) return base
  }
}

/** Starts an X server (640x360) with a terminal, and a host that shows it; the caller disposes of both. */
export async function startDesktopHost(
  options: Partial<Omit<HostOptions, 'desktop'>> = {},
): Promise<DesktopHost> {
  const directory = mkdtempSync(join(tmpdir(), 'vizlink-desktop-host-'))
  const desktop = await startDesktop({ width: 640, height: 360, content: 'plain', directory })
  const host = await startHost({
    ...options,
    basePort: options.basePort ?? (await freeBasePort()),
    desktop,
    fps: options.fps ?? 30,
  })
  return {
    desktop,
    host,
    async dispose() {
      await host.dispose()
      await desktop.dispose()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
