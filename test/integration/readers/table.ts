/**
 * Everything in the protocols of the portal, Prometheus, Redis and Slurm that reads what comes from outside, each with an
 * answer as it should be. `every-reader.test.ts` says which export of these modules is missing here.
 */
import { AuthPortal, expiryOf } from '../../../src-main/protocols/portal/auth.ts'
import { Dashboard } from '../../../src-main/protocols/portal/dashboard.ts'
import type { PortalHttp } from '../../../src-main/protocols/portal/http.ts'
import { jobFromTable } from '../../../src-main/protocols/portal/job-table.ts'
import { shownText } from '../../../src-main/protocols/portal/lenient.ts'
import { moonlightImages } from '../../../src-main/protocols/portal/images.ts'
import { MoonlightApi } from '../../../src-main/protocols/portal/moonlight.ts'
import { probeDashboard, probeMoonlight } from '../../../src-main/protocols/portal/probe.ts'
import { lookAtRoutes, lookAtServices } from '../../../src-main/protocols/portal/routes.ts'
import { VncApi } from '../../../src-main/protocols/portal/vnc.ts'
import { readPortalEvent } from '../../../src-main/protocols/portal/web-socket.ts'
import { machineOf, Prometheus } from '../../../src-main/protocols/prometheus/query.ts'
import { parseGpus } from '../../../src-main/protocols/gpu/nvidia-smi.ts'
import { readGreeting } from '../../../src-main/protocols/redis/greeting.ts'
import { decodeReplies } from '../../../src-main/protocols/redis/resp.ts'
import { parseList, parsePlace, parseSubmitted } from '../../../src-main/protocols/slurm/batch.ts'
import { parseCancelled, parseEnded } from '../../../src-main/protocols/slurm/cancel.ts'
import { parseNodes, parseQueue } from '../../../src-main/protocols/slurm/cluster.ts'
import { readAccounting } from '../../../src-main/protocols/slurm/accounting.ts'
import { parseJobEnd } from '../../../src-main/protocols/slurm/job-end.ts'
import { firstNode, readJobRecord } from '../../../src-main/protocols/slurm/job-record.ts'
import { parseJob } from '../../../src-main/protocols/slurm/job.ts'
import { explainReason } from '../../../src-main/protocols/slurm/waiting.ts'
import { siteProfileSchema, type PortalProfile } from '../../../src-main/shared/model/site-profile.ts'

export const protocolFolders = ['portal', 'prometheus', 'redis', 'slurm', 'gpu']

export const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"alice","exp":4102444800}').toString('base64url')}.c2lnbmF0dXJl`

interface HttpReader {
  /** Name of a recorded answer, or one that is written here. */
  answer: string | object
  ask: (http: PortalHttp, origin: string) => Promise<unknown>
}

const profile = (origin: string): PortalProfile => siteProfileSchema.shape.portal.unwrap().parse({ origin })
const auth = (use: (auth: AuthPortal) => Promise<unknown>): HttpReader['ask'] => {
  return (http, origin) => use(new AuthPortal(http, origin))
}
const moonlight = (use: (api: MoonlightApi) => Promise<unknown>): HttpReader['ask'] => {
  return (http, origin) => use(new MoonlightApi(http, origin, 'alice'))
}
const dashboard = (use: (dashboard: Dashboard) => Promise<unknown>): HttpReader['ask'] => {
  return (http, origin) => use(new Dashboard(http, origin))
}
const prometheus = (use: (prometheus: Prometheus) => Promise<unknown>): HttpReader['ask'] => {
  return (http, origin) => use(new Prometheus(http, origin))
}
const vnc = (use: (api: VncApi) => Promise<unknown>): HttpReader['ask'] => {
  return (http, origin) => use(new VncApi(http, origin, async () => token))
}
const vncSession = {
  session_id: 'vnc-alice-1795439007',
  job_id: '7',
  username: 'alice',
  vnc_port: 5901,
  status: 'running',
  image_name: 'XFCE4',
  created_at: '2026-11-23T13:03:27.000001',
  duration_hours: 4,
}
const jobs = 'JOBID|USER|NAME|STATE|CPUS|TIME|NODELIST\n7|alice|desktop|RUNNING|4|1:02|viz-node001'

/** What asks over HTTP. */
export const httpReaders: Readonly<Record<string, HttpReader>> = {
  'portal/auth.ts AuthPortal.info': { answer: 'info, SSO off', ask: auth((portal) => portal.info()) },
  'portal/auth.ts AuthPortal.testLogin': {
    answer: 'login: HPC-Admins',
    ask: auth((portal) => portal.testLogin('alice', [])),
  },
  'portal/auth.ts AuthPortal.verify': { answer: 'verify: good', ask: auth((portal) => portal.verify(token)) },
  'portal/auth.ts AuthPortal.exchange': {
    answer: 'refresh: good',
    ask: (http, origin) => new AuthPortal(http, origin).exchange(`${origin}/oidc`, token),
  },
  'portal/auth.ts AuthPortal.renew': { answer: 'refresh: good', ask: auth((portal) => portal.renew(token)) },
  'portal/auth.ts AuthPortal.refresh': {
    answer: 'refresh: good',
    ask: auth((portal) => portal.refresh(token)),
  },
  'portal/auth.ts AuthPortal.logout': { answer: 'logout: good', ask: auth((portal) => portal.logout(token)) },
  'portal/dashboard.ts Dashboard.health': {
    answer: 'healthy, idle: /api/health/status',
    ask: dashboard((service) => service.health()),
  },
  'portal/dashboard.ts Dashboard.nodes': {
    answer: 'healthy, idle: /api/nodes',
    ask: dashboard((service) => service.nodes()),
  },
  'portal/dashboard.ts Dashboard.node': {
    answer: 'healthy, idle: /api/nodes/viz-node001',
    ask: dashboard((service) => service.node('viz-node001')),
  },
  'portal/dashboard.ts Dashboard.jobs': {
    answer: 'two jobs run, one waits: /api/slurm/jobs',
    ask: dashboard((service) => service.jobs()),
  },
  'portal/dashboard.ts Dashboard.cluster': {
    answer: 'healthy, idle: /api/metrics/realtime',
    ask: dashboard((service) => service.cluster()),
  },
  'portal/dashboard.ts Dashboard.disks': {
    answer: 'healthy, idle: /api/storage/usage',
    ask: dashboard((service) => service.disks()),
  },
  'portal/dashboard.ts Dashboard.dataDisk': {
    answer: 'healthy, idle: /api/storage/data/stats',
    ask: dashboard((service) => service.dataDisk()),
  },
  'portal/dashboard.ts Dashboard.scratch': {
    answer: 'healthy, idle: /api/storage/scratch/nodes',
    ask: dashboard((service) => service.scratch()),
  },
  'portal/dashboard.ts Dashboard.notifications': {
    answer: 'healthy: /api/notifications',
    ask: dashboard((service) => service.notifications()),
  },
  'portal/dashboard.ts Dashboard.prometheus': {
    answer: { status: 'healthy', mode: 'production' },
    ask: dashboard((service) => service.prometheus()),
  },
  'portal/job-table.ts jobFromTable': {
    answer: { output: jobs },
    ask: (http, origin) => jobFromTable(http, profile(origin), '7'),
  },
  'portal/images.ts moonlightImages': {
    answer: 'GET /images',
    ask: (http, origin) => moonlightImages(http, origin),
  },
  'portal/moonlight.ts MoonlightApi.sessions': {
    answer: 'ghost records: list',
    ask: moonlight((api) => api.sessions()),
  },
  'portal/moonlight.ts MoonlightApi.create': {
    answer: 'life 1: create',
    ask: moonlight((api) => api.create('desktop')),
  },
  'portal/moonlight.ts MoonlightApi.remove': {
    answer: 'life 1: delete',
    ask: moonlight((api) => api.remove('ml-alice-1')),
  },
  'portal/probe.ts probeMoonlight': {
    answer: 'GET /images',
    ask: (http, origin) => probeMoonlight(http, profile(origin)),
  },
  'portal/probe.ts probeDashboard': {
    answer: { status: 'healthy', mode: 'production' },
    ask: (http, origin) => probeDashboard(http, profile(origin)),
  },
  'portal/routes.ts lookAtServices': {
    answer: { status: 'healthy', images: [] },
    ask: (http, origin) => lookAtServices(http, profile(origin)),
  },
  'portal/routes.ts lookAtRoutes': { answer: {}, ask: (http, origin) => lookAtRoutes(http, profile(origin)) },
  'portal/vnc.ts VncApi.sessions': {
    answer: { sessions: [vncSession] },
    ask: vnc((api) => api.sessions()),
  },
  'portal/vnc.ts VncApi.create': {
    answer: vncSession,
    ask: vnc((api) => api.create({ width: 1280, height: 720, imageId: null, hours: null })),
  },
  'portal/vnc.ts VncApi.images': { answer: 'GET /images', ask: vnc((api) => api.images()) },
  'portal/vnc.ts VncApi.remove': { answer: {}, ask: vnc((api) => api.remove('vnc-alice-1795439007')) },
  'prometheus/query.ts Prometheus.machines': {
    answer: { status: 'success', data: ['viz-node001:9100', 'viz-node002:9100'] },
    ask: prometheus((service) => service.machines()),
  },
  'prometheus/query.ts Prometheus.history': {
    answer: {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: {},
            values: [
              [1795439007.2, '12.5'],
              [1795439022, 'NaN'],
            ],
          },
        ],
      },
    },
    ask: prometheus((service) => service.history('up', 600, Date.UTC(2026, 10, 25))),
  },
}

interface TextReader {
  text: string
  read: (text: string) => unknown
}

const wholeJob =
  'squeue ended: 0\njob|PENDING|Resources|viz-node[001-003],x|1795439007|1795442607|alice|1000|viz|a|b\nnow: 1795439000\n'
const disk = { total: 3221225472, used: 1024, available: 3221224448, usage_percent: 0.4 }

/** What reads a text that has come otherwise: over SSH, in a message, as bytes. */
export const textReaders: Readonly<Record<string, TextReader>> = {
  'portal/auth.ts expiryOf': { text: token, read: expiryOf },
  'portal/lenient.ts shownText': {
    text: 'Maintenance on Friday\u202e',
    read: (text) => shownText(text, 300),
  },
  'portal/web-socket.ts readPortalEvent': {
    text: JSON.stringify({
      type: 'notification',
      data: { id: 'n-1', title: 'Maintenance', message: 'Friday' },
    }),
    read: readPortalEvent,
  },
  'portal/web-socket.ts readPortalEvent, storage': {
    text: JSON.stringify({
      type: 'periodic_update',
      data: {
        data_storage: disk,
        scratch_storage: { nodes: [{ node: 'viz-node001', ...disk }], total_nodes: 2 },
      },
    }),
    read: readPortalEvent,
  },
  'prometheus/query.ts machineOf': {
    text: 'viz-node001.cluster:9100',
    read: (text) => [machineOf(text, ['viz-node001:9100', text]), machineOf('viz-node001', [text])],
  },
  'redis/greeting.ts readGreeting': {
    text: '-NOAUTH Authentication required.\r\n+OK\r\n',
    read: (text) => readGreeting('redis:6379', text),
  },
  'redis/resp.ts decodeReplies': {
    text: '*2\r\n$1\r\n0\r\n*2\r\n$3\r\nkey\r\n$-1\r\n:7\r\n-ERR no\r\n',
    read: (text) => decodeReplies(Buffer.from(text, 'latin1')),
  },
  'slurm/batch.ts isSessionName': { text: 'vizlink-20261125-120000-0a1b', read: parseListOf },
  'slurm/batch.ts parseSubmitted': { text: '4711;demo\nsbatch ended: 0\n', read: parseSubmitted },
  'slurm/batch.ts parseList': {
    text: '7|vizlink-20261125-120000-0a1b|RUNNING|1795439007\nsqueue ended: 0\n',
    read: parseList,
  },
  'slurm/batch.ts parsePlace': {
    text: `{"version":1,"basePort":47989,"certificateSha256":"${'0a'.repeat(32)}"}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`,
    read: parsePlace,
  },
  'slurm/cancel.ts parseEnded': { text: 'scancel ended: 0\n', read: parseEnded },
  'slurm/cancel.ts parseCancelled': {
    text: 'squeue ended: 0\nnamed|ada|viz|moonlight-ada\n',
    read: parseCancelled,
  },
  'slurm/cluster.ts parseNodes': {
    text: 'viz-node001|idle|gpu:a40:1|0/8/0/8|32000|31000|0.10|none\nviz-node002|drained*|(null)|8/0/0/8|32000|N/A|8.1|fan | Friday\n',
    read: parseNodes,
  },
  'slurm/cluster.ts parseQueue': {
    text: '7|alice|RUNNING|1:02|desktop\n[8-9%2]|bob|PENDING|0:00|a|b\n',
    read: parseQueue,
  },
  'slurm/accounting.ts readAccounting': {
    text: 'kept|CANCELLED by 1000|0:0|n1|1795438390|1795438440|ada|1000|viz|x|y\n',
    read: readAccounting,
  },
  'slurm/job-end.ts parseJobEnd': {
    text: 'JobId=7 JobName=x\n   UserId=ada(1000) GroupId=ada(1000)\n   JobState=FAILED Reason=NonZeroExitCode Dependency=(null)\n   ExitCode=7:0\n   StdOut=/scratch/logs/ml-7.log\nended|CANCELLED by 0|0:15|1000|viz-node001|viz|x\ncancelled by: 0 1000 root\n',
    read: parseJobEnd,
  },
  'slurm/job-record.ts firstNode': { text: 'viz-node[001-003],x', read: firstNode },
  'slurm/job-record.ts readJobRecord': {
    text: 'JobId=7 JobName=x\n   UserId=ada(1000) GroupId=ada(1000)\n   JobState=RUNNING Reason=None Dependency=(null)\n   Partition=viz NodeList=viz-node001\n',
    read: readJobRecord,
  },
  'slurm/job.ts parseJob': { text: wholeJob, read: parseJob },
  'slurm/waiting.ts explainReason': {
    text: '(ReqNodeNotAvail, UnavailableNodes:viz-node001)',
    read: explainReason,
  },
  'gpu/nvidia-smi.ts parseGpus': {
    text: '0, NVIDIA A40, 38, 1924, 46068, 52, 1, 12\n1, NVIDIA L4, [N/A], 12, 23034, 40, 0\n',
    read: parseGpus,
  },
}

/** Read nothing from outside, or have hostile peers of their own in the tests named here. */
export const apart: Readonly<Record<string, string>> = {
  'portal/auth.ts tokenSchema': 'part of AuthPortal’s shapes',
  'portal/hand-off.ts openHandOff': 'integration/auth/hand-off.test.ts',
  'portal/http-failures.ts changedCertificate': 'words',
  'portal/http-failures.ts translate': 'words',
  'portal/http-failures.ts withIssuer': 'words',
  'portal/http.ts PortalHttp.send': 'integration/portal/hostile.test.ts, and under every reader here',
  'portal/http.ts PortalHttp.openConnection': 'opens a socket',
  'portal/http.ts PortalHttp.shownCertificate': 'integration/auth/trust.test.ts',
  'portal/http.ts PortalHttp.dispatcherOf': 'opens sockets',
  'portal/http.ts PortalHttp.overOneConnection': 'integration/portal/hostile.test.ts',
  'portal/http.ts PortalHttp.close': 'closes sockets',
  'portal/http.ts answerEvidence': 'words',
  'portal/http.ts isRefusedInFront': 'unit/protocols/portal/unexpected.test.ts',
  'portal/http.ts unexpected': 'words',
  'portal/http.ts readAnswer': 'under every reader here',
  'portal/images.ts imagesShape': 'part of moonlightImages',
  'portal/images.ts readImages': 'part of moonlightImages and VncApi.images',
  'portal/lenient.ts text': 'part of the dashboard’s shapes',
  'portal/lenient.ts list': 'part of the dashboard’s shapes',
  'portal/notification.ts notificationShape': 'part of Dashboard.notifications and readPortalEvent',
  'portal/probe.ts authBase': 'writes an address',
  'portal/probe.ts usualDashboard': 'writes an address',
  'portal/proxy.ts allProxyFor': 'reads this computer’s settings',
  'portal/proxy.ts portOf': 'part of an address of ours',
  'portal/proxy.ts proxyFor': 'reads this computer’s settings',
  'portal/proxy.ts proxyOfScript': 'unit/protocols/portal/proxy.test.ts',
  'portal/route-answers.ts isGatewayError': 'under lookAtRoutes and lookAtServices',
  'portal/route-answers.ts isBetter': 'words',
  'portal/route-answers.ts serviceStateOf': 'under lookAtServices and the site check',
  'portal/route-answers.ts isOwnPage': 'under lookAtRoutes',
  'portal/route-answers.ts isUnrouted': 'under lookAtRoutes and lookAtServices',
  'portal/route-answers.ts isSocketIo': 'under lookAtRoutes',
  'portal/route-answers.ts isOpenProxy': 'under lookAtRoutes',
  'portal/probe.ts withEveryPath': 'unit/protocols/portal/probe.test.ts',
  'portal/service-bases.ts basesOf': 'writes addresses',
  'portal/service-bases.ts namedBase': 'reads the profile',
  'portal/service-bases.ts serviceOf': 'reads paths of our own',
  'portal/service-bases.ts originOf': 'reads the profile',
  'portal/service-bases.ts atPortal': 'writes addresses',
  'portal/storage-shapes.ts dataDiskShape': 'part of Dashboard.dataDisk',
  'portal/storage-shapes.ts scratchShape': 'part of Dashboard.scratch',
  'portal/storage-shapes.ts pushedStorageShape': 'part of readPortalEvent',
  'portal/tls-broken-off.ts isBrokenOff': 'words',
  'portal/tls-broken-off.ts withReason': 'integration/portal/tls.test.ts',
  'portal/trust.ts authorityTls': 'settings of TLS',
  'portal/trust.ts pinnedTls': 'settings of TLS',
  'portal/trust.ts factsOf': 'integration/auth/trust.test.ts',
  'portal/trust.ts readShownCertificate': 'integration/auth/trust.test.ts',
  'portal/web-socket.ts PortalChannel.close': 'integration/portal/messages.test.ts',
  'redis/resp.ts encodeCommand': 'writes',
  'redis/session-records.ts SessionRecords.open': 'integration/readers/redis.test.ts',
  'redis/session-records.ts SessionRecords.read': 'integration/readers/redis.test.ts',
  'redis/session-records.ts SessionRecords.close': 'closes sockets',
  'slurm/batch.ts newSessionName': 'writes',
  'slurm/waiting.ts allAway': 'judges what parseNodes has read',
  'slurm/batch.ts submitCommand': 'writes',
  'slurm/batch.ts endCommand': 'writes',
  'slurm/batch.ts listCommand': 'writes',
  'slurm/batch.ts placeCommand': 'writes',
  'slurm/cancel.ts cancelCommand': 'writes',
  'slurm/cancel.ts desktopsOwn': 'compares a job that parseJob has read',
  'slurm/cancel.ts foreignJob': 'words',
  'slurm/cluster.ts nodesCommand': 'writes',
  'slurm/cluster.ts queueCommand': 'writes',
  'slurm/job.ts isCompleting': 'reads what parseJob has read',
  'slurm/job.ts isWaiting': 'reads what parseJob has read',
  'slurm/job.ts isAlive': 'reads what parseJob has read',
  'slurm/job-record.ts isOver': 'reads what parseJob has read',
  'slurm/job-record.ts isElsewhere': 'reads what parseJob has read',
  'slurm/job-record.ts mostAlive': 'judges what parseJob has read',
  'slurm/accounting.ts accountingLines': 'writes',
  'slurm/clusters.ts inEachCluster': 'writes',
  'slurm/clusters.ts clustersOfTemplate': 'part of BatchSource',
  'slurm/job.ts jobCommand': 'writes',
  'slurm/job.ts unlessSeen': 'writes',
  'slurm/job-end.ts jobEndCommand': 'writes',
  'slurm/job-end.ts jobLogCommand': 'writes',
  'slurm/silence.ts hasNoSlurm': 'reads a failure of our own',
  'slurm/silence.ts saidBy': 'part of parseEnded',
  'slurm/silence.ts slurmSilent': 'writes',
  'slurm/silence.ts wasSilent': 'part of parseSubmitted',
  'slurm/step.ts inStep': 'writes',
}

function parseListOf(name: string): unknown {
  return parseList(`7|${name}|RUNNING|1795439007\nsqueue ended: 0\n`)
}
