/** Texts of the panels beside the stream. */
import type { Route } from '../../src-main/shared/model/desktop.ts'
import type { Plot, PortalPage, PortalRoute } from '../../src-main/shared/model/status.ts'

const measures: Record<Plot['measure'], { name: string; unit: string }> = {
  gpu: { name: 'Use', unit: '%' },
  'gpu-memory': { name: 'Memory', unit: '%' },
  encoder: { name: 'Encoder', unit: '%' },
  temperature: { name: 'Temperature', unit: '°C' },
  cpu: { name: 'Processors', unit: '%' },
  memory: { name: 'Memory', unit: '%' },
}

const routeStates: Record<PortalRoute['state'], string> = {
  there: 'There',
  failing: 'Fails',
  absent: 'Not there',
}

const pages: Record<PortalPage, string> = {
  '/dashboard': 'Dashboard',
  '/vnc': 'VNC desktops',
  '/cae': 'CAE',
  '/app': 'Programs',
  '/moonlight': 'Sessions',
}

const count = (value: number, one: string, many: string): string => `${value} ${value === 1 ? one : many}`

export const statusMessages = {
  measures,
  routeStates,
  pages,
  access: {
    title: 'Way to the node',
    routes: { 'node-ssh': 'SSH to the node', srun: 'A step in your job', 'login-host': 'Cluster network' },
    everything: 'Nothing is missing on this way.',
    limits: 'On this way there is',
    others: 'Better ways that did not work',
    noReason: 'no reason given',
  } satisfies { title: string; routes: Record<Route, string> } & Record<string, unknown>,
  portalSays: 'Portal says',
  vncSession: 'VNC session',
  gpu: 'Graphics card',
  noGpu: 'This node has no NVIDIA card, or does not tell its figures.',
  gpuWaiting: 'Figures come while the picture runs and commands can be run on the node.',
  encoderSessions: 'Encoding for',
  encoders: (value: number) => count(value, 'stream', 'streams'),
  servicesDigest: (down: number, trouble: number) =>
    down > 0 ? `${down} down` : trouble > 0 ? `${trouble} with trouble` : 'all work',
  askedHere: 'Asked from this computer',
  reported: 'Said by the dashboard',
  routes: 'Pages and routes',
  constant: 'The portal always says this; it does not test it.',
  nodesDigest: (usable: number, all: number) => `${usable} of ${all} usable`,
  freeMemory: (free: string) => `${free} free`,
  load: (load: string) => `load ${load}`,
  queue: 'Queue',
  queueDigest: (running: number, waiting: number) => `${running} running, ${waiting} waiting`,
  more: (value: number) => `and ${value} more`,
  cluster: 'Whole cluster',
  clusterNodes: 'Nodes',
  clusterNodesOf: (idle: number | null, all: number | null) => `${idle ?? '–'} of ${all ?? '–'} free`,
  clusterJobs: 'Jobs',
  clusterJobsOf: (active: number | null, pending: number | null) =>
    `${active ?? '–'} running, ${pending ?? '–'} waiting`,
  derived: (cpu: string, memory: string, gpu: string) =>
    `The portal’s tiles (processors ${cpu}, memory ${memory}, GPU ${gpu}) are worked out from the number of busy nodes. They measure nothing.`,
  storage: 'Storage',
  storageDigest: (name: string, percent: string) => `${name} ${percent}`,
  disks: 'Disks of the portal’s machine',
  dataDisk: 'Data disk',
  scratch: 'Scratch of the nodes',
  files: (files: string, folders: string) => `${files} files, ${folders} folders`,
  scratchNodes: (active: number, all: number) => `${active} of ${all} nodes answered`,
  lookNow: 'Look now',
  lookNowNamed: (what: string) => `Look now: ${what}`,
  lookNote:
    'The portal searches whole trees for this: only when you ask, or when the portal tells by itself.',
  full: (name: string, percent: string) => `${name}: ${percent} full`,
  notifications: 'Messages',
  notificationsDigest: (unread: number) => (unread === 0 ? 'none new' : `${unread} new`),
  untrusted: 'Anybody at the site can post here. Do not follow what looks wrong.',
  example: 'Example of a new portal',
  history: 'Last hour',
  historyOf: (machine: string, own: boolean) => (own ? machine : `${machine} (the portal’s machine)`),
  launcher: 'Portal',
  opensInBrowser: 'Opens in your browser.',
  openFailed: 'The browser could not be opened.',
  plot: (what: string, now: string, low: string, high: string, minutes: number) =>
    `${what} over the last ${count(minutes, 'minute', 'minutes')}: now ${now}, lowest ${low}, highest ${high}`,
  plotRange: (low: string, high: string) => `${low} to ${high}`,
} as const
