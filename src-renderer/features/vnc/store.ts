/** VNC desktops: those that have a view, and the user's sessions of that kind by site. */
import { createStore } from 'zustand'
import type { CallInput, CallOutput } from '../../../src-main/shared/contract.ts'
import { toFailure, type Failure } from '../../../src-main/shared/errors.ts'
import type { VncSessionView, VncSnapshot } from '../../../src-main/shared/model/vnc.ts'
import type { Client } from '../../api/index.ts'
import { withEnding } from '../../ui/with-ending.ts'
import { withMember } from '../../ui/with-member.ts'

export type StartInput = CallInput<'vnc.start'>

export interface VncList {
  list: VncSessionView[]
  failure: Failure | null
}

interface VncState {
  /** Desktops that have a view, in the order in which they were opened. */
  open: readonly VncSnapshot[]
  /** The desktop whose view is shown; null: none. */
  shownId: string | null
  /** Desktops whose warnings were read and put away: they are not said again when the view is shown again. */
  warned: ReadonlySet<string>
  bySite: Record<string, VncList>
  /** Sessions whose end was asked for and not yet answered. */
  ending: ReadonlySet<string>
  /** `vnc.start` was called and has not answered. */
  starting: boolean
  /** Desktops that are being closed. */
  leaving: ReadonlySet<string>
}

export type VncStore = ReturnType<typeof createVncStore>

/** The desktop whose view is shown; null: none. */
export const shownDesktop = ({ open, shownId }: VncState): VncSnapshot | null =>
  open.find(({ desktopId }) => desktopId === shownId) ?? null

/** With this desktop once: where it or the one that it replaces stood, else at the end. */
function placed(
  open: readonly VncSnapshot[],
  snapshot: VncSnapshot,
  instead: string | null,
): readonly VncSnapshot[] {
  const same = ({ desktopId }: VncSnapshot): boolean =>
    desktopId === snapshot.desktopId || desktopId === instead
  const at = open.findIndex(same)
  const others = open.filter((one) => !same(one))
  return at < 0 ? [...others, snapshot] : others.toSpliced(at, 0, snapshot)
}

/** `report` gets what a call failed with. */
export function createVncStore(
  client: Pick<Client, 'call' | 'on' | 'onState'>,
  report: (error: unknown) => void,
) {
  const store = createStore<VncState>(() => ({
    open: [],
    shownId: null,
    warned: new Set(),
    bySite: {},
    ending: new Set(),
    starting: false,
    leaving: new Set(),
  }))
  let read = false

  function drop(desktopId: string): void {
    store.setState(({ open, shownId, warned }) => ({
      open: open.filter((one) => one.desktopId !== desktopId),
      shownId: shownId === desktopId ? null : shownId,
      warned: withMember(warned, desktopId, false),
    }))
  }

  function take(snapshot: VncSnapshot): void {
    const { desktopId, state } = snapshot
    if (state === 'ended') return drop(desktopId)
    store.setState(({ open }) => ({
      open: open.map((one) => (one.desktopId === desktopId ? snapshot : one)),
    }))
  }

  /** Reads what is open: at the start, and after the app was lost and found. */
  async function readOpen(): Promise<void> {
    const opened = (await client.call('vnc.opened', null)) ?? []
    const first = !read
    read = true
    store.setState((state) => {
      // Desktops that the app no longer knows (it was restarted) are no longer shown.
      const open = opened.filter((one) => one.state !== 'ended')
      const wanted = state.shownId ?? (first ? (open.at(-1)?.desktopId ?? null) : null)
      return { open, shownId: open.some(({ desktopId }) => desktopId === wanted) ? wanted : null }
    })
  }

  async function refresh(siteId: string, user: string | null): Promise<void> {
    const put = (change: Partial<VncList>): void =>
      store.setState(({ bySite }) => ({
        bySite: { ...bySite, [siteId]: { list: [], ...bySite[siteId], failure: null, ...change } },
      }))
    try {
      put({ list: await client.call('vnc.list', { siteId, user }) })
    } catch (error) {
      put({ failure: toFailure(error) })
    }
  }

  /** Shown at once: where the portal cannot be asked, the list does not come again so soon. */
  function markStill(siteId: string, sessionId: string, why: string): void {
    const { list = [], failure = null } = store.getState().bySite[siteId] ?? {}
    const marked = withEnding(list, sessionId, why)
    store.setState(({ bySite }) => ({ bySite: { ...bySite, [siteId]: { list: marked, failure } } }))
  }

  function mark(set: 'ending' | 'leaving', id: string, on: boolean): void {
    store.setState((state) => ({ [set]: withMember(state[set], id, on) }))
  }

  /** Asks for a desktop and shows it, in the place of `instead`'s view where that is told. */
  async function openView(
    ask: () => Promise<CallOutput<'vnc.start'>>,
    instead: string | null = null,
  ): Promise<void> {
    if (store.getState().starting) return
    store.setState({ starting: true })
    try {
      const { desktopId } = await ask()
      const snapshot = await client.call('vnc.get', { desktopId })
      store.setState(({ open }) => ({ open: placed(open, snapshot, instead), shownId: desktopId }))
      // One that ended meanwhile told so when nobody knew of it.
      take(snapshot)
    } catch (error) {
      report(error)
    } finally {
      store.setState({ starting: false })
    }
  }

  return {
    ...store,
    refresh,
    /** Opens a desktop and shows it. */
    start: (input: StartInput) => openView(() => client.call('vnc.start', input)),
    /** Tries once more what a desktop was for that failed, in the place of its view. */
    retry: (desktopId: string) => openView(() => client.call('vnc.retry', { desktopId }), desktopId),
    /** Follows the app; shows a desktop that is open there already. Returns how to stop. */
    begin(): () => void {
      const look = (): void => void readOpen().catch(() => undefined)
      const stops = [
        client.on('vnc.changed', take),
        client.onState((transport) => {
          if (transport === 'connected') look()
        }),
      ]
      look()
      return () => stops.forEach((stop) => stop())
    },
    /** Shows a desktop's view; null: none of them. */
    show: (shownId: string | null) => store.setState({ shownId }),
    /** The warnings of a desktop were read. */
    putAway: (desktopId: string) =>
      store.setState(({ warned }) => ({ warned: withMember(warned, desktopId, true) })),
    /** Closes a desktop here; its session goes on. */
    async leave(desktopId: string): Promise<void> {
      if (store.getState().leaving.has(desktopId)) return
      mark('leaving', desktopId, true)
      try {
        await client.call('vnc.leave', { desktopId })
        drop(desktopId)
      } catch (error) {
        report(error)
      } finally {
        mark('leaving', desktopId, false)
      }
    },
    /** Ends a session, and with it the view of its desktop. */
    async end(siteId: string, user: string | null, sessionId: string): Promise<void> {
      mark('ending', sessionId, true)
      try {
        const { over, why } = await client.call('vnc.end', { siteId, user, sessionId })
        if (!over) markStill(siteId, sessionId, why ?? '')
        for (const { desktopId, session } of store.getState().open)
          if (session?.id === sessionId) drop(desktopId)
        await refresh(siteId, user)
      } catch (error) {
        report(error)
      } finally {
        mark('ending', sessionId, false)
      }
    },
  }
}
