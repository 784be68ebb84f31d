/** Snapshots as the app tells them to the page, with nothing in them but a name and a state. */
import type { ConnectionSnapshot } from '../../src-main/shared/model/connection.ts'
import type { VncSnapshot } from '../../src-main/shared/model/vnc.ts'

export const connectionSnapshot = (
  connectionId: string,
  state: ConnectionSnapshot['state'],
): ConnectionSnapshot => ({
  connectionId,
  siteId: 'demo',
  state,
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

export const vncSnapshot = (desktopId: string, state: VncSnapshot['state']): VncSnapshot => ({
  desktopId,
  siteId: 'demo',
  user: 'ada',
  state,
  detail: '',
  epoch: 1,
  session: null,
  node: null,
  question: null,
  failure: null,
  warnings: [],
})
