/** VNC desktops for the gallery. */
import { pendingSteps } from '../../../src-main/domain/steps.ts'
import type { DesktopSnapshot, Session } from '../../../src-main/shared/model/desktop.ts'

export const vncSession = (change: Partial<Session> = {}): Session => ({
  id: 'vnc-ada-1793539200',
  jobId: '4712',
  node: 'viz01',
  status: 'running',
  imageId: 'XFCE4 Desktop',
  createdAt: Date.now() - 600_000,
  runningSince: null,
  endsAt: Date.now() + 3 * 3_600_000,
  shared: false,
  ...change,
})

export const vncDesktop = (change: Partial<DesktopSnapshot> = {}): DesktopSnapshot => ({
  desktopId: 'desktop-1',
  siteId: 'demo',
  kind: 'vnc',
  state: 'open',
  epoch: 1,
  steps: pendingSteps('vnc').map((step) => ({ ...step, status: 'done', startedAt: 0, ms: 900 })),
  user: { name: 'ada', verified: true },
  session: vncSession(),
  question: null,
  link: null,
  stream: null,
  failure: null,
  endedBecause: null,
  warnings: [],
  ...change,
})
