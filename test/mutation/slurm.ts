/** Faults of what speaks to Slurm, of the commands that reach a shell, and of the figures of graphics cards. */
import { inFile, late, type Fault } from './fault.ts'

const batch = ['test/unit/protocols/slurm/batch.test.ts', 'test/unit/protocols/slurm/commands.test.ts']
const job = ['test/unit/protocols/slurm/job.test.ts', 'test/unit/protocols/slurm/commands.test.ts']
const readers = ['test/unit/protocols/readers.test.ts', 'test/unit/protocols/slurm/commands.test.ts']

export const slurmFaults: Fault[] = [
  ...inFile(
    'src-main/protocols/slurm/refused.ts',
    ['test/unit/protocols/slurm/refused.test.ts'],
    [
      {
        id: 'refused-names',
        find: '.filter((name) => /^[\\w.-]{1,64}$/.test(name))',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A name of the profile becomes a command on the login host.',
      },
      {
        id: 'refused-backup',
        find: "!controllers.includes('UP')",
        replace: "controllers.includes('DOWN')",
        kind: 'condition turned',
        harm: 'A cluster whose backup controller works is called down.',
      },
      {
        id: 'refused-down',
        find: 'State=(INACTIVE|DRAIN)',
        replace: 'State=(INACTIVE|DRAIN|DOWN)',
        kind: 'condition turned',
        harm: 'A partition that takes jobs is named as the reason.',
      },
    ],
  ),
  ...inFile('src-main/protocols/slurm/batch.ts', batch, [
    {
      id: 'batch-session-name',
      find: "if (!isSessionName(name)) throw new Error('no session of ours')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A name becomes a part of a command on the login host.',
    },
    {
      id: 'batch-folder-mode',
      find: "'umask 077',",
      replace: "'umask 022',",
      kind: 'wrong constant',
      security: true,
      harm: 'Others read the session’s folder.',
    },
    {
      id: 'batch-place-certificate',
      find: "if (certificate.fingerprint256.replaceAll(':', '').toLowerCase() === certificateSha256)",
      replace: 'if (certificateSha256)',
      kind: 'check removed',
      security: true,
      harm: 'Another certificate than the job’s host shows is trusted.',
    },
    {
      id: 'batch-folder-of-failed',
      find: '`[ $status = 0 ] || rm -rf ${folder}`,',
      replace: '',
      kind: 'clean-up dropped',
      harm: 'Each refused job leaves a folder behind.',
    },
  ]),
  ...inFile('src-main/protocols/slurm/step.ts', batch, [
    {
      id: 'step-words-checked',
      find: ' && /^\\w[\\w.-]{0,252}$/.test(node)',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A node’s name becomes a part of a command.',
      tests: [...batch, ...job],
    },
  ]),
  ...inFile(
    'src-main/protocols/slurm/cancel.ts',
    ['test/unit/protocols/slurm/cancel.test.ts'],
    [
      {
        id: 'batch-cancel-id',
        find: "if (!isJobId(jobId)) throw new Error('not a job id')",
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A job id of the portal becomes a part of a command on the login host.',
      },
      {
        id: 'batch-ended-unsaid',
        find: 'if (/^scancel ended: 0$/m.test(output)) return',
        replace: 'if (/^scancel ended: /m.test(output)) return',
        kind: 'error swallowed',
        harm: 'A job that was not cancelled is said to be.',
      },
      {
        id: 'cancel-foreign-job',
        find: "${[...wanted, \"'no partition'\"].join('|')})`,",
        replace: '*)`,',
        kind: 'check removed',
        security: true,
        harm: 'A forged record cancels a simulation.',
      },
      {
        id: 'foreign-job-believed',
        find: 'if (isAlive(job) && !isDesktopsJob(job, desktop))',
        replace: 'if (isAlive(job) && desktop === null)',
        kind: 'check removed',
        security: true,
        harm: 'A forged record puts the relay into another job of the user’s.',
        tests: ['test/integration/faults/ending.test.ts'],
      },
      {
        id: 'cancel-foreign-silent',
        find: "throw foreignJob({ user, partition, name: name.join('|') })",
        replace: '',
        kind: 'error swallowed',
        harm: 'A session whose record names another job is said to be ended.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/slurm/job-end.ts',
    [...job, 'test/unit/protocols/slurm/job-end.test.ts'],
    [
      {
        id: 'cluster-log-quoting',
        find: 'const file = shellWord(logFile)',
        replace: 'const file = logFile',
        kind: 'check removed',
        security: true,
        harm: 'A job’s log path runs commands on the login host.',
        tests: ['test/unit/services/cluster/cluster-login.test.ts'],
      },

      {
        id: 'job-log-path',
        find: 'path !== null && safePath.test(path) ? path : null',
        replace: 'path',
        kind: 'check removed',
        security: true,
        harm: 'A job’s log path runs commands on the login host.',
      },
      {
        id: 'job-end-by-self',
        find: 'self: by === own',
        replace: 'self: by !== own',
        kind: 'condition turned',
        harm: 'A job that an administrator cancelled is said to be cancelled by the user.',
      },
      {
        id: 'job-end-id',
        find: "if (!isJobId(jobId)) throw new Error('not a job id')",
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A job id of the portal becomes a part of a command.',
      },
    ],
  ),
  ...inFile('src-main/protocols/slurm/job.ts', job, [
    {
      id: 'job-id',
      find: "if (!isJobId(id)) throw new Error('not a job id')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A job id of the portal becomes a part of a command.',
    },
    {
      id: 'job-silence',
      find: "throw slurmSilent('squeue', text)",
      replace: 'return null',
      kind: 'error swallowed',
      harm: 'While slurmctld is away a running session is said to be over.',
    },
    {
      id: 'job-look-cut-off',
      find: ' && /^asked everywhere$/m.test(output)',
      replace: '',
      kind: 'check removed',
      harm: 'A look at a job that was cut off ends a session whose job the accounting knows.',
    },
  ]),
  ...inFile(
    'src-main/protocols/slurm/job-record.ts',
    [...job, 'test/unit/protocols/slurm/job-record.test.ts'],
    [
      {
        id: 'job-over',
        find: '|TIMEOUT|NODE_FAIL|',
        replace: '|NODE_FAIL|',
        kind: 'condition turned',
        harm: 'A job whose time is up is waited for.',
      },
      {
        id: 'job-elsewhere',
        find: 'here.find(({ state }) => !isOver(state)) ?? here[0] ?? seen[0]',
        replace: 'seen[0]',
        kind: 'condition turned',
        harm: 'A session whose job another cluster of the federation runs is given up.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/slurm/clusters.ts',
    ['test/unit/services/sessions/batch-source.test.ts'],
    [
      {
        id: 'clusters-of-host',
        find: '\'v_clusters=$(printf %s "$SLURM_CLUSTERS" | tr , " ")\'',
        replace: "'v_clusters='",
        kind: 'check removed',
        harm: 'A session on another cluster is not found again, and a second one is asked for.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/slurm/silence.ts',
    ['test/unit/protocols/slurm/silence.test.ts'],
    [
      late('slurm-patience', 'const patienceSeconds = 8', 'A slurmctld that hangs holds every step up.'),
      {
        id: 'slurm-kills-hanging',
        find: 'timeout -k 2 ',
        replace: 'timeout ',
        kind: 'clean-up dropped',
        harm: 'Programs of Slurm that hang stay on the login host.',
      },
    ],
  ),
  ...inFile('src-main/protocols/slurm/cluster.ts', readers, [
    {
      id: 'cluster-partition-name',
      find: 'if (!/^[\\w.-]{1,64}(,[\\w.-]{1,64}){0,31}$/.test(partition))',
      replace: 'if (partition.length > 6400)',
      kind: 'check removed',
      security: true,
      harm: 'A site profile runs commands on the login host.',
    },
    {
      id: 'cluster-rows-bound',
      find: 'const mostRows = 1000',
      replace: 'const mostRows = 100_000',
      kind: 'bound moved',
      harm: 'A large cluster makes the panel slow.',
    },
  ]),
  ...inFile('src-main/protocols/gpu/nvidia-smi.ts', readers, [
    {
      id: 'gpu-figure-range',
      find: 'return value <= most ? value : null',
      replace: 'return value',
      kind: 'check removed',
      harm: 'Nonsense of a driver is shown as a figure.',
    },
    {
      id: 'gpu-cards-bound',
      find: 'if (gpus.length === mostGpus) break',
      replace: '',
      kind: 'check removed',
      harm: 'A hostile node makes the panel slow.',
    },
  ]),
]
