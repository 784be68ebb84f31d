/** The whole life of a session, attacked in each of its phases by a second user. */
import { dirname, join } from 'node:path'
import { createHostCertificate } from '../../site/host/http/certificate.ts'
import type { AttackerCommands } from './attacker.ts'
import { attacks, type NamedAttack } from './attacks.ts'
import type { OwnCertificate } from './attack-host.ts'
import type { CarelessCommands } from './careless.ts'
import type { ClientCommands } from './client.ts'
import { Commander, type Handlers } from './commands.ts'
import type { SiteCommands } from './site.ts'
import { startStage, users, type Stage, type StageUser } from './stage.ts'
import type { SurveyCommands } from './survey.ts'
import type { Outcome, Part, World } from './world.ts'

const folder = 'test/e2e/second-user'
const handOffPort = 4431

/** What the attacker came to in one phase. */
export interface Phase {
  name: string
  outcomes: Record<string, Outcome>
  /** States of the connection before, while and after it was attacked; `none` without one. */
  states: string[]
}

export interface Life {
  phases: Phase[]
  secrets: Record<string, string[]>
  /** Text of all command lines of the machine, short-lived ones too. */
  commandLines: Outcome
  handOff: {
    /** What the client asked for while the attacker listened at the portal's port, and what came there. */
    questionWhileTaken: string | null
    cameToSquatter: string[]
    squatted: string[]
    /** Answers to forged sign-ins, and who the user was at last. */
    answers: string[]
    signedInAs: string | null
  }
  /**
   * While connections that said nothing were held at every port from its first moment: how many ports, hosts that were
   * claimed, and how the page and the stream failed, if they did.
   */
  held: { reached: number; claimed: number[]; trouble: string | null }
  /** What came to X servers' abstract addresses that the attacker had taken before the desktop started. */
  cameToDisplays: string[]
  /** Links under names of temporary files that the client has had, what went through them, and what was lost by them. */
  temporary: { planted: number; trapped: string[]; lost: string[] }
  spoiledPictures: number
}

/** As the control: careless programs in every part that an attack looks at. */
const everyPart = (world: World): World => {
  const parts: Part[] = ['client', 'browser', 'node']
  const spread = <T extends { part: Part }>(entries: T[]): T[] =>
    entries
      .filter(({ part }) => part === 'client')
      .flatMap((entry) => parts.map((part) => ({ ...entry, part })))
  return {
    ...world,
    processes: world.processes.filter(({ part }) => part === 'client'),
    tcp: spread(world.tcp),
    udp: spread(world.udp),
    unix: world.unix.filter(({ part }) => part === 'client'),
  }
}

const namesOf = (fits: (attack: NamedAttack) => boolean): string[] =>
  attacks.filter(fits).map(({ name }) => name)
/** As the portal's tokens look, with a signature that is none. */
const forgedToken = [
  { alg: 'HS256', typ: 'JWT' },
  { sub: 'alice', username: 'alice', exp: 4_000_000_000 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2lnbmF0dXJl')
  .join('.')

/** It must be found where command lines are looked at. */
export const carelessSecret = 'a-secret-among-the-words-of-a-command'

/** Starts one of the programs of this folder. */
const runOn = (stage: Stage) =>
  function run<H extends Handlers>(user: StageUser, name: string, niceness?: number): Commander<H> {
    return new Commander<H>(stage.start(user, `${folder}/${name}.ts`, niceness))
  }

/** Each attack on programs without guards, on a stage of its own. */
export async function attackCareless(): Promise<Record<string, Outcome>> {
  await using stack = new AsyncDisposableStack()
  const stage = await startStage()
  stack.defer(() => stage.dispose())
  const run = runOn(stage)
  const identity = await ownIdentity()
  const survey = run<SurveyCommands>('root', 'survey')
  const attacker = run<AttackerCommands>('attacker', 'attacker')
  await attacker.call('prepare', identity)
  const outcomes: Record<string, Outcome> = {}
  for (const [user, kind] of [
    ['owner', 'other'],
    ['attacker', 'own'],
  ] as const) {
    const careless = run<CarelessCommands>(user, 'careless')
    const about = { uid: users[user].id, siteFolder: '/none', homes: [] }
    const clientPid = await careless.call('start', {
      folder: `/tmp/careless-${kind}`,
      identity,
      secret: carelessSecret,
    })
    const world = await survey.call('look', { ...about, clientPid })
    const names = namesOf(({ control }) => control === kind)
    Object.assign(outcomes, await attacker.call('attack', { names, world: everyPart(world), inTurn: true }))
    await careless.end()
  }
  return outcomes
}

const ownIdentity = async (): Promise<OwnCertificate> => {
  const { keyPem, certificatePem } = await createHostCertificate()
  return { key: keyPem, cert: certificatePem }
}

/** @param say gets a line about each step, for those who look for a fault */
export async function liveUnderAttack(
  say: (text: string, phase?: Phase) => void = () => undefined,
): Promise<Life> {
  await using stack = new AsyncDisposableStack()
  const stage: Stage = await startStage()
  stack.defer(() => stage.dispose())
  const run = runOn(stage)
  const survey = run<SurveyCommands>('root', 'survey')
  const attacker = run<AttackerCommands>('attacker', 'attacker')
  // A program that ends at once is seen by who looks in time: on a busy machine that is who goes first.
  const watcher = run<AttackerCommands>('attacker', 'attacker', -10)
  await attacker.call('prepare', await ownIdentity())
  // ---- the site and the client ----
  const squatted = [
    ...(await attacker.call('squat', {
      ports: ['127.0.0.1', '::1'].map((host) => ({ host, port: handOffPort })),
      displays: [],
    })),
    ...(await watcher.call('squat', { ports: [], displays: [0, 1, 2, 3] })),
  ]
  await watcher.call('watchCommandLines')
  const site = run<SiteCommands>('owner', 'site')
  const ready = await site.call('start')
  const client = run<ClientCommands>('owner', 'client')
  const clientPid = await client.call('start', { ready, pairing: 'claim' })
  const siteFolder = dirname(ready.profile)
  const homes = [users.owner.home, siteFolder, dirname(ready.home), ready.home]
  const look = (): Promise<World> =>
    survey.call('look', { uid: users.owner.id, clientPid, siteFolder, homes })
  say('site and client')

  const phases: Phase[] = []
  const namesBefore = new Set<string>()
  const onClient = namesOf(({ where }) => where === 'client')
  const onNode = namesOf(({ where }) => where === 'node')
  const phase = async (name: string, names: string[]): Promise<void> => {
    const state = async (): Promise<string> => (await client.call('snapshot'))?.state ?? 'none'
    await client.call('states')
    const before = await state()
    const world = await look()
    for (const path of [...world.files, ...world.folders]) namesBefore.add(path)
    const outcomes = await attacker.call('attack', { names, world })
    const done = { name, outcomes, states: [before, ...(await client.call('states')), await state()] }
    phases.push(done)
    say(name, done)
  }

  await client.call('openWindow')
  await client.call('makeSignInFile')
  await phase('before', onClient)
  await client.call('closeWindow')

  await client.call('connect')
  const asked = await client.call('until', {
    states: ['failed', 'queued'],
    question: ['browser-sign-in', 'token'],
  })
  await client.call('answer', { values: null })
  await client.call('until', { states: ['failed', 'ended'] })
  const cameToSquatter = await attacker.call('unsquat')
  say('hand-off squatted')

  await site.call('setFault', { name: 'partition-down', on: true })
  await client.call('connectAgain')
  await client.call('until', { states: ['failed'], question: ['browser-sign-in'] })
  await phase('signing in', onClient)
  const answers = await attacker.call('handOff', { tokens: ['x', forgedToken], port: handOffPort })
  await client.call('signIn', { user: 'alice' })
  const queued = await client.call('until', { states: ['queued', 'failed'] })
  if (queued.failure) throw new Error(queued.failure)
  await phase('queued', onClient)

  const besides = (await look()).tcp.filter(({ part }) => part === 'site').map(({ port }) => port)
  await attacker.call('hold', { uid: users.owner.id, besides, count: 100 })
  await site.call('setFault', { name: 'partition-down', on: false })
  const streaming = async (): Promise<void> => {
    const { failure } = await client.call('until', { states: ['open', 'failed', 'ended'] })
    if (failure) throw new Error(failure)
    await client.call('pictures', { count: 5 })
  }
  const trouble = await streaming()
    .then(() => client.call('reload'))
    .then(streaming)
    .then(() => null, String)
  const { reached, claimed } = await attacker.call('letGo')
  await streaming()
  const signedInAs = (await client.call('snapshot'))?.user ?? null
  await phase('open', [...onClient, ...onNode])
  await client.call('pictures', { count: 5 })

  await site.call('setFault', { name: 'sshd-stopped', on: true })
  await client.call('until', { states: ['reconnecting', 'failed'] })
  await phase('reconnecting', onClient)
  await site.call('setFault', { name: 'sshd-stopped', on: false })
  await streaming()
  const spoiledPictures = await client.call('picturesSpoiled')
  const secrets = await client.call('secrets')

  await client.call('disconnect')
  await phase('left', [...onClient, ...onNode])
  await client.call('connectAgain')
  await streaming()
  await client.call('end')
  await phase('ended', onClient)
  await client.call('openVnc')
  await phase('VNC desktop', onClient)
  await client.call('endVnc')

  // ---- another client of the user, where names have been taken that the first one used ----
  await client.call('stop')
  const kept = (await look()).files.filter((path) => path.startsWith(users.owner.home))
  const names = [...namesBefore].filter((path) => /^\/tmp\/[^/]+$/.test(path))
  const planted = await attacker.call('plant', { names, target: join(users.owner.home, '.local') })
  await client.call('start', { ready, pairing: 'pin' })
  await client.call('connect')
  await client.call('until', { states: ['failed', 'queued'], question: ['browser-sign-in'] })
  await client.call('signIn', { user: 'alice' })
  const pairing = await client.call('until', { states: ['failed', 'open'], question: ['pairing-pin'] })
  if (pairing.question?.type !== 'pairing-pin') throw new Error(`no PIN was asked for: ${pairing.failure}`)
  await phase('pairing', onClient)
  await client.call('end')
  const left = new Set((await look()).files)
  const lost = kept.filter((path) => !left.has(path))

  const commandLines = await watcher.call('commandLinesSeen')
  return {
    phases,
    secrets,
    commandLines,
    handOff: {
      questionWhileTaken: asked.question?.type ?? null,
      cameToSquatter,
      squatted,
      answers,
      signedInAs,
    },
    held: { reached: reached.length, claimed, trouble },
    cameToDisplays: await watcher.call('unsquat'),
    temporary: { planted, trapped: await attacker.call('trapped'), lost },
    spoiledPictures,
  }
}
