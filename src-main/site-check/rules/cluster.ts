/** Rules about SSH, Slurm, the node, and Redis. */
import type {
  FolderSight,
  NodeSight,
  Observations,
  RedisSight,
  Seen,
  SlurmNode,
  SlurmSight,
} from '../observations.ts'
import {
  failure,
  judged,
  notTestable,
  pass,
  warning,
  type Rule,
  type Rules,
  type Verdict,
} from './verdict.ts'

const down = /^(down|fail|error|unknown|power)/
const drained = /^drain/
const named = (nodes: SlurmNode[]): string =>
  nodes.map(({ name, state, reason }) => `${name} ${state}${reason && ` (${reason})`}`).join(', ')
const isDown = ({ state }: SlurmNode): boolean => down.test(state)
const isDrained = ({ state }: SlurmNode): boolean => drained.test(state)

const nodes =
  (judge: (nodes: SlurmNode[]) => Verdict): Rule =>
  (o) =>
    judged(o.slurm, (slurm) => {
      if (slurm.nodes === null)
        return notTestable('Slurm’s controller does not answer.', slurm.controller.seen)
      if (slurm.nodes.length === 0) return notTestable('The partition has no nodes.')
      return judge(slurm.nodes)
    })

const partition = (slurm: SlurmSight): Verdict => {
  if (slurm.partition === null)
    return notTestable('Slurm’s controller does not answer.', slurm.controller.seen)
  return slurm.partition.state === 'up' ? pass(slurm.partition.seen) : failure(slurm.partition.seen)
}

/** Rules of the node that was looked at; every one names it. */
const onNode =
  (judge: (node: NodeSight, o: Observations) => Verdict): Rule =>
  (o) =>
    judged(o.node, (node) => {
      const verdict = judge(node, o)
      return { ...verdict, seen: `${node.name}: ${verdict.seen}` }
    })

function folderWords({ path, there, owner, silent }: FolderSight): string {
  if (silent) return `${path} does not answer`
  return there ? `${path} of ${owner}` : `${path} is not there`
}
const folder = (sight: FolderSight): Verdict =>
  sight.there ? pass(folderWords(sight)) : failure(folderWords(sight))

/** Servers and clients of one file system may round its size in their own ways. */
const sizeTolerance = 0.01

/** Whether two folders are one; null: unknown. */
function isSame(one: FolderSight, other: FolderSight): boolean | null {
  if (one.inode !== other.inode) return false
  const [a, b] = [one.fileSystem, other.fileSystem]
  if (a === null || b === null) return null
  // New file systems number their folders alike, so disks of two machines show the same inodes.
  if (a.machine !== null && b.machine !== null) return a.machine === b.machine && a.id === b.id
  return Math.abs(a.bytes - b.bytes) <= sizeTolerance * Math.max(a.bytes, b.bytes) ? true : null
}

function shared(node: NodeSight, o: Observations): Verdict {
  if (!o.loginHost.ok) return notTestable(o.loginHost.reason)
  const here = o.loginHost.value
  const pairs = (['home', 'scratch'] as const).filter((name) => node[name].there && here[name].there)
  if (pairs.length === 0) return notTestable('Neither folder is there on both.')
  const such = (same: boolean | null): string =>
    pairs
      .filter((name) => isSame(node[name], here[name]) === same)
      .map((name) => node[name].path)
      .join(' and ')
  if (such(false)) return warning(`${such(false)} is another folder than on the login host`)
  if (such(null)) return notTestable(`Whether ${such(null)} is the login host’s cannot be told from here.`)
  return pass(`${such(true)} as on the login host`)
}

/** One image is copied to many hosts, and a copy is forgotten: sizes show it without reading gigabytes. */
function sameImage({ name, image }: NodeSight, o: Observations): Verdict {
  if (image.bytes === null) return notTestable('The image is not on the node.')
  if (!o.loginHost.ok) return notTestable(o.loginHost.reason)
  const there = o.loginHost.value.images.get(image.name)
  if (there === undefined) return notTestable('The login host has none to compare it with.')
  return there === image.bytes
    ? pass(`${image.name}: ${there} bytes on both`)
    : warning(`${image.name}: ${there} bytes on the login host, ${image.bytes} on ${name}`)
}

/** First version without the known vulnerability: year, month and day, time. */
const safeVersion = [2026, 516, 143_833]

/** Whether a version of Sunshine (`0.23.1`, `v2026.516.143833`) is older than the first safe one. */
export function isVulnerable(version: string): boolean {
  const parts = version
    .replace(/^v/, '')
    .split('.')
    .map((part) => parseInt(part, 10))
  for (const [index, safe] of safeVersion.entries()) {
    const part = parts[index] ?? 0
    if (part !== safe) return part < safe
  }
  return false
}

const noHost = 'No session has run on the node lately, or its logs cannot be read.'

/** All ways in which Redis was met, those that worked. */
const met = (o: Observations): RedisSight[] =>
  [o.redis.fromHere, o.redis.fromLogin].flatMap((sight) => (sight.ok ? [sight.value] : []))

const isUnverified = ({ state }: RedisSight): boolean => state === 'unverified'

function redisAnswers(o: Observations): Verdict {
  const sights = met(o)
  const alive = sights.find(({ state }) => state === 'open' || state === 'locked')
  if (alive) return pass(alive.seen)
  const failing = o.moonlight.ok ? o.moonlight.value.redisFailure : null
  if (failing !== null) return failure(failing)
  const { fromLogin } = o.redis
  if (sights.some(isUnverified)) return notTestable('Its encryption does not hold; see redis.tls.')
  if (fromLogin.ok && o.profile.redisNamed) return failure(fromLogin.value.seen)
  if (!fromLogin.ok && o.profile.redisNamed) return notTestable(fromLogin.reason)
  return notTestable(
    'It cannot be reached from here nor the login host; name it in the site profile (redis).',
  )
}

const redisData = <T>(
  o: Observations,
  pick: (data: { ok: true; value: T }) => Verdict,
  sight: Seen<T>,
): Verdict => (sight.ok ? pick(sight) : notTestable(sight.reason))

export const clusterRules = {
  'ssh.login': (o) => (o.login.ok ? pass(o.login.value.seen) : failure(o.login.reason)),
  'ssh.node': (o) => judged(o.nodeLogin, ({ works, seen }) => (works ? pass(seen) : warning(seen))),

  'slurm.controller': (o) =>
    judged(o.slurm, ({ controller }) => (controller.up ? pass(controller.seen) : failure(controller.seen))),
  'slurm.partition': (o) => judged(o.slurm, partition),
  'slurm.nodes': nodes((all) => {
    const dead = all.filter(isDown)
    const usable = all.filter((node) => !isDown(node) && !isDrained(node))
    const spoken = dead.filter(({ responding }) => responding)
    if (usable.length === 0 && dead.length > 0)
      return failure(`none of ${all.length} takes jobs: ${named(dead)}`)
    // One that does not respond is another finding's matter.
    if (spoken.length > 0) return warning(named(spoken))
    return pass(`${usable.length} of ${all.length} take jobs`)
  }),
  'slurm.nodes-drained': nodes((all) => {
    const found = all.filter(isDrained)
    return found.length > 0 ? warning(named(found)) : pass(`none of ${all.length}`)
  }),
  'slurm.nodes-not-responding': nodes((all) => {
    const found = all.filter(({ responding }) => !responding)
    return found.length > 0 ? warning(named(found)) : pass(`all of ${all.length} respond`)
  }),

  'gpu.driver': onNode(({ gpu }) => (gpu.driverWorks ? pass(gpu.seen) : failure(gpu.seen))),
  'gpu.encoder': onNode(({ gpu }) => {
    if (!gpu.driverWorks) return notTestable('The driver does not work.', gpu.seen)
    if (gpu.kind === 'other') return warning(`${gpu.seen}: works through another encoder than NVENC`)
    if (gpu.encoder === null) return notTestable('The driver does not say.', gpu.seen)
    return gpu.encoder ? pass(gpu.seen) : warning(`${gpu.seen}: no NVENC`)
  }),

  'storage.home': onNode(({ home }) => folder(home)),
  'storage.scratch': onNode(({ scratch }) => folder(scratch)),
  'storage.shared': onNode(shared),
  'images.node': onNode(({ image }) =>
    image.bytes === null ? failure(`${image.path} is not there`) : pass(image.path),
  ),
  'images.same': onNode(sameImage),
  'job.log-folder': onNode(({ jobLogs, scratch }) => {
    if (!scratch.there) return notTestable('Scratch is not on the node.', folderWords(scratch))
    return folder(jobLogs)
  }),
  'job.working-folder': onNode(({ sessions, scratch }) => {
    if (!scratch.there) return notTestable('Scratch is not on the node.', folderWords(scratch))
    if (!sessions.there)
      return notTestable('There is none yet: the first session makes it.', folderWords(sessions))
    return sessions.writable
      ? pass(folderWords(sessions))
      : warning(`nobody may write: ${folderWords(sessions)}`)
  }),

  'host.command-line': onNode(({ host }) => {
    if (host.badCommandLine !== null) return failure(host.badCommandLine)
    return host.started === null ? notTestable(noHost) : pass(host.started)
  }),
  'host.version': onNode(({ host }) => {
    if (host.version === null) return notTestable(noHost)
    return isVulnerable(host.version) ? warning(`Sunshine ${host.version}`) : pass(`Sunshine ${host.version}`)
  }),

  'services.redis': redisAnswers,
  'redis.password': (o) => {
    const sights = met(o)
    const open = sights.find(({ state }) => state === 'open')
    if (open) return failure(open.seen)
    const locked = sights.find(({ state }) => state === 'locked')
    if (sights.some(isUnverified)) return notTestable('Its encryption does not hold; see redis.tls.')
    return locked ? pass(locked.seen) : notTestable('It cannot be reached from here nor from the login host.')
  },
  'redis.tls': (o) =>
    judged(o.redis.fromLogin, ({ tls }) =>
      tls === null
        ? notTestable('The site profile does not say that Redis speaks TLS (redis.tls).')
        : judged(tls, ({ problem, seen }) => (problem === null ? pass(seen) : failure(problem))),
    ),
  'redis.cluster-mode': (o) =>
    redisData(
      o,
      ({ value }) => judged(value.cluster, ({ enabled, seen }) => (enabled ? failure(seen) : pass(seen))),
      o.redis.data,
    ),
  'redis.in-memory-fallback': (o) =>
    judged(o.moonlight, ({ sessions, seen }) => {
      if (sessions === null) return notTestable('The desktop service does not list sessions.', seen)
      if (sessions.inMemory > 0) return failure(sessions.seen)
      return sessions.count > 0
        ? pass(sessions.seen)
        : notTestable('You have no session whose record shows it.', sessions.seen)
    }),
  'redis.sessions': (o) =>
    redisData(
      o,
      ({ value }) =>
        judged(value.sessions, ({ count, withoutEnd, ghosts }) => {
          const bad = [
            ...(ghosts.length > 0 ? [`${ghosts.length} without a session (${ghosts[0]})`] : []),
            ...(withoutEnd.length > 0
              ? [`${withoutEnd.length} without a time to live (${withoutEnd[0]})`]
              : []),
          ]
          return bad.length > 0 ? warning(`of ${count} records ${bad.join(', ')}`) : pass(`${count} records`)
        }),
      o.redis.data,
    ),
  'redis.persistence': (o) =>
    redisData(
      o,
      ({ value }) => {
        if (value.persistent === null)
          return notTestable('Its settings cannot be read: ask the operator.', value.persistenceSeen)
        return value.persistent ? pass(value.persistenceSeen) : warning(value.persistenceSeen)
      },
      o.redis.data,
    ),
  'redis.backup': () => notTestable('Nothing at the site shows it: ask the operator.'),

  'upkeep.log-rotation': (o) =>
    judged(o.loginHost, ({ logRotation: { state, seen } }) => {
      if (!o.profile.loginIsController && state !== 'found')
        return notTestable('The login host is another machine than the portal: ask the operator.', seen)
      if (state === 'unseen') return notTestable('The login host shows no entries of logrotate.', seen)
      return state === 'found' ? pass(seen) : warning(seen)
    }),
  'upkeep.session-folders': onNode(({ oldSessions, sessions }) => {
    if (oldSessions === null)
      return notTestable('The folder of sessions cannot be read.', folderWords(sessions))
    const words = `${oldSessions} folders older than a week in ${sessions.path}`
    return oldSessions >= tooManyOldFolders ? warning(words) : pass(words)
  }),
} as const satisfies Rules

const tooManyOldFolders = 10
