/** Configuration of a private Slurm on one machine (slurm-wlm 22.05): several slurmd side by side, distinguished by port. */
import { hostname } from 'node:os'

export interface SlurmLayout {
  directory: string
  user: string
  controllerPort: number
  controllerAddress: string
  nodes: { name: string; port: number; address: string; hostname: string }[]
  /** Beside that of the viz nodes; each has the last of them. */
  otherPartitions: readonly string[]
  gpusPerNode: number
  /** Runs the task prolog, which sets variables for programs on a node. */
  taskProlog: boolean
}

/** Slurm's name of this machine. */
export const thisMachine = (): string => hostname().split('.')[0]!

export const partition = 'viz'

/** Path of munged's socket. */
export const mungeSocket = (directory: string): string => `${directory}/munge.sock`

/** Path of the task prolog. */
export const taskPrologFile = (directory: string): string => `${directory}/task-prolog.sh`

/** The partition's line, as slurm.conf and `scontrol create` take it. */
export const partitionWords = (layout: SlurmLayout): string =>
  `PartitionName=${partition} Nodes=${layout.nodes.map(({ name }) => name).join(',')} Default=YES MaxTime=12:00:00 State=UP`

/** Text of slurm.conf. */
export function slurmConfiguration(layout: SlurmLayout): string {
  const { directory, user, nodes, gpusPerNode } = layout
  const machine = thisMachine()
  const gres = gpusPerNode > 0 ? ` Gres=gpu:a40:${gpusPerNode}` : ''
  return `ClusterName=demo
SlurmctldHost=${machine}(${layout.controllerAddress})
SlurmctldPort=${layout.controllerPort}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${mungeSocket(directory)}
StateSaveLocation=${directory}/state
SlurmdSpoolDir=${directory}/spool-%n
SlurmctldPidFile=${directory}/slurmctld.pid
SlurmdPidFile=${directory}/slurmd-%n.pid
SlurmctldLogFile=${directory}/slurmctld.log
SlurmdLogFile=${directory}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
MpiDefault=none
SwitchType=switch/none
PropagateResourceLimits=NONE
ReturnToService=1
SlurmctldTimeout=30
SlurmdTimeout=10
KillWait=8
MinJobAge=30
SchedulerParameters=bf_interval=5,sched_interval=5,batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
${layout.taskProlog ? `TaskProlog=${taskPrologFile(directory)}\n` : ''}${gpusPerNode > 0 ? 'GresTypes=gpu\n' : ''}${nodes
    .map(
      ({ name, port, address, hostname }) =>
        `NodeName=${name} NodeHostname=${hostname} NodeAddr=${address} Port=${port} CPUs=8 RealMemory=32000${gres} State=UNKNOWN\n`,
    )
    .join('')}${partitionWords(layout)}
${layout.otherPartitions.map((name) => `PartitionName=${name} Nodes=${nodes.at(-1)?.name} MaxTime=2-00:00:00 State=UP\n`).join('')}`
}

/**
 * Text of gres.conf. Slurm wants a device file for every GPU; harmless character devices that exist everywhere stand in,
 * so that an ordinary user needs no mknod. Nothing opens them.
 */
export function gresConfiguration(layout: SlurmLayout): string {
  const devices = ['/dev/zero', '/dev/full', '/dev/null', '/dev/random'].slice(0, layout.gpusPerNode)
  return layout.nodes
    .flatMap(({ name }) => devices.map((file) => `NodeName=${name} Name=gpu Type=a40 File=${file}\n`))
    .join('')
}
