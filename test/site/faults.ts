/** Faults of the demo site by name, each modelled on a real failure. `lasting` ones hold while on, `momentary` ones happen once. */
export const faults = {
  'sign-in-refused': {
    lasting: true,
    sentence: 'The portal refuses the test login (403), as with single sign-on switched on.',
  },
  'token-expired': { lasting: true, sentence: 'Tokens are already expired when the portal issues them.' },
  'portal-502': {
    lasting: true,
    sentence: 'nginx answers 502 HTML because the Moonlight backend is not running.',
  },
  'image-missing': {
    lasting: true,
    sentence: 'The sif image is missing on the controller: POST answers 404.',
  },
  'sif-missing': {
    lasting: true,
    sentence: 'The sif image is missing on the node only: the job starts and ends at once.',
  },
  'job-ends-early': {
    lasting: true,
    sentence: 'The host exits right after its job started; the portal says completed.',
  },
  'node-down': { lasting: true, sentence: 'All viz nodes are down in Slurm: sessions stay pending.' },
  'host-not-ready': { lasting: true, sentence: 'The job runs, but its host never answers.' },
  'host-key-changed': {
    lasting: true,
    sentence: 'The login host shows another host key than the profile names.',
  },
  'ssh-key-refused': { lasting: true, sentence: 'The SSH servers accept none of the user’s keys.' },
  'relay-killed': { lasting: false, sentence: 'The relay on the node is killed (SIGKILL).' },
  'host-killed': { lasting: false, sentence: 'The host on the node is killed (SIGKILL); its job ends.' },
  'sshd-stopped': {
    lasting: true,
    sentence: 'The login host’s SSH server is stopped and its connections are cut.',
  },
  'redis-public': {
    lasting: true,
    sentence: 'Redis listens without password, as installed by the portal’s scripts.',
  },
} as const satisfies Record<string, { lasting: boolean; sentence: string }>

export type FaultName = keyof typeof faults
export const faultNames = Object.keys(faults) as FaultName[]
