/** How long the portal takes to answer: the addresses that it has limits for, over one connection, in turn. */
import { pause } from '../../domain/retry.ts'
import type { PortalHttp, PortalSender } from '../../protocols/portal/http.ts'
import { originOf } from '../../protocols/portal/service-bases.ts'
import type { Observations, Timed } from '../observations.ts'
import type { PortalLook } from './portal-look.ts'
import { get } from './service-sight.ts'

/** Rounds in which each address is asked once; the fewer where answers took long together by then. */
const rounds = { most: 15, fewest: 5 }
const longMs = 3000
/** Between rounds: what is busy for a moment is not busy in most of them. */
const roundPauseMs = 20

export interface TimedAddresses {
  /** null: it is not there. */
  addresses: Record<Timed, string | null>
  /** What the web server answers by itself, from memory. */
  control: string
}

/** The addresses of a portal, as far as they were found. */
export function timedAddresses(
  { portal }: Pick<PortalLook, 'portal'>,
  { dashboard, moonlight, pages }: Pick<Observations, 'dashboard' | 'moonlight' | 'pages'>,
): TimedAddresses {
  const origin = originOf(portal)
  const page = (wanted: string): string | null =>
    pages.ok && pages.value.some(({ page: path, there }) => path === wanted && there)
      ? `${origin}${wanted}/`
      : null
  return {
    addresses: {
      dashboard: dashboard.ok && dashboard.value.state === 'answers' ? dashboard.value.url : null,
      moonlight:
        moonlight.ok && moonlight.value.state === 'answers'
          ? new URL('health', moonlight.value.url).href
          : null,
      dashboardPage: page('/dashboard'),
      moonlightPage: page('/moonlight'),
    },
    // The way to the page with its slash: a redirection that reads no file and asks no service.
    control: `${origin}/dashboard`,
  }
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

/** A client that can send over one kept connection. */
interface TimedHttp {
  overOneConnection(): PortalSender & Pick<PortalHttp, 'close'>
}

/**
 * What each address adds to what the web server takes by itself, ms: the difference of their medians in the same rounds. What a
 * busy computer, network or web server adds is in both. Nothing else should be under way then.
 * @returns null where one of its answers was an error
 */
export async function timeAnswers(
  http: TimedHttp,
  { addresses, control }: TimedAddresses,
): Promise<Record<Timed, number | null>> {
  const times = new Map<string, number[]>(
    [control, ...Object.values(addresses)].flatMap((url) => (url === null ? [] : [[url, []]])),
  )
  const failed = new Set<string>()
  const kept = http.overOneConnection()
  try {
    // The first request opens the connection.
    await get(kept, control)
    let taken = 0
    for (let round = 0; round < rounds.fewest || (round < rounds.most && taken < longMs); round++) {
      if (round > 0) await pause(roundPauseMs)
      for (const [url, list] of times) {
        const { ms, status } = await get(kept, url)
        list.push(ms)
        taken += ms
        if (status !== 200) failed.add(url)
      }
    }
  } finally {
    await kept.close()
  }
  const own = median(times.get(control) ?? [])
  const added = (url: string | null): number | null =>
    url === null || failed.has(url) ? null : Math.max(0, median(times.get(url) ?? []) - own)
  return {
    dashboard: added(addresses.dashboard),
    moonlight: added(addresses.moonlight),
    dashboardPage: added(addresses.dashboardPage),
    moonlightPage: added(addresses.moonlightPage),
  }
}
