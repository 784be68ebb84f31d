/** What signing in will be like, by site; asked for when a site is shown. */
import { createStore } from 'zustand'
import type { SignInOutlook } from '../../../src-main/shared/model/sign-in.ts'
import type { Client } from '../../api/index.ts'

export type SignInStore = ReturnType<typeof createSignInStore>

/** `report` gets what a sign-out failed with. */
export function createSignInStore(client: Pick<Client, 'call'>, report: (error: unknown) => void) {
  const store = createStore<{ bySite: Record<string, SignInOutlook> }>(() => ({ bySite: {} }))

  async function look(siteId: string): Promise<void> {
    // A portal that cannot be asked now shows itself when the user connects.
    const unknown: SignInOutlook = { kind: 'unknown', user: null }
    const outlook = await client.call('signIn.look', { siteId }).catch(() => unknown)
    store.setState(({ bySite }) => ({ bySite: { ...bySite, [siteId]: outlook } }))
  }

  return {
    ...store,
    look,
    async signOut(siteId: string): Promise<void> {
      try {
        await client.call('signIn.out', { siteId })
      } catch (error) {
        report(error)
      }
      await look(siteId)
    },
  }
}
