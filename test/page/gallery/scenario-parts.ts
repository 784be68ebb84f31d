/** What the gallery's scenarios are put together from: a site, sessions, connections, failures, questions. */
import type { CallName, SiteSummary } from '../../../src-main/shared/contract.ts'
import { fail, type Failure } from '../../../src-main/shared/errors.ts'
import {
  stepNames,
  type DesktopSnapshot,
  type Question,
  type Session,
  type StepName,
} from '../../../src-main/shared/model/desktop.ts'
import type { ImageList } from '../../../src-main/shared/model/image.ts'
import type { Policy, Settings } from '../../../src-main/shared/model/settings.ts'
import type { SignInOutlook } from '../../../src-main/shared/model/sign-in.ts'
import type { SiteCheckSnapshot } from '../../../src-main/shared/model/site-check.ts'
import type { StatusSnapshot } from '../../../src-main/shared/model/status.ts'
import { desktopSnapshot } from '../../support/page-snapshots.ts'
import { asText, type Text } from '../../../src-main/shared/texts/index.ts'

/** What a state of the page is made of. */
export interface Scenario {
  sites: SiteSummary[]
  /** The desktop whose view is shown. */
  snapshot: DesktopSnapshot | null
  /** Desktops that were started before it. */
  others?: DesktopSnapshot[]
  /** What `desktop.get` answers once the page has started one. */
  afterStart?: DesktopSnapshot
  sessions: Session[]
  vncSessions?: Session[]
  /** What new desktops of each kind can run; where absent there is nothing to choose from. */
  images?: ImageList
  vncImages?: ImageList
  signIn?: SignInOutlook
  status: StatusSnapshot | null
  transport: 'connecting' | 'connected' | 'disconnected'
  /** What is known of a check of the site; with it the page's dialog is opened. */
  siteCheck?: SiteCheckSnapshot
  /** What was chosen at earlier starts, and what the administrator has set. */
  settings?: Partial<Settings>
  policy?: Policy
  /** Files of settings that could not be used. */
  notices?: Failure[]
  refuse?: Partial<Record<CallName, Failure>>
}

export const site: SiteSummary = {
  id: 'demo',
  name: 'Demo site',
  portalOrigin: 'https://portal.demo.invalid',
  portalUser: 'ada',
  sshUser: 'alovelace',
}

export const longWords =
  'Finite-Element-and-Computational-Fluid-Dynamics-Department-Visualisation-Cluster-North of the Institute for Applied Mechanics'

const durations = [412, 1830, 42_300, 2210, 930, 6120, 340, 700]

export const details: Partial<Record<StepName, Text>> = {
  queued: asText('waiting.expectedAbout', {
    reason: asText('waiting.reasons.resources'),
    at: Date.now() + 4 * 60_000,
    minutes: 3,
  }),
  tunnelling: asText('desktop.detail.opening', { node: 'viz01' }),
  'waiting-for-host': asText('desktop.detail.vncServer'),
}

export function steps(active: StepName | null, failed = false): DesktopSnapshot['steps'] {
  const now = Date.now()
  const at = active === null ? stepNames.length : stepNames.indexOf(active)
  return stepNames.map((name, index) => {
    const ms = durations[index] ?? 0
    if (index < at) return { name, status: 'done', startedAt: now - 80_000 + index * 1000, ms, detail: null }
    if (index > at) return { name, status: 'pending', startedAt: null, ms: null, detail: null }
    return failed
      ? { name, status: 'failed', startedAt: now - ms, ms, detail: null }
      : { name, status: 'active', startedAt: now - ms, ms: null, detail: details[name] ?? null }
  })
}

export function session(change: Partial<Session> = {}): Session {
  const now = Date.now()
  return {
    id: 'ml-ada-1793539200',
    jobId: '4711',
    node: 'viz01',
    status: 'running',
    imageId: 'desktop-2026',
    createdAt: now - 50 * 60_000,
    runningSince: now - 48 * 60_000,
    endsAt: now + 7 * 3_600_000 + 12 * 60_000,
    ...change,
  }
}

export function snapshot(change: Partial<DesktopSnapshot>): DesktopSnapshot {
  return {
    ...desktopSnapshot('connection-1', 'idle'),
    steps: steps(null),
    user: { name: 'ada', verified: false },
    ...change,
  }
}

const link: NonNullable<DesktopSnapshot['link']> = {
  roundTripMs: 18.4,
  unacknowledgedBytes: 20_480,
  receivedBytes: 812_345_678,
  sentBytes: 4_321_000,
  droppedFrames: 0,
  line: { narrow: false, carriedKbps: 8_400, pathMs: 12, queueMs: 0 },
}

export const stream: NonNullable<DesktopSnapshot['stream']> = {
  codec: 'H.264',
  width: 1280,
  height: 720,
  fps: 30,
  framesReceived: 5400,
  framesDropped: 0,
  bitrateKbps: 5870,
  roundTripMs: 19,
  weak: false,
}

/** A line of 2 Mbit/s, with 1.6 Mbit/s of 6 on it. */
export const pace: NonNullable<DesktopSnapshot['pace']> = {
  ...{ askedKbps: 6000, bitrateKbps: 1600, width: 1280, height: 720, fps: 20 },
  ...{ why: 'line', lineKbps: 2000, isSmaller: false, weak: false, changingSince: null },
  changes: [{ at: Date.now() - 60_000, width: 1280, height: 720, fps: 20, bitrateKbps: 1600, by: 'resume' }],
}

/** What a narrow line looks like. */
export const narrowLink = {
  ...link,
  line: { narrow: true, carriedKbps: 2010, pathMs: 18, queueMs: 120 },
}

export const warnings = [asText('desktop.warning.noPassword'), asText('desktop.warning.hostOwner')]

export const streaming = (change: Partial<DesktopSnapshot> = {}): DesktopSnapshot =>
  snapshot({ state: 'open', session: session(), link, stream, ...change })

/** Another session of the user's, with a view of its own. */
export const otherView = (change: Partial<DesktopSnapshot> = {}): DesktopSnapshot =>
  streaming({
    desktopId: 'connection-2',
    session: session({ id: 'ml-ada-1793539300', jobId: '4712', node: 'viz02' }),
    ...change,
  })

export const failures: Record<string, Failure> = {
  'failed-sign-in': fail('sign-in-refused', 'identity-provider', {
    evidence: [{ label: 'request', value: 'POST /auth/login: 403 {"detail":"test login is switched off"}' }],
  }).failure,
  'failed-host-key': fail('host-key-changed', 'changed', {
    facts: { hop: 'login.demo.invalid' },
    evidence: [
      { label: 'expected', value: 'ssh-ed25519 SHA256:4K2yZ7mHkq0yRz3Gq8o1hS0c1oWm2n9lq7dUuJv1Cbo' },
      { label: 'key-shown', value: 'ssh-ed25519 SHA256:Yp0s3dKx9nVQ4w1J2uZrT8bLmF6hEaC5gN7iXoR+q2M' },
    ],
    retryable: false,
  }).failure,
  'failed-encoder': fail('no-encoder', 'node', {
    evidence: [{ label: 'answer', value: '503 Failed to initialize video capture/encoding.' }],
  }).failure,
  'failed-other-computer': fail('pairing-refused', 'other-computer', {
    evidence: [{ label: 'answer', value: '400 Invalid Current Credentials' }],
    retryable: false,
  }).failure,
  'failed-image': fail('job-ended-early', 'image', {
    facts: { image: '/opt/apptainers/sunshine_desktop.sif', node: 'viz-node003' },
    evidence: [{ label: 'slurm-says', value: 'FAILED, exit status 255' }],
  }).failure,
  'failed-portal': fail('portal-error', 'service-down', {
    facts: { service: asText('panels.services.names.moonlight') },
    evidence: [{ label: 'request', value: 'GET /api/moonlight/images: 502' }],
  }).failure,
  // With an end of the session that asks first.
  'failed-running': {
    ...fail('host-not-ready', 'no-answer', {
      evidence: [{ label: 'answer', value: 'connect ECONNREFUSED 127.0.0.1:47989' }],
    }).failure,
    circumstance: 'running',
  },
  'failed-long': fail('no-way-to-node', 'none-works', {
    facts: { node: `${'viz-node-with-a-very-long-name-'.repeat(3)}01` },
    evidence: [
      {
        label: 'job-log',
        value: Array.from(
          { length: 60 },
          (_, line) =>
            `[${line}] FATAL: could not open image /opt/images/${'deep/'.repeat(18)}desktop-2026.sif: failed to retrieve path: no such file or directory`,
        ).join('\n'),
      },
      { label: 'program', values: { program: 'sacct' }, value: '4711|FAILED|255:0|viz01' },
    ],
  }).failure,
}

export const questions: Record<string, Question> = {
  'question-host-key': {
    type: 'host-key',
    id: 'question-1',
    hop: 'login.demo.invalid',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:4K2yZ7mHkq0yRz3Gq8o1hS0c1oWm2n9lq7dUuJv1Cbo',
  },
  'question-prompts': {
    type: 'prompts',
    id: 'question-2',
    hop: 'login.demo.invalid',
    title: 'LDAP account',
    prompts: [
      { text: 'Password', echo: false },
      { text: 'Verification code', echo: true },
    ],
  },
  'question-passphrase': {
    type: 'passphrase',
    id: 'question-10',
    file: '/home/ada/.ssh/id_ed25519',
    again: true,
  },
  'question-certificate': {
    type: 'certificate',
    id: 'question-4',
    origin: 'https://portal.demo.invalid',
    subject: 'CN=portal.demo.invalid, O=HPC Lab, L=Seoul, ST=Seoul, C=KR',
    issuer: 'CN=portal.demo.invalid, O=HPC Lab, L=Seoul, ST=Seoul, C=KR',
    fingerprint:
      '4A:91:0E:77:C3:5D:28:B6:F0:13:9C:E4:6B:82:D7:3A:55:C8:1F:90:A2:EE:47:06:BD:74:29:F8:61:3C:D5:0B',
    validFrom: Date.UTC(2026, 2, 1),
    validTo: Date.UTC(2027, 2, 1),
  },
  'question-browser': {
    type: 'browser-sign-in',
    id: 'question-5',
    origin: 'https://portal.demo.invalid',
    address: 'https://portal.demo.invalid/auth/saml/login',
    opened: true,
    problem: null,
  },
  'question-browser-not-opened': {
    type: 'browser-sign-in',
    id: 'question-6',
    origin: 'https://portal.demo.invalid',
    address: 'https://portal.demo.invalid/auth/saml/login',
    opened: false,
    problem: null,
  },
  'question-token': {
    type: 'token',
    id: 'question-7',
    origin: 'https://portal.demo.invalid',
    why: asText('desktop.ask.unknownSignIn', { type: 'kerberos' }),
    problem: asText('failures.sign-in-refused.token-refused.message'),
  },
  'question-unproved-host': {
    ...{ type: 'unproved-host', id: 'question-9', session: 'ml-ada-1793539200', node: 'viz01', port: 47_989 },
    why: asText('desktop.ask.otherRequest'),
  },
  'question-pin': {
    type: 'pairing-pin',
    id: 'question-3',
    pin: '4821',
    problem: asText('desktop.ask.wrongHostUser'),
  },
}
