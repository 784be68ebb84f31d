/** The stream on the screen: its figures and what stands around it. Figures by connection id. */
import { createStore } from 'zustand'
import type { StreamEndReason, ViewFacts } from '../../stream/index.ts'

export interface ViewReport {
  facts: ViewFacts
  /** Unix time in ms. */
  at: number
}

interface StreamState {
  reports: Record<string, ViewReport>
  /** Why the view of a connection ended by itself; gone when a new one starts. */
  stopped: Record<string, StreamEndReason>
  panel: boolean
  toolbar: boolean
}

export type StreamStore = ReturnType<typeof createStreamStore>

/** `wide`: there is room for the panel beside the stream, so it starts open. */
export function createStreamStore(wide: boolean, now: () => number = Date.now) {
  const store = createStore<StreamState>(() => ({ reports: {}, stopped: {}, panel: wide, toolbar: true }))
  return {
    ...store,
    takeFacts(desktopId: string, facts: ViewFacts): void {
      store.setState(({ reports }) => ({ reports: { ...reports, [desktopId]: { facts, at: now() } } }))
    },
    started(desktopId: string): void {
      store.setState(({ stopped }) => {
        const { [desktopId]: _gone, ...rest } = stopped
        return { stopped: rest }
      })
    },
    ended(desktopId: string, reason: StreamEndReason): void {
      store.setState(({ stopped }) => ({ stopped: { ...stopped, [desktopId]: reason } }))
    },
    togglePanel: () => store.setState(({ panel }) => ({ panel: !panel })),
    showToolbar: (toolbar: boolean) => store.setState({ toolbar }),
  }
}
