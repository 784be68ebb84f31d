/** The site profile: how a site (a portal and its cluster) is reached. A JSON file; docs/site-profile.md explains it. */
import { z } from 'zod'
import { isClusterName, siteIdSchema } from './site-id.ts'
import { routeSchema } from './desktop.ts'
import { portalUserSchema, sshUserSchema } from './user-name.ts'
import { redisProfileSchema, siteCheckProfileSchema } from './site-check-profile.ts'

const hostName = z.string().min(1).max(253)
const port = z.number().int().min(1).max(65535)
const usualPort = 22
export const hostKeySchema = z
  .string()
  .regex(
    /^(\S+[ \t]+)?(ssh|ecdsa|sk)-[a-z0-9@.-]+[ \t]+[A-Za-z0-9+/=]+([ \t].*)?$/,
    'type and base64 of a public host key',
  )
  .transform((line) => line.replace(/^\S+\s+(?=(ssh|ecdsa|sk)-)/, '').replace(/\s+/g, ' '))
  .describe(
    'One line of an SSH public host key: type and base64, for instance "ssh-ed25519 AAAA...", or as ssh-keyscan prints it, with the host in front.',
  )

const sshHost = z.strictObject({
  address: hostName.describe('Host name or address, also as "[2001:db8::1]:22".'),
  port: port.default(usualPort),
  hostKeys: z
    .array(hostKeySchema)
    .max(20)
    .default([])
    .describe('Known host keys. Empty: the first key seen is shown to the user and must be confirmed.'),
})

/** An address in brackets, as known_hosts and `ssh` write it, with its port or without one. */
function withoutBrackets<T extends { address: string; port?: number | undefined }>(
  host: T,
  context: z.RefinementCtx,
): T {
  const [, address, written] = /^\[([\da-f:.]+(?:%[\w.-]+)?)\](?::(\d{1,5}))?$/i.exec(host.address) ?? []
  if (address === undefined) return host
  if (written === undefined) return { ...host, address }
  const checked = port.safeParse(Number(written))
  if (checked.success && [undefined, usualPort, checked.data].includes(host.port))
    return { ...host, address, port: checked.data }
  context.addIssue({ code: 'custom', path: ['address'], message: 'another port than "port", or none' })
  return z.NEVER
}

export const sshHostSchema = sshHost.transform(withoutBrackets)

/** A host whose port and user may come from the user's SSH configuration. */
const configuredHost = sshHost.extend({
  address: hostName.describe(
    'Host name or address, also as "[2001:db8::1]:22", or an alias of ~/.ssh/config.',
  ),
  port: port.optional().describe('22 where neither this nor ~/.ssh/config names one.'),
})

const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' })

const proxyUrl = z
  .url({ protocol: /^(https?|socks5h?)$/, error: 'an http, https or socks5 URL' })
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === '',
    'no credentials: a profile holds no secret',
  )

const portalSchema = z.strictObject({
  origin: httpUrl.describe('Origin of the portal, for instance https://portal.example.'),
  caFile: z
    .string()
    .optional()
    .describe("PEM file with the portal's certificate authority, beside the profile or absolute."),
  moonlightUrl: httpUrl.optional().describe('Base URL of the Moonlight API; wins over probing.'),
  dashboardUrl: httpUrl.optional().describe('Base URL of the dashboard API; wins over probing.'),
  authUrl: httpUrl.optional().describe('Base URL of the auth portal; wins over probing.'),
  caeUrl: httpUrl.optional().describe('Base URL of the CAE API; wins over probing.'),
  webSocketUrl: z
    .url({ protocol: /^wss?$/ })
    .optional()
    .describe("URL of the portal's WebSocket; wins over probing."),
  prometheusUrl: httpUrl
    .optional()
    .describe(
      "Base URL of a Prometheus that users may ask; without it the dashboard's way to its own is used.",
    ),
  proxy: proxyUrl
    .optional()
    .describe(
      'Proxy to the portal, for instance http://proxy.example:3128 or socks5://proxy.example:1080; wins over HTTPS_PROXY.',
    ),
  oidc: z
    .strictObject({
      issuer: httpUrl
        .refine((text) => {
          const url = URL.canParse(text) ? new URL(text) : null
          return url?.protocol !== 'http:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
        }, 'an https URL')
        .describe('Issuer of the OpenID provider, as its discovery document names it.'),
      clientId: z.string().min(1).max(200).describe('Public client (no secret) that the provider knows.'),
      scopes: z
        .array(z.string().min(1).max(100))
        .max(20)
        .default(['openid', 'profile', 'email'])
        .describe('Scopes that are asked for; "openid" always is.'),
      exchange: z
        .string()
        .regex(/^\/(?!\/)[\w./-]*$/, 'a path at the portal')
        .optional()
        .describe(
          'Path at the portal that takes {"id_token"} by POST and gives {"token"}. Absent: the portal takes the ID token itself.',
        ),
    })
    .optional()
    .describe('A standards OpenID Connect login with PKCE, for portals that take its ID tokens.'),
  user: portalUserSchema.optional().describe('User name at the portal; asked for when absent.'),
  testLoginGroups: z
    .array(z.string())
    .max(20)
    .default([])
    .describe("Groups sent with the portal's unauthenticated test login."),
  imageId: z
    .string()
    .max(64)
    .optional()
    .describe(
      "Image of a session where the user has chosen none, by its id in the portal's list. Another one where it is not installed.",
    ),
})

const nodesSchema = z.strictObject({
  port: port.default(22),
  hostKeys: z.array(hostKeySchema).max(20).default([]).describe('Host keys that hold for every node.'),
  byName: z
    .record(z.string().max(253), sshHostSchema)
    .default({})
    .describe('Nodes by their Slurm names whose address, port or keys differ.'),
})

const sshSchema = z.strictObject({
  user: sshUserSchema.optional().describe("User name on the cluster; the portal's where absent."),
  loginHost: configuredHost.transform(withoutBrackets).describe('The host that everybody logs in to.'),
  jumpHosts: z
    .array(configuredHost.extend({ user: sshUserSchema.optional() }).transform(withoutBrackets))
    .max(8)
    .default([])
    .describe('Hosts on the way to the login host, nearest first; wins over ProxyJump of ~/.ssh/config.'),
  proxy: z
    .union([z.literal('none'), proxyUrl])
    .optional()
    .describe(
      'HTTP (CONNECT) or SOCKS5 proxy in front of the first SSH server, for instance socks5://proxy.example:1080; wins over ALL_PROXY. "none": the direct way.',
    ),
  nodes: nodesSchema.describe('How a visualisation node is reached from the login host.'),
  identityFile: z
    .string()
    .optional()
    .describe(
      'Key file: absolute, beside the profile, or in the home folder (~/). A public one (.pub) names a key of the SSH agent. Without it those of ~/.ssh/config, the agent and the usual files are offered.',
    ),
  access: z
    .array(routeSchema)
    .min(1)
    .max(3)
    .default([...routeSchema.options])
    .describe(
      'Ways from the login host to the node, in the order in which they are tried: "node-ssh", "srun" (a step in the user\'s own job), "login-host" (the cluster\'s network, which the picture then crosses unencrypted).',
    ),
  channel: z
    .enum(['auto', 'ssh2', 'openssh'])
    .default('auto')
    .describe(
      'What carries the SSH connection: "ssh2" is Vizlink\'s own client, "openssh" the computer\'s ssh with certificates, security keys, GSSAPI and ProxyCommand; "auto" takes it where keys or ~/.ssh/config ask for one of these.',
    ),
})

const seconds = (preset: number, text: string) => z.int32().positive().default(preset).describe(text)

export const siteProfileSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; not used.'),
  version: z.literal(1).describe('Version of this format.'),
  id: siteIdSchema.describe(
    'Stable identity of the site on this computer: small letters, digits, dots, dashes.',
  ),
  name: z.string().min(1).max(80).describe('Name that users see.'),
  portal: portalSchema
    .optional()
    .describe(
      "The cluster's web portal. Absent at sites without one: sessions are then jobs of the user's own.",
    ),
  ssh: sshSchema.describe('The way into the cluster.'),
  slurm: z
    .strictObject({
      partition: z.string().max(64).default('viz').describe('Partition of the visualisation nodes.'),
      clusters: z
        .array(z.string().refine(isClusterName, 'the name of a cluster'))
        .max(16)
        .default([])
        .describe(
          "Clusters of Slurm that sessions' jobs may be on, where they are not the login host's own: sbatch chooses among them. For a portal the one that it uses.",
        ),
      jobTemplate: z
        .string()
        .optional()
        .describe(
          "Job script of sessions that the client submits itself, through SSH; beside the profile or absolute. Absent: the portal's sessions, or the built-in script at sites without a portal.",
        ),
      jobSeconds: seconds(8 * 3600, "Time limit of a session's job, where the portal fixes one."),
    })
    .prefault({}),
  pairing: z
    .enum(['claim', 'pin', 'preregistered'])
    .default('claim')
    .describe(
      'How the client pairs with a session host: "claim" (a host without a web user: the first client owns it), "pin" (the user types a PIN at the host\'s web page), "preregistered" (the job has put the client\'s certificate into the host\'s state file).',
    ),
  hostCertificate: z
    .string()
    .regex(
      /^\/(?:[\w.@+/-]|\{(?:session|job|user|port)\}){1,500}$/,
      "an absolute path; {session}, {job}, {user} and {port} stand for the session's",
    )
    .optional()
    .describe(
      'For "preregistered": PEM file of the host\'s certificate, as the node (or the login host) sees it. {session}, {job}, {user} and {port} stand for the session\'s own.',
    ),
  limits: z
    .strictObject({
      queueSeconds: seconds(1800, 'How long a session may wait in the queue before the client gives up.'),
      hostReadySeconds: seconds(
        1800,
        "How long a host may take to answer after its job's start: the job may unpack its image first.",
      ),
      reconnectSeconds: seconds(
        60,
        'How long the client tries to restore a lost connection before it gives up.',
      ),
    })
    .prefault({}),
  redis: redisProfileSchema
    .optional()
    .describe('Read access to the session records, for sites that give their users such an account.'),
  check: siteCheckProfileSchema.describe(
    'Where the site check looks, where the site differs from the portal’s own set-up.',
  ),
})
export type SiteProfile = z.infer<typeof siteProfileSchema>
export type PortalProfile = z.infer<typeof portalSchema>
export type SiteProfileInput = z.input<typeof siteProfileSchema>

/** The schema as JSON Schema (draft 2020-12), for editors and for administrators' own checks. */
export function siteProfileJsonSchema(): object {
  return {
    ...z.toJSONSchema(siteProfileSchema, { io: 'input', target: 'draft-2020-12' }),
    title: 'Vizlink site profile',
  }
}
