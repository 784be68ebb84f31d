/** The site's status as the app reports it, by site, and which parts of the panel are open. */
import { createStore } from 'zustand'
import type { PortalPage, requestedParts, StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import type { Client } from '../../api/index.ts'

interface StatusState {
  bySite: Record<string, StatusSnapshot>
  /** Blocks that the user opened or folded away, by name. */
  open: Record<string, boolean>
}

export type StatusStore = ReturnType<typeof createStatusStore>

export function createStatusStore(client: Pick<Client, 'call' | 'on' | 'onState'>) {
  const store = createStore<StatusState>(() => ({ bySite: {}, open: {} }))
  /** How many panels look at a site. */
  const watchers = new Map<string, number>()
  const count = (siteId: string, change: 1 | -1): void =>
    void watchers.set(siteId, (watchers.get(siteId) ?? 0) + change)
  return {
    ...store,
    /**
     * Asks for a site's status until the returned function is called.
     * @param desktopId whose node's figures are shown
     */
    watch(siteId: string, desktopId: string): () => void {
      // A refused watch shows as blocks without an answer; nothing else can be done about it here.
      const ask = (on: boolean): void =>
        void client.call('status.watch', { siteId, on, ...(on ? { desktopId } : {}) }).catch(() => undefined)
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
      count(siteId, 1)
      return () => {
        stops.forEach((stop) => stop())
        count(siteId, -1)
        // The next view's panel may take over at once: what is known of the site stays then.
        setTimeout(() => {
          if (watchers.get(siteId) === 0) ask(false)
        })
      }
    },
    setOpen(name: string, open: boolean): void {
      if (store.getState().open[name] !== open)
        store.setState((state) => ({ open: { ...state.open, [name]: open } }))
    },
    /** Asks once for figures that cost the site much; a failure is shown in the part itself. */
    refresh(siteId: string, part: (typeof requestedParts)[number]): void {
      void client.call('status.refresh', { siteId, part }).catch(() => undefined)
    },
    /** Opens a page of the portal in the system's browser. */
    async openPage(siteId: string, page: PortalPage): Promise<void> {
      await client.call('portal.open', { siteId, page })
    },
  }
}
