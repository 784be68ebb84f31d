/** Rules about SSH, Slurm, the node, and Redis. */
import { nodeCondition } from '../../shared/node-state.ts'
import { asText, type Text } from '../../shared/texts/index.ts'
import type {
  FolderSight,
  NodeSight,
  Observations,
  RedisSight,
  SlurmNode,
  SlurmSight,
} from '../observations.ts'
import { nodesLetIn, onNodes } from './nodes.ts'
import {
  failure,
  judged,
  notTestable,
  pass,
  untested,
  warning,
  type Rule,
  type Rules,
  type Verdict,
} from './verdict.ts'

const named = (nodes: SlurmNode[]): string =>
  nodes.map(({ name, state, reason }) => `${name} ${state}${reason && ` (${reason})`}`).join(', ')
const isDown = ({ state }: SlurmNode): boolean => nodeCondition(state) === 'down'
const isDrained = ({ state }: SlurmNode): boolean => nodeCondition(state) === 'drained'

const nodes =
  (judge: (nodes: SlurmNode[]) => Verdict): Rule =>
  (o) =>
    judged(o.slurm, (slurm) => {
      if (slurm.nodes === null) return untested('controllerSilent', slurm.controller.seen)
      if (slurm.nodes.length === 0) return untested('noNodes')
      return judge(slurm.nodes)
    })

/** No node should be so. */
const noNode = (isSo: (node: SlurmNode) => boolean, otherwise: 'noneDrained' | 'allRespond'): Rule =>
  nodes((all) => {
    const found = all.filter(isSo)
    if (found.length > 0) return warning(named(found))
    return pass(asText(`site-check-seen.${otherwise}`, { all: all.length }))
  })

const partition = (slurm: SlurmSight): Verdict => {
  if (slurm.partition === null) return untested('controllerSilent', slurm.controller.seen)
  return slurm.partition.state === 'up' ? pass(slurm.partition.seen) : failure(slurm.partition.seen)
}

function folderWords({ path, there, owner, silent }: FolderSight): Text {
  if (silent) return asText('site-check-seen.folderSilent', { path })
  return there
    ? asText('site-check-seen.folder', { path, owner })
    : asText('site-check-seen.folderMissing', { path })
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
  if (pairs.length === 0) return untested('notOnBoth')
  const such = (same: boolean | null): string =>
    pairs
      .filter((name) => isSame(node[name], here[name]) === same)
      .map((name) => node[name].path)
      .join(', ')
  if (such(false)) return warning(asText('site-check-seen.otherFolder', { folders: such(false) }))
  if (such(null)) return notTestable(asText('site-check-reasons.maybeShared', { folders: such(null) }))
  return pass(asText('site-check-seen.sameFolder', { folders: such(true) }))
}

const gigabyte = 1e9
/** A first session unpacks its image, which is compressed. */
const unpacked = 3
const least = { usable: gigabyte, atAll: gigabyte / 10 }

/** Whether a session's image can be unpacked there. */
function freeSpace({ scratch, temporary, image }: NodeSight): Verdict {
  const known = [scratch, temporary].flatMap(({ path, there, freeBytes }) =>
    there && freeBytes !== null ? [{ path, freeBytes }] : [],
  )
  const [smallest] = known.sort((left, right) => left.freeBytes - right.freeBytes)
  if (smallest === undefined) return untested('noFreeSpace')
  const { path, freeBytes } = smallest
  const seen = asText('site-check-seen.freeSpace', { path, gigabytes: (freeBytes / gigabyte).toFixed(1) })
  if (freeBytes < least.atAll) return failure(seen)
  return freeBytes < Math.max(least.usable, unpacked * (image.bytes ?? 0)) ? warning(seen) : pass(seen)
}

/** The size that most nodes have of the image, the first of them as its example; null: no node has one. */
function usualImage({ nodes }: Observations): { node: string; bytes: number } | null {
  const images = (nodes.ok ? nodes.value.looked : []).flatMap(({ name, sight }) =>
    sight.ok && sight.value.image.bytes !== null ? [{ node: name, bytes: sight.value.image.bytes }] : [],
  )
  const count = (bytes: number): number => images.filter((image) => image.bytes === bytes).length
  return images.toSorted((left, right) => count(right.bytes) - count(left.bytes))[0] ?? null
}

/**
 * One image is copied to many hosts, and a copy is forgotten: sizes show it without reading gigabytes. A login host that is not the
 * controller has none; then the nodes are compared with one another.
 */
function sameImage({ image }: NodeSight, o: Observations): Verdict {
  if (image.bytes === null) return untested('noImage')
  if (!o.loginHost.ok) return notTestable(o.loginHost.reason)
  const there = o.loginHost.value.images.get(image.name)
  if (there === undefined) {
    const usual = usualImage(o)
    if (usual === null || usual.bytes === image.bytes) return untested('nothingToCompare')
    const { node, bytes } = usual
    const sizes = { image: image.name, node, there: bytes, here: image.bytes }
    return warning(asText('site-check-seen.otherImageOnNode', sizes))
  }
  return there === image.bytes
    ? pass(asText('site-check-seen.sameImage', { image: image.name, bytes: there }))
    : warning(asText('site-check-seen.otherImage', { image: image.name, there, here: image.bytes }))
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
  if (sights.some(isUnverified)) return untested('redisEncryption')
  if (fromLogin.ok && o.profile.redisNamed) return failure(fromLogin.value.seen)
  if (!fromLogin.ok && o.profile.redisNamed) return notTestable(fromLogin.reason)
  return untested('redisUnnamed')
}

export const clusterRules = {
  'ssh.login': (o) => (o.login.ok ? pass(o.login.value.seen) : failure(o.login.reason)),
  'ssh.node': nodesLetIn,

  'slurm.controller': (o) =>
    judged(o.slurm, ({ controller }) => (controller.up ? pass(controller.seen) : failure(controller.seen))),
  'slurm.partition': (o) => judged(o.slurm, partition),
  'slurm.nodes': nodes((all) => {
    const dead = all.filter(isDown)
    const usable = all.filter((node) => !isDown(node) && !isDrained(node))
    const spoken = dead.filter(({ responding }) => responding)
    if (usable.length === 0 && dead.length > 0)
      return failure(asText('site-check-seen.noneUsable', { all: all.length, nodes: named(dead) }))
    // One that does not respond is another finding's matter.
    if (spoken.length > 0) return warning(named(spoken))
    return pass(asText('site-check-seen.usable', { usable: usable.length, all: all.length }))
  }),
  'slurm.nodes-drained': noNode(isDrained, 'noneDrained'),
  'slurm.nodes-not-responding': noNode(({ responding }) => !responding, 'allRespond'),

  'gpu.driver': onNodes(({ gpu }) => (gpu.driverWorks ? pass(gpu.seen) : failure(gpu.seen))),
  'gpu.encoder': onNodes(({ gpu }) => {
    if (!gpu.driverWorks) return untested('noDriver', gpu.seen)
    if (gpu.kind === 'other') return warning(asText('site-check-seen.otherEncoder', { gpu: gpu.seen }))
    if (gpu.encoder === null) return untested('driverVague', gpu.seen)
    return gpu.encoder ? pass(gpu.seen) : warning(asText('site-check-seen.noNvenc', { gpu: gpu.seen }))
  }),

  'storage.home': onNodes(({ home }) => folder(home)),
  'storage.scratch': onNodes(({ scratch }) => folder(scratch)),
  'storage.shared': onNodes(shared),
  'images.node': onNodes(({ image }) =>
    image.bytes === null
      ? failure(asText('site-check-seen.folderMissing', { path: image.path }))
      : pass(image.path),
  ),
  'images.same': onNodes(sameImage),
  'job.log-folder': onNodes(({ jobLogs, scratch }) => {
    if (!scratch.there) return untested('noScratch', folderWords(scratch))
    return folder(jobLogs)
  }),
  'job.working-folder': onNodes(({ sessions, scratch }) => {
    if (!scratch.there) return untested('noScratch', folderWords(scratch))
    if (!sessions.there) return untested('noSessionFolder', folderWords(sessions))
    return sessions.writable
      ? pass(folderWords(sessions))
      : warning(asText('site-check-seen.notWritable', { folder: sessions.path }))
  }),

  'storage.free-space': onNodes(freeSpace),
  'job.programs': onNodes(({ missingPrograms }) =>
    missingPrograms.length === 0
      ? pass(asText('site-check-seen.allPrograms'))
      : failure(asText('site-check-seen.missingPrograms', { programs: missingPrograms.join(', ') })),
  ),
  'job.x-configuration': onNodes(({ xConfiguration: { path, there } }) =>
    there ? pass(path) : failure(asText('site-check-seen.folderMissing', { path })),
  ),
  'job.input-device': onNodes(({ inputDevice: { path, there } }) =>
    there ? pass(path) : warning(asText('site-check-seen.folderMissing', { path })),
  ),

  'host.command-line': onNodes(({ host }) => {
    if (host.badCommandLine !== null) return failure(host.badCommandLine)
    return host.started === null ? untested('noHost') : pass(host.started)
  }),
  'host.version': onNodes(({ host }) => {
    if (host.version === null) return untested('noHost')
    return isVulnerable(host.version) ? warning(`Sunshine ${host.version}`) : pass(`Sunshine ${host.version}`)
  }),

  'services.redis': redisAnswers,
  'redis.password': (o) => {
    const sights = met(o)
    const open = sights.find(({ state }) => state === 'open')
    if (open) return failure(open.seen)
    const locked = sights.find(({ state }) => state === 'locked')
    if (sights.some(isUnverified)) return untested('redisEncryption')
    return locked ? pass(locked.seen) : untested('redisAway')
  },
  'redis.tls': (o) =>
    judged(o.redis.fromLogin, ({ tls }) =>
      tls === null
        ? untested('redisNoTls')
        : judged(tls, ({ problem, seen }) => (problem === null ? pass(seen) : failure(problem))),
    ),
  'redis.cluster-mode': (o) =>
    judged(o.redis.data, ({ cluster }) =>
      judged(cluster, ({ enabled, seen }) => (enabled ? failure(seen) : pass(seen))),
    ),
  'redis.in-memory-fallback': (o) =>
    judged(o.moonlight, ({ sessions, seen }) => {
      if (sessions === null) return untested('noSessionList', seen)
      if (sessions.inMemory > 0) return failure(sessions.seen)
      return sessions.count > 0 ? pass(sessions.seen) : untested('noOwnSession', sessions.seen)
    }),
  'redis.sessions': (o) =>
    judged(o.redis.data, ({ sessions }) =>
      judged(sessions, ({ count, withoutEnd, ghosts }) => {
        const [ghost, endless] = [ghosts[0], withoutEnd[0]]
        const numbers = { all: count, ghosts: ghosts.length, endless: withoutEnd.length }
        if (ghost !== undefined && endless !== undefined)
          return warning(asText('site-check-seen.ghostsAndEndless', { ...numbers, ghost, example: endless }))
        if (ghost !== undefined)
          return warning(asText('site-check-seen.ghosts', { ...numbers, example: ghost }))
        if (endless !== undefined)
          return warning(asText('site-check-seen.endless', { ...numbers, example: endless }))
        return pass(asText('site-check-seen.records', { count }))
      }),
    ),
  'redis.persistence': (o) =>
    judged(o.redis.data, ({ persistent, persistenceSeen: seen }) => {
      if (persistent === null) return untested('redisSettings', seen)
      return persistent ? pass(seen) : warning(seen)
    }),
  'redis.backup': () => untested('backup'),

  'upkeep.log-rotation': (o) =>
    judged(o.loginHost, ({ logRotation: { state, seen } }) => {
      if (!o.profile.loginIsController && state !== 'found') return untested('otherMachine', seen)
      if (state === 'unseen') return untested('noRotation', seen)
      return state === 'found' ? pass(seen) : warning(seen)
    }),
  'upkeep.session-folders': onNodes(({ oldSessions, sessions }) => {
    if (oldSessions === null) return untested('sessionsUnread', folderWords(sessions))
    const words = asText('site-check-seen.oldFolders', { count: oldSessions, folder: sessions.path })
    return oldSessions >= tooManyOldFolders ? warning(words) : pass(words)
  }),
} as const satisfies Rules

const tooManyOldFolders = 10
