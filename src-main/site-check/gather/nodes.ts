/** All nodes of the partition, some side by side: each is logged in to, looked at and left. */
import type { NodeLogin } from '../../services/cluster/index.ts'
import type { NodesSight, NodeSight, Seen } from '../observations.ts'
import type { CheckLogin } from './cluster.ts'
import { inTime } from './gather.ts'
import { lookAtNode, type NodePaths } from './node.ts'

/** Of a large partition the first that take jobs. */
const mostNodes = 32
const sideBySide = 4
/** So long further nodes are begun with: the check does not grow with the partition. */
const beginningMs = 60_000
const lookMs = 45_000

export interface NodesOptions {
  names: readonly string[]
  paths: NodePaths
  /** File name of the desktop image. */
  image: string
  /** A login may ask the user. */
  loginMs: number
}

/** Never rejects because of a node: what cannot be looked at says why. */
export async function lookAtNodes(
  login: Pick<CheckLogin, 'openNode' | 'run'>,
  options: NodesOptions,
): Promise<NodesSight> {
  const { names, paths, image, loginMs } = options
  const waiting = names.slice(0, mostNodes)
  const looked: (NodesSight['looked'][number] & { index: number })[] = []
  const began = performance.now()
  const work = async (): Promise<void> => {
    while (looked.length === 0 || performance.now() - began < beginningMs) {
      const index = names.indexOf(waiting[0] ?? '')
      const name = waiting.shift()
      if (name === undefined) return
      const way = await inTime(loginMs, () => login.openNode(name))
      const sight: Seen<NodeSight> = way.ok
        ? await inTime(lookMs, () => lookAtNode(login, way.value, { name, paths, image }))
        : way
      if (way.ok) await leave(way.value)
      looked.push({ index, name, way: way.ok ? { ok: true, value: null } : way, sight })
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  looked.sort((left, right) => left.index - right.index)
  return { looked: looked.map(({ name, way, sight }) => ({ name, way, sight })), all: names.length }
}

/** A node that does not answer is left all the same. */
const leave = (shell: NodeLogin): Promise<unknown> => inTime(1000, () => shell.close())
