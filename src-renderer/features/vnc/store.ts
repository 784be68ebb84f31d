/** VNC desktops: the one that is open, and the user's sessions of that kind by site. */
import { createStore } from 'zustand'
import type { CallInput } from '../../../src-main/shared/contract.ts'
import { toFailure, type Failure } from '../../../src-main/shared/errors.ts'
import type { VncSessionView, VncSnapshot } from '../../../src-main/shared/model/vnc.ts'
import type { Client } from '../../api/index.ts'
import { withMember } from '../../ui/with-member.ts'

export interface VncList {
  list: VncSessionView[]
  failure: Failure | null
}

interface VncState {
  /** The desktop that the screen shows. */
  current: VncSnapshot | null
  bySite: Record<string, VncList>
  /** Sessions whose end was asked for and not yet answered. */
  ending: ReadonlySet<string>
  busy: 'start' | 'leave' | null
  last: CallInput<'vnc.start'> | null
}

export type VncStore = ReturnType<typeof createVncStore>

const over = (snapshot: VncSnapshot): boolean => snapshot.state === 'ended' || snapshot.state === 'failed'

/** `report` gets what a call failed with. */
export function createVncStore(client: Pick<Client, 'call' | 'on'>, report: (error: unknown) => void) {
  const store = createStore<VncState>(() => ({
    current: null,
    bySite: {},
    ending: new Set(),
    busy: null,
    last: null,
  }))

  function take(snapshot: VncSnapshot): void {
    if (store.getState().current?.desktopId !== snapshot.desktopId) return
    store.setState({ current: snapshot.state === 'ended' ? null : snapshot })
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

  function mark(sessionId: string, on: boolean): void {
    store.setState(({ ending }) => ({ ending: withMember(ending, sessionId, on) }))
  }

  return {
    ...store,
    refresh,
    /** Follows the app; shows a desktop that is open there already. Returns how to stop. */
    begin(): () => void {
      const stop = client.on('vnc.changed', take)
      client.call('vnc.opened', null).then(
        (opened) => {
          const alive = (opened ?? []).findLast((one) => !over(one))
          if (alive && store.getState().current === null) store.setState({ current: alive })
        },
        () => undefined,
      )
      return stop
    },
    async start(input: CallInput<'vnc.start'>): Promise<void> {
      // One that is being left is shown no more: it may take its time.
      if (store.getState().busy === 'start') return
      store.setState({ busy: 'start', last: input })
      try {
        const { desktopId } = await client.call('vnc.start', input)
        store.setState({ current: await client.call('vnc.get', { desktopId }) })
      } catch (error) {
        report(error)
      } finally {
        store.setState({ busy: null })
      }
    },
    /** Closes the desktop here; its session goes on. */
    async leave(): Promise<void> {
      const { current, busy } = store.getState()
      if (!current || busy === 'leave') return
      store.setState({ busy: 'leave' })
      try {
        await client.call('vnc.leave', { desktopId: current.desktopId })
        if (store.getState().current?.desktopId === current.desktopId) store.setState({ current: null })
      } catch (error) {
        report(error)
      } finally {
        if (store.getState().busy === 'leave') store.setState({ busy: null })
      }
    },
    async end(siteId: string, user: string | null, sessionId: string): Promise<void> {
      mark(sessionId, true)
      try {
        await client.call('vnc.end', { siteId, user, sessionId })
        const { current } = store.getState()
        if (current?.session?.id === sessionId) store.setState({ current: null })
        await refresh(siteId, user)
      } catch (error) {
        report(error)
      } finally {
        mark(sessionId, false)
      }
    },
  }
}
