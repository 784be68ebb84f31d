/** The states that the gallery shows, by name. Times are relative to the moment at which a scenario is asked for. */
import { routeLimits } from '../../../src-main/domain/routes.ts'
import { pendingSteps } from '../../../src-main/domain/steps.ts'
import { fail } from '../../../src-main/shared/errors.ts'
import { stepNames, type Question, type StepName } from '../../../src-main/shared/model/desktop.ts'
import {
  type Scenario,
  site,
  longWords,
  steps,
  session,
  snapshot,
  narrowLink,
  pace,
  stream,
  warnings,
  streaming,
  otherView,
  failures,
  questions,
} from './scenario-parts.ts'
import { imageStates } from './images.ts'
import { siteChecks } from './site-check.ts'
import { panelStates, status } from './status.ts'
import { vncDesktop, vncSession } from './vnc.ts'
import { asText } from '../../../src-main/shared/texts/index.ts'

/** As long as a line beside a step gets. */
const longWaiting = asText('routes.tried.three', {
  first: asText('routes.results.node-ssh.refused', { why: 'x'.repeat(100) }),
  second: asText('routes.results.srun.refused', { why: 'y'.repeat(100) }),
  third: asText('routes.results.login-host.taken'),
})

const damagedFile = '/home/ada/.local/share/vizlink/settings.json.damaged'
const badSettings = fail('bad-settings', 'damaged', {
  facts: { file: damagedFile },
  evidence: [{ label: 'file', value: damagedFile }],
  retryable: false,
}).failure

const base: Scenario = { sites: [site], snapshot: null, sessions: [], status: null, transport: 'connected' }

const others: Record<string, () => Scenario> = {
  ...imageStates(base),
  idle: () => ({
    ...base,
    afterStart: snapshot({ state: 'signing-in', steps: steps('signing-in'), user: null }),
  }),
  'idle-ask-user': () => ({
    ...base,
    sites: [
      { ...site, portalUser: null },
      { ...site, id: 'other', name: 'Other site' },
    ],
  }),
  'idle-remembered': () => ({
    ...base,
    sites: [
      { ...site, id: 'other', name: 'Other site', portalUser: null },
      { ...site, portalUser: null },
    ],
    settings: { lastSite: 'demo', userName: { demo: 'grace', other: 'hopper' }, picture: 'smooth' },
  }),
  'idle-managed': () => ({
    ...base,
    settings: { picture: 'large' },
    policy: { picture: 'light' },
    notices: [badSettings],
  }),
  'idle-browser': () => ({ ...base, signIn: { kind: 'browser', user: null } }),
  'idle-browser-no-name': () => ({
    ...base,
    sites: [{ ...site, portalUser: null }],
    signIn: { kind: 'browser', user: null },
  }),
  'idle-signed-in': () => ({ ...base, signIn: { kind: 'browser', user: 'ada' } }),
  'idle-signed-in-unverified': () => ({ ...base, signIn: { kind: 'test', user: 'ada' } }),
  'idle-no-portal': () => ({ ...base, sites: [{ ...site, portalOrigin: null, portalUser: null }] }),
  'no-sites': () => ({ ...base, sites: [] }),
  sessions: () => ({
    ...base,
    sessions: [
      session(),
      session({ id: 'ml-ada-1793542800', node: null, status: 'pending', runningSince: null, endsAt: null }),
      session({ id: 'ml-ada-1793542900', node: null }),
    ],
  }),
  'sessions-ending': () => ({
    ...base,
    sessions: [
      session(),
      session({
        ...{ id: 'ml-ada-1793542800', node: null, status: 'ending', runningSince: null, endsAt: null },
        ending: { since: Date.now(), why: asText('desktop.detail.slurmSilent') },
      }),
    ],
  }),
  'sessions-unreachable': () => ({
    ...base,
    refuse: {
      'sessions.list': fail('portal-unreachable', 'no-answer').failure,
    },
  }),
  'steps-long': () => {
    const waiting = steps('queued').map((step) =>
      step.status === 'active' ? { ...step, startedAt: Date.now() - 4_000_000, detail: longWaiting } : step,
    )
    return {
      ...base,
      sites: [{ ...site, name: longWords }],
      snapshot: snapshot({ state: 'queued', steps: waiting, warnings }),
    }
  },
  'steps-blocked': () => {
    const nodes = 'viz-node001: fan replacement, viz-node002: drained, …'
    const detail = asText('waiting.blocked', { reason: asText('waiting.reasons.allDown', { nodes }) })
    const waiting = steps('queued').map((step) =>
      step.status === 'active' ? { ...step, detail, blocked: true } : step,
    )
    return { ...base, snapshot: snapshot({ state: 'queued', steps: waiting }) }
  },
  'idle-long': () => ({
    ...base,
    sites: [{ ...site, name: longWords, portalUser: 'a'.repeat(32), sshUser: 'b'.repeat(32) }],
  }),
  streaming: () => ({ ...base, snapshot: streaming(), status: status() }),
  'streaming-no-panel': () => ({
    ...base,
    snapshot: streaming(),
    status: status(),
    settings: { panel: 'hidden' },
  }),
  'streaming-other-way': () => ({
    ...base,
    status: status(),
    snapshot: streaming({
      access: {
        route: 'login-host',
        limits: routeLimits['login-host'],
        openssh: 'certificate',
        relay: {
          folder: '/dev/shm/vizlink-1000',
          passedOver: [
            { folder: '/home/ada/.cache/vizlink', why: 'no programs may run there (Permission denied)' },
          ],
        },
        tried: [
          {
            route: 'node-ssh',
            outcome: 'refused',
            why: 'Access denied by pam_slurm_adopt: you have no active jobs on this node',
          },
          { route: 'srun', outcome: 'skipped', why: 'The job is not yours.' },
          { route: 'login-host', outcome: 'taken', why: null },
        ],
      },
    }),
  }),
  'streaming-warnings': () => ({
    ...base,
    sites: [{ ...site, name: longWords }],
    snapshot: streaming({ warnings, session: session({ endsAt: Date.now() + 4 * 60_000 }) }),
    status: status({
      nodes: {
        ...status().nodes,
        at: Date.now() - 400_000,
        problem: { key: 'failures.slurm-unreachable.silent.message' },
      },
    }),
  }),
  'streaming-weak': () => ({
    ...base,
    snapshot: streaming({ stream: { ...stream, weak: true } }),
    status: status(),
  }),
  'streaming-slow-line': () => ({
    ...base,
    snapshot: streaming({ pace, link: narrowLink, stream: { ...stream, fps: 20, bitrateKbps: 1180 } }),
    status: status(),
  }),
  'streaming-fitted': () => ({
    ...base,
    snapshot: streaming({
      pace: { ...pace, why: 'asked', bitrateKbps: 6000, changingSince: Date.now() },
      link: narrowLink,
    }),
    status: status(),
  }),
  'streaming-silent': () => ({
    ...base,
    snapshot: streaming({ silence: { seconds: 3, cause: asText('desktop.silence.hostSilent') } }),
    status: status(),
  }),
  'streaming-again': () => ({ ...base, snapshot: streaming({ epoch: 2 }), status: status() }),
  reconnecting: () => ({
    ...base,
    snapshot: streaming({ state: 'reconnecting' }),
    status: status(),
  }),
  ended: () => ({
    ...base,
    snapshot: snapshot({
      state: 'ended',
      endedBecause: asText('desktop.ended.disconnected'),
      session: session(),
    }),
    sessions: [session()],
  }),
  'views-two': () => ({ ...base, snapshot: streaming(), others: [otherView()], status: status() }),
  'views-connecting': () => ({
    ...base,
    snapshot: snapshot({ state: 'queued', steps: steps('queued'), session: session({ node: null }) }),
    others: [otherView()],
  }),
  'views-failed': () => ({
    ...base,
    snapshot: snapshot({
      state: 'failed',
      steps: steps('starting', true),
      failure: failures['failed-sign-in'] ?? null,
    }),
    others: [otherView()],
  }),
  'views-ended': () => ({
    ...base,
    snapshot: snapshot({ state: 'ended', session: session(), endedBecause: asText('desktop.ended.ended') }),
    others: [otherView()],
    sessions: [session({ node: 'viz02' })],
  }),
  'views-long': () => ({
    ...base,
    sites: [{ ...site, name: longWords }],
    snapshot: streaming({ session: session({ node: `viz-node-${'0'.repeat(40)}1` }) }),
    others: [
      otherView(),
      otherView({
        desktopId: 'connection-3',
        state: 'tunnelling',
        steps: steps('tunnelling'),
        question: questions['question-host-key'] ?? null,
      }),
    ],
    status: status(),
  }),
  'views-vnc': () => ({
    ...base,
    others: [streaming()],
    snapshot: vncDesktop({ session: vncSession({ node: 'visualisation-042' }) }),
    vncSessions: [vncSession()],
    status: status(),
  }),
  'views-vnc-failed': () => ({
    ...base,
    sites: [{ ...site, name: longWords }],
    others: [streaming({ session: session({ node: `viz-node-${'0'.repeat(40)}1` }) })],
    snapshot: vncDesktop({
      session: vncSession({ node: null }),
      state: 'failed',
      failure: failures['failed-long'] ?? null,
    }),
    status: status(),
  }),
  'vnc-sessions': () => ({
    ...base,
    vncSessions: [vncSession(), vncSession({ id: 'vnc-admin-1793542800', status: 'pending', shared: true })],
  }),
  'vnc-starting': () => ({
    ...base,
    snapshot: vncDesktop({
      epoch: 0,
      state: 'queued',
      steps: steps('queued').slice(0, pendingSteps('vnc').length),
      session: vncSession({ node: null, status: 'pending' }),
    }),
  }),
  'vnc-stopped': () => ({
    ...base,
    sites: [{ ...site, name: longWords }],
    snapshot: vncDesktop({ warnings }),
  }),
  'vnc-restoring': () => ({
    ...base,
    snapshot: vncDesktop({ state: 'reconnecting' }),
  }),
  'vnc-left': () => ({
    ...base,
    snapshot: vncDesktop({ state: 'ended', endedBecause: asText('desktop.ended.disconnected') }),
    vncSessions: [vncSession()],
  }),
  'app-lost': () => ({ ...base, transport: 'connecting' }),
}

/** Names of all scenarios, in the order of a connection's life. */
export const scenarioNames = [
  ...Object.keys(others),
  ...stepNames,
  ...Object.keys(questions),
  ...Object.keys(failures),
  ...Object.keys(siteChecks),
]

/** Names of the states of the panels beside the stream. */
export const panelNames = Object.keys(panelStates)

const stateOf: Record<Question['type'], StepName> = {
  certificate: 'signing-in',
  'browser-sign-in': 'signing-in',
  token: 'signing-in',
  'host-key': 'tunnelling',
  prompts: 'tunnelling',
  passphrase: 'tunnelling',
  'pairing-pin': 'pairing',
  'unproved-host': 'pairing',
}

/** Makes a scenario by its name; an unknown name is the first screen. */
export function scenarioOf(name: string): Scenario {
  const question = questions[name]
  if (question) {
    const state = stateOf[question.type]
    return { ...base, snapshot: snapshot({ state, steps: steps(state), question }) }
  }
  const failure = failures[name]
  if (failure) {
    return {
      ...base,
      snapshot: snapshot({ state: 'failed', steps: steps('starting', true), session: session(), failure }),
    }
  }
  const panels = panelStates[name]
  if (panels) return { ...base, snapshot: streaming(), status: panels() }
  const siteCheck = siteChecks[name]
  if (siteCheck) return { ...base, siteCheck }
  const step = stepNames.find((one) => one === name)
  if (step) return { ...base, snapshot: snapshot({ state: step, steps: steps(step) }) }
  return (others[name] ?? others.idle ?? (() => base))()
}
