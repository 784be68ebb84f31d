/** A real private Slurm on loopback: munged, slurmctld and one slurmd for each node, all of them ours to end. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { outside } from '../support/addresses.ts'
import { freePorts } from '../support/ports.ts'
import { runCommand, startDaemon, waitUntil } from '../support/processes.ts'
import type { CommandResult, Daemon } from '../support/processes.ts'
import {
  gresConfiguration,
  mungeSocket,
  partition,
  partitionWords,
  slurmConfiguration,
  taskPrologFile,
  thisMachine,
} from './configuration.ts'
import type { SlurmLayout } from './configuration.ts'

export interface SlurmOptions {
  /** Folder of this Slurm; made here, removed by the caller. */
  directory: string
  /** Number of viz nodes, `viz-node001` onwards. */
  nodes: number
  gpusPerNode: number
  /** Unix user the daemons run as: must be the current one. */
  user: string
  /** Environment of daemons and commands. */
  environment: NodeJS.ProcessEnv
  /** PATH of programs that run on a node; the submitter's where absent. */
  nodePath?: string
  /** Where the nodes are machines of their own. */
  machines?: {
    controllerAddress: string
    nodes: readonly { name: string; address: string; launcher: readonly string[] }[]
    otherPartitions: readonly string[]
  }
}

export interface Slurm {
  readonly nodeNames: string[]
  readonly partition: string
  /** Environment for client programs: SLURM_CONF and a PATH that finds them. */
  readonly environment: NodeJS.ProcessEnv
  /** Runs a client program (`squeue`, `sbatch`, ...). Rejects only when it is not installed. */
  run(program: string, args: string[], deadlineMs?: number): Promise<CommandResult>
  /** Ids of jobs that are pending or running. */
  activeJobs(): Promise<string[]>
  setNodeDown(name: string, down: boolean): Promise<void>
  /** Drains a node with a reason, or lets it take jobs again. */
  setNodeDrained(name: string, drained: boolean): Promise<void>
  /** Ends a node's slurmd and waits until the controller notices, or starts it again. */
  setNodeRunning(name: string, running: boolean): Promise<void>
  /** Ends the controller, or starts it again with its jobs. */
  setControllerRunning(running: boolean): Promise<void>
  /** A partition in use cannot be removed: no job may be there. */
  setPartition(state: 'up' | 'down' | 'missing'): Promise<void>
  /** Cancels all jobs, waits until they are gone, ends all daemons. */
  dispose(): Promise<void>
}

const quickly = { deadlineMs: 10_000 }

/** Starts everything and waits until all nodes are idle. On failure nothing is left running. */
export async function startSlurm(options: SlurmOptions): Promise<Slurm> {
  const { directory, machines } = options
  const nodeNames = Array.from(
    { length: options.nodes },
    (_, index) => `viz-node${String(index + 1).padStart(3, '0')}`,
  )
  const [controllerPort, ...nodePorts] = await freePorts(1 + options.nodes)
  const layout: SlurmLayout = {
    directory,
    user: options.user,
    controllerPort: controllerPort!,
    controllerAddress: machines?.controllerAddress ?? outside,
    nodes: nodeNames.map((name, index) => ({
      name,
      port: nodePorts[index]!,
      address: machines?.nodes[index]?.address ?? outside,
      hostname: machines?.nodes[index]?.name ?? thisMachine(),
    })),
    otherPartitions: machines?.otherPartitions ?? [],
    gpusPerNode: options.gpusPerNode,
    taskProlog: options.nodePath !== undefined,
  }
  const configurationFile = join(directory, 'slurm.conf')
  const environment = {
    ...options.environment,
    SLURM_CONF: configurationFile,
    PATH: `${options.environment.PATH ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`,
  }
  /** In the order of their first start. */
  const daemons = new Map<string, Daemon>()
  const start = (name: string, program: string, args: string[]): Daemon => {
    const logFile = join(directory, `${name}.out`)
    const daemon = startDaemon(program, args, { environment, directory, logFile })
    daemons.set(name, daemon)
    return daemon
  }
  const startController = (fresh: boolean): Daemon =>
    start('slurmctld', 'slurmctld', ['-D', ...(fresh ? ['-c'] : []), '-i', '-f', configurationFile])
  const startNode = (name: string): Daemon => {
    const launcher = machines?.nodes.find((node) => node.name === name)?.launcher ?? []
    const line = [...launcher, 'slurmd', '-D', '-N', name, '-f', configurationFile]
    return start(`slurmd-${name}`, line[0]!, line.slice(1))
  }
  /** What the daemons said last: their folder is gone when somebody reads of a failure. */
  const lastWords = async (): Promise<string> => {
    const logs = ['slurmctld', ...nodeNames.map((name) => `slurmd-${name}`)]
    const texts = await Promise.all(
      logs.map(async (name) => {
        const text = await readFile(join(directory, `${name}.log`), 'utf8').catch(() => '')
        return `${name}: ${text.trim().split('\n').slice(-3).join(' / ')}`
      }),
    )
    return texts.join('\n')
  }
  const run: Slurm['run'] = (program, args, deadlineMs = 20_000) =>
    runCommand(program, args, { environment, deadlineMs })
  const stopDaemons = async (): Promise<void> => {
    // Nodes first, munged last: it signs what the others say to each other.
    for (const daemon of [...daemons.values()].reverse()) await daemon.stop()
  }
  const cancelAllJobs = async (): Promise<void> => {
    const listed = await run('squeue', ['-h', '-o', '%i'], 5000)
    const ids = listed.stdout.split('\n').filter(Boolean)
    if (ids.length === 0) return
    await run('scancel', ids, 5000)
    await waitUntil(
      'jobs end',
      async () => (await run('squeue', ['-h', '-o', '%i'], 5000)).stdout.trim() === '',
      { deadlineMs: 20_000, everyMs: 50 },
    ).catch(() => undefined)
  }

  try {
    // The sockets of its steps are open to every user: where there are no other machines no user comes to them.
    await mkdir(directory, { recursive: true, mode: machines ? 0o755 : 0o700 })
    await mkdir(join(directory, 'state'), { mode: 0o700 })
    await Promise.all([
      ...nodeNames.map((name) => mkdir(join(directory, `spool-${name}`), { mode: 0o755 })),
      writeFile(join(directory, 'munge.key'), randomBytes(128), { mode: 0o600 }),
      writeFile(configurationFile, slurmConfiguration(layout), { mode: 0o644 }),
      writeFile(join(directory, 'gres.conf'), gresConfiguration(layout), { mode: 0o644 }),
      ...(options.nodePath === undefined
        ? []
        : [
            writeFile(taskPrologFile(directory), `#!/bin/sh\necho "export PATH=${options.nodePath}"\n`, {
              mode: 0o755,
            }),
          ]),
    ])
    const munged = start('munged', 'munged', [
      '--foreground',
      '--force',
      `--key-file=${join(directory, 'munge.key')}`,
      `--socket=${mungeSocket(directory)}`,
      `--pid-file=${join(directory, 'munged.pid')}`,
      `--seed-file=${join(directory, 'munge.seed')}`,
    ])
    await waitUntil(
      'munged answers',
      async () => (await runCommand('munge', ['-n', '-S', mungeSocket(directory)], quickly)).code === 0,
      { gone: () => !munged.running() },
    )
    startController(true)
    for (const name of nodeNames) startNode(name)
    await waitUntil(
      'Slurm’s nodes are idle',
      async () => {
        const listed = await run('sinfo', ['-h', '-N', '-p', partition, '-o', '%T'], 5000)
        const states = listed.stdout.split('\n').filter(Boolean)
        return (
          listed.code === 0 && states.length === nodeNames.length && states.every((state) => state === 'idle')
        )
      },
      {
        deadlineMs: 30_000,
        everyMs: 30,
        gone: () => [...daemons.values()].some((daemon) => !daemon.running()),
      },
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await lastWords()}`)
    })
  } catch (error) {
    await stopDaemons()
    throw error
  }

  const scontrol = async (...args: string[]): Promise<void> => {
    const done = await run('scontrol', args)
    if (done.code !== 0) throw new Error(`scontrol: ${(done.stderr || done.stdout).trim()}`)
  }
  /** A node's state with its flags: `idle`, `down*`, `drained`. */
  const nodeState = async (name: string): Promise<string> =>
    (await run('sinfo', ['-h', '-N', '-n', name, '-o', '%T'], 5000)).stdout.trim().split('\n')[0]!

  const resume = async (name: string): Promise<void> => {
    // Refused where the node is up already, which is what was asked for.
    await run('scontrol', ['update', `nodename=${name}`, 'state=resume'])
    if (!daemons.get(`slurmd-${name}`)?.running()) return
    // The controller takes it for silent until it has answered once more.
    await waitUntil(`${name} is back`, async () => !(await nodeState(name)).includes('*'), {
      deadlineMs: 30_000,
      everyMs: 100,
    })
  }

  return {
    nodeNames,
    partition,
    environment,
    run,
    async activeJobs() {
      const listed = await run('squeue', ['-h', '-t', 'PENDING,CONFIGURING,RUNNING,SUSPENDED', '-o', '%i'])
      return listed.stdout.split('\n').filter(Boolean)
    },
    async setNodeDown(name, down) {
      if (down) return scontrol('update', `nodename=${name}`, 'state=down', 'reason=power supply failed')
      await resume(name)
    },
    async setNodeDrained(name, drained) {
      if (drained)
        return scontrol('update', `nodename=${name}`, 'state=drain', 'reason=fan replacement on Friday')
      await resume(name)
    },
    async setNodeRunning(name, running) {
      const daemon = daemons.get(`slurmd-${name}`)
      if (running === (daemon?.running() ?? false)) return
      if (running) {
        startNode(name)
        await waitUntil(
          `${name} is back`,
          async () => /^(idle|mixed|allocated)$/.test(await nodeState(name)),
          {
            deadlineMs: 30_000,
            everyMs: 100,
          },
        )
      } else {
        await daemon!.stop()
        await waitUntil(`${name} is missed`, async () => (await nodeState(name)).includes('*'), {
          deadlineMs: 30_000,
          everyMs: 100,
        })
      }
    },
    async setControllerRunning(running) {
      const daemon = daemons.get('slurmctld')
      if (running === (daemon?.running() ?? false)) return
      if (!running) return daemon!.stop()
      const started = startController(false)
      await waitUntil(
        'slurmctld answers',
        async () => {
          const listed = await run('sinfo', ['-h', '-N', '-o', '%T'], 5000)
          return listed.code === 0 && !/unk|\*/.test(listed.stdout)
        },
        { deadlineMs: 30_000, everyMs: 50, gone: () => !started.running() },
      )
    },
    async setPartition(state) {
      const known = (await run('scontrol', ['show', 'partition', partition])).code === 0
      if (state === 'missing') return known ? scontrol('delete', `partitionname=${partition}`) : undefined
      if (!known) await scontrol('create', ...partitionWords(layout).split(' '))
      await scontrol('update', `partitionname=${partition}`, `state=${state.toUpperCase()}`)
    },
    async dispose() {
      await cancelAllJobs().catch(() => undefined)
      await stopDaemons()
    },
  }
}
