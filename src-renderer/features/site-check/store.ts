/** Checks of sites as the app reports them, by site. */
import { createStore } from 'zustand'
import { toFailure } from '../../../src-main/shared/errors.ts'
import type { SiteCheckSnapshot } from '../../../src-main/shared/model/site-check.ts'
import type { Client } from '../../api/index.ts'

interface SiteCheckState {
  bySite: Record<string, SiteCheckSnapshot>
  /** Kept over closing and opening. */
  onlyProblems: boolean
}

export type SiteCheckStore = ReturnType<typeof createSiteCheckStore>

export function createSiteCheckStore(client: Pick<Client, 'call' | 'on' | 'onState'>) {
  const store = createStore<SiteCheckState>(() => ({ bySite: {}, onlyProblems: false }))
  const put = (snapshot: SiteCheckSnapshot): void =>
    store.setState(({ bySite }) => ({ bySite: { ...bySite, [snapshot.siteId]: snapshot } }))

  async function ask(call: 'siteCheck.run' | 'siteCheck.get', siteId: string): Promise<void> {
    try {
      put(await client.call(call, { siteId }))
    } catch (error) {
      const report = store.getState().bySite[siteId]?.report ?? null
      put({ siteId, progress: null, question: null, report, failure: toFailure(error) })
    }
  }

  return {
    ...store,
    run: (siteId: string) => ask('siteCheck.run', siteId),
    /** Follows a site's check until the returned function is called. */
    watch(siteId: string): () => void {
      const stops = [
        client.on('siteCheck.changed', put),
        client.onState((state) => {
          if (state === 'connected') void ask('siteCheck.get', siteId)
        }),
      ]
      void ask('siteCheck.get', siteId)
      return () => stops.forEach((stop) => stop())
    },
    showOnlyProblems: (onlyProblems: boolean) => store.setState({ onlyProblems }),
  }
}
