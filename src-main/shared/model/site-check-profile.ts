/** The part of a site profile that only the site check uses: where to look, where a site differs from the portal's own set-up. */
import { z } from 'zod'

const port = z.number().int().min(1).max(65535)
const path = z.string().regex(/^\/[\w.@+/-]{0,500}$/, 'an absolute path of letters, digits and . _ @ + / -')

const folders = {
  home: path.describe('Home directories.'),
  scratch: path.describe('The shared scratch file system.'),
  images: path.describe('Folder of the desktop images.'),
  jobLogs: path.describe("Folder of the logs of sessions' jobs."),
  sessions: path.describe('Folder with one folder for each session.'),
}

export const siteCheckProfileSchema = z
  .strictObject({
    /** None of them should be reachable from users' machines. */
    ports: z
      .strictObject({
        redis: port.default(6379),
        cae: port.default(5000),
        caeAutomation: port.default(5001),
        dashboard: port.default(5010),
        webSocket: port.default(5011),
        moonlight: port.default(8004),
        authPortal: port.default(4430),
      })
      .prefault({})
      .describe("Ports of the services on the portal's host, tried from the user's machine."),
    vncTunnelPorts: z
      .strictObject({ first: port.default(6900), last: port.default(6999) })
      .prefault({})
      .describe("Ports of the portal's host at which the dashboard opens ways to VNC desktops."),
    paths: z
      .strictObject({
        home: folders.home.default('/home'),
        scratch: folders.scratch.default('/scratch'),
        images: folders.images.default('/opt/apptainers'),
        jobLogs: folders.jobLogs.default('/scratch/sunshine_logs'),
        sessions: folders.sessions.default('/scratch/sunshine_sessions'),
        logRotation: path
          .describe('Folder of logrotate’s entries on the login host.')
          .default('/etc/logrotate.d'),
        redisConfiguration: path
          .describe('Configuration file of Redis on the login host.')
          .default('/etc/redis/redis.conf'),
      })
      .prefault({})
      .describe('Where things lie on the cluster.'),
    nodePaths: z
      .strictObject({
        ...z.object(folders).partial().shape,
        xConfiguration: path
          .describe('Configuration of the display server, which the portal’s job names.')
          .default('/etc/X11/xorg.conf.nvidia'),
        inputDevice: path.describe('Device by which hosts type and move the mouse.').default('/dev/uinput'),
      })
      .prefault({})
      .describe('Paths that are others on the visualisation nodes.'),
    singleSignOn: z
      .boolean()
      .optional()
      .describe(
        'Whether the site means its portal to use single sign-on; only where this is false a test login without password is no warning.',
      ),
  })
  .prefault({})
export type SiteCheckProfile = z.infer<typeof siteCheckProfileSchema>

/** Redis as the login host reaches it, with a user that may only read; for sites that made one for this. */
export const redisProfileSchema = z.strictObject({
  address: z.string().min(1).max(253).default('127.0.0.1').describe('Address as seen from the login host.'),
  port: port.default(6379),
  user: z.string().max(64).optional().describe('User of an access list (ACL) that may only read.'),
  passwordFile: z
    .string()
    .optional()
    .describe('File with the password, beside the profile or absolute, readable by its owner alone.'),
  tls: z
    .strictObject({
      caFile: z.string().describe('PEM file of its authority, beside the profile or absolute.'),
    })
    .optional()
    .describe('Only where Redis speaks TLS on this port.'),
})
export type RedisProfile = z.infer<typeof redisProfileSchema>
