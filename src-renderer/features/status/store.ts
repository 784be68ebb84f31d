/** The site's status as the app reports it, by site. */
import { createStore } from 'zustand'
import type { StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import type { Client } from '../../api/index.ts'

interface StatusState {
  bySite: Record<string, StatusSnapshot>
}

export type StatusStore = ReturnType<typeof createStatusStore>

export function createStatusStore(client: Pick<Client, 'call' | 'on' | 'onState'>) {
  const store = createStore<StatusState>(() => ({ bySite: {} }))
  return {
    ...store,
    /** Asks for a site's status until the returned function is called. */
    watch(siteId: string): () => void {
      // A refused watch shows as blocks without an answer; nothing else can be done about it here.
      const ask = (on: boolean): void =>
        void client.call('status.watch', { siteId, on }).catch(() => undefined)
      const stops = [
        client.on('status.changed', (snapshot) =>
          store.setState(({ bySite }) => ({ bySite: { ...bySite, [snapshot.siteId]: snapshot } })),
        ),
        // The app forgets what a page watched when its connection breaks.
        client.onState((state) => {
          if (state === 'connected') ask(true)
        }),
      ]
      ask(true)
      return () => {
        stops.forEach((stop) => stop())
        ask(false)
      }
    },
  }
}
