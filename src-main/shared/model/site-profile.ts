/** The site profile: how a site (a portal and its cluster) is reached. A JSON file; `docs/site-profile.schema.json` is made from this. */
import { z } from 'zod'

const userName = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a Unix user name: small letters, digits, _ and -')
const hostName = z.string().min(1).max(253)
const port = z.number().int().min(1).max(65535)
/** One line of an SSH public key: `ssh-ed25519 AAAA...` (a comment may follow). */
const hostKey = z
  .string()
  .regex(/^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?$/, 'type and base64 of a public host key')

export const sshHostSchema = z.strictObject({
  address: hostName,
  port: port.default(22),
  /** Known host keys. Empty: the first key seen is shown to the user and must be confirmed. */
  hostKeys: z.array(hostKey).max(20).default([]),
})

export const siteProfileSchema = z.strictObject({
  version: z.literal(1),
  /** Stable identity of the site on this computer: letters, digits, dot, dash. */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  /** Shown to users. */
  name: z.string().min(1).max(80),
  portal: z.strictObject({
    /** Origin of the portal, for instance https://portal.example. */
    origin: z.url({ protocol: /^https?$/ }),
    /** PEM file with the certificate authority of the portal, beside this profile or absolute. */
    caFile: z.string().optional(),
    /** Explicit base URLs; each wins over probing. */
    moonlightUrl: z.url().optional(),
    dashboardUrl: z.url().optional(),
    authUrl: z.url().optional(),
    caeUrl: z.url().optional(),
    webSocketUrl: z.url({ protocol: /^wss?$/ }).optional(),
    /** User name at the portal; asked for when absent. */
    user: userName.optional(),
    /** Groups sent with the portal's unauthenticated test login. */
    testLoginGroups: z.array(z.string()).max(20).default([]),
    /** Image that a session starts, as in the portal's list. */
    imageId: z.string().max(64).optional(),
  }),
  ssh: z.strictObject({
    /** User name on the cluster; often another one than at the portal. */
    user: userName.optional(),
    loginHost: sshHostSchema,
    /** How a node is reached from the login host. */
    nodes: z.strictObject({
      port: port.default(22),
      /** Keys that hold for every node. */
      hostKeys: z.array(hostKey).max(20).default([]),
      /** Node names whose address, port or keys differ. */
      byName: z.record(z.string().max(253), sshHostSchema).default({}),
    }),
    /** Private key file (absolute or beside this profile). Without one the SSH agent is used. */
    identityFile: z.string().optional(),
    channel: z.enum(['ssh2']).default('ssh2'),
  }),
  slurm: z
    .strictObject({
      partition: z.string().max(64).default('viz'),
      /** Time limit of a session's job in seconds, where the portal fixes one (the portal served first: 8 h). */
      jobSeconds: z
        .number()
        .int()
        .positive()
        .default(8 * 3600),
    })
    .prefault({}),
  pairing: z.enum(['claim', 'pin', 'preregistered']).default('claim'),
  limits: z
    .strictObject({
      /** Seconds that a session may wait in the queue before the client gives up. */
      queueSeconds: z.number().int().positive().default(1800),
      /** Seconds from the job's start until its host must answer. */
      hostReadySeconds: z.number().int().positive().default(300),
    })
    .prefault({}),
})
export type SiteProfile = z.infer<typeof siteProfileSchema>
export type SiteProfileInput = z.input<typeof siteProfileSchema>
