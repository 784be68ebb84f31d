/** Snapshots as the app sends them to the page, with nothing in them but a name and a state. */
import type { DesktopKind, DesktopSnapshot } from '../../src-main/shared/model/desktop.ts'

export const desktopSnapshot = (
  desktopId: string,
  state: DesktopSnapshot['state'],
  kind: DesktopKind = 'stream',
): DesktopSnapshot => ({
  desktopId,
  siteId: 'demo',
  kind,
  state,
  epoch: 1,
  steps: [],
  user: null,
  session: null,
  question: null,
  link: null,
  stream: null,
  failure: null,
  endedBecause: null,
  warnings: [],
})
