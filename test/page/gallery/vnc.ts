/** VNC desktops for the gallery. */
import type { VncSessionView, VncSnapshot } from '../../../src-main/shared/model/vnc.ts'

export const vncSession = (change: Partial<VncSessionView> = {}): VncSessionView => ({
  id: 'vnc-ada-1793539200',
  jobId: '4712',
  status: 'running',
  imageName: 'XFCE4 Desktop',
  createdAt: Date.now() - 600_000,
  endsAt: Date.now() + 3 * 3_600_000,
  shared: false,
  ...change,
})

export const vncDesktop = (change: Partial<VncSnapshot> = {}): VncSnapshot => ({
  desktopId: 'desktop-1',
  siteId: 'demo',
  user: 'ada',
  state: 'ready',
  detail: 'All graphics nodes are busy (Resources). Expected to start in about 4 minutes.',
  epoch: 1,
  session: vncSession(),
  node: 'viz01',
  question: null,
  failure: null,
  warnings: [],
  ...change,
})
