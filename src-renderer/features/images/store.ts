/** The images of one kind of desktop, by site; asked for when they are to be shown. */
import { createStore } from 'zustand'
import { toFailure, type Failure } from '../../../src-main/shared/errors.ts'
import type { DesktopKind } from '../../../src-main/shared/model/desktop.ts'
import type { ImageList } from '../../../src-main/shared/model/image.ts'
import type { Client } from '../../api/index.ts'

interface SiteImages {
  /** Null: not known yet. */
  list: ImageList | null
  /** What was wrong with the last look. */
  failure: Failure | null
}

export type ImageStore = ReturnType<typeof createImageStore>

export function createImageStore(client: Pick<Client, 'call'>, kind: DesktopKind) {
  const store = createStore<{ bySite: Record<string, SiteImages> }>(() => ({ bySite: {} }))
  return {
    ...store,
    /** @param user at the portal; null: not known yet */
    async look(siteId: string, user: string | null): Promise<void> {
      const answer = await client.call('images.list', { siteId, kind, user }).then(
        (list): SiteImages => ({ list, failure: null }),
        (error: unknown): SiteImages => ({
          list: store.getState().bySite[siteId]?.list ?? null,
          failure: toFailure(error),
        }),
      )
      store.setState(({ bySite }) => ({ bySite: { ...bySite, [siteId]: answer } }))
    },
  }
}
