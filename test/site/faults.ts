/** Faults of the demo site by name, each modelled on a real failure. `lasting` ones hold while on, `momentary` ones happen once. */
const lasting = (sentence: string) => ({ lasting: true as const, sentence })
const momentary = (sentence: string) => ({ lasting: false as const, sentence })

export const faults = {
  // Signing in.
  'sign-in-refused': lasting(
    'The portal refuses the test login (403), although it says that sign-in is by the test login.',
  ),
  'token-expired': lasting('Tokens are already expired when the portal issues them.'),
  'sso-unknown-type': lasting(
    'The portal names a sign-in of an unknown type, whose address lets no user in.',
  ),
  'saml-broken': lasting(
    'The portal signs in by SAML, and refuses every response of the identity provider (401).',
  ),
  'oidc-broken': lasting('The portal signs in by OIDC, and fails at the end of every sign-in (500).'),
  'test-login-open': lasting(
    'The dashboard wants tokens, but the auth portal still gives them without password.',
  ),
  'sso-off': lasting(
    'The portal signs in without password, although the site profile expects single sign-on.',
  ),
  'jwt-secret-mismatch': lasting(
    'The dashboard has another signing secret: it refuses all tokens (seen where it wants any).',
  ),
  // The portal's services.
  'auth-portal-down': lasting('The auth portal does not run: nginx answers 502.'),
  'dashboard-down': lasting('The dashboard backend does not run: nginx answers 502.'),
  'cae-down': lasting('The CAE backend does not run: no service reports a job’s node over HTTP.'),
  'cae-automation-down': lasting('The CAE automation service does not run.'),
  'portal-502': lasting('nginx answers 502 HTML because the Moonlight backend is not running.'),
  'portal-504': lasting('The Moonlight backend hangs: nginx answers 504 HTML when its patience ends.'),
  'websocket-down': lasting('The WebSocket service does not run.'),
  'dashboard-debugger': lasting(
    'The dashboard backend runs with its debugger, as where it is started by `python3 app.py`.',
  ),
  'cae-automation-no-health': lasting('The CAE automation service has no health check: Flask’s own 404.'),
  'websocket-blind': lasting(
    'The WebSocket service cannot log in to the nodes: it says that none is active.',
  ),
  'prometheus-down': lasting('Prometheus and its node_exporter do not run.'),
  'slow-services': lasting('The portal’s services answer 150 ms late.'),
  'slow-pages': lasting('nginx serves a static page twice a second at most: the others wait.'),
  'mock-mode': lasting('The dashboard makes up its figures (mode mock).'),
  'in-memory-fallback': lasting(
    'The Moonlight backend runs without Redis: two lists that requests alternate between.',
  ),
  // nginx.
  'moonlight-not-routed': lasting('nginx has no route to the Moonlight backend.'),
  'auth-not-routed': lasting('nginx has no route to the auth portal.'),
  'websocket-not-routed': lasting('nginx has no route to the WebSocket service.'),
  'cae-automation-not-routed': lasting('nginx has no route to the CAE automation service.'),
  'start-page-down': lasting('The portal’s first page does not run: nginx answers 502 for `/`, too.'),
  'pages-missing': lasting('The portal’s static pages were not installed.'),
  'open-proxy': lasting('nginx leads /vncproxy/<port>/ to every port of the controller, as installed.'),
  'certificate-self-signed': lasting(
    'The portal’s certificate is signed by itself and names no host but its subject.',
  ),
  'certificate-expiring': lasting('The portal’s certificate expires in five days.'),
  'certificate-expired': lasting('The portal’s certificate has expired.'),
  'certificate-wrong-name': lasting('The portal’s certificate is for another host.'),
  'plain-http': lasting('The portal speaks plain HTTP only; the site profile says so too.'),
  'vnc-tunnel-public': lasting('The dashboard’s tunnel to a VNC desktop is open to the network.'),
  // Redis.
  'redis-down': lasting('Redis does not run.'),
  'redis-public': lasting(
    'Redis listens outside and without password, as installed by the portal’s scripts.',
  ),
  'redis-cluster-mode': lasting(
    'Redis is a cluster whose other server keeps all keys, and the portal’s services are no cluster clients: MOVED (500).',
  ),
  'redis-no-persistence': lasting('Redis never saves its data.'),
  'redis-session-leak': lasting(
    'Redis holds sessions that ended and never expire, and records without a session.',
  ),
  'redis-tls-missing': lasting(
    'The port of Redis that should speak TLS does not (seen where clients get Redis by TLS).',
  ),
  'redis-tls-wrong-name': lasting(
    'Redis shows a certificate for another host (seen where clients get Redis by TLS).',
  ),
  'cae-public': lasting('The CAE backend listens outside, beside nginx.'),
  'cae-automation-public': lasting('The CAE automation service listens outside, beside nginx.'),
  'cae-debugger': lasting('The CAE backend runs with its debugger, as installed.'),
  'dashboard-public': lasting('The dashboard backend listens outside, beside nginx.'),
  'auth-portal-public': lasting('The auth portal listens outside, beside nginx.'),
  'moonlight-public': lasting('The Moonlight backend listens outside, beside nginx.'),
  'websocket-public': lasting('The WebSocket service listens outside, beside nginx.'),
  'terminal-open': lasting(
    'The dashboard has its terminal on the nodes, which wants no login, as installed.',
  ),
  'sessions-forgotten': momentary(
    'Redis loses the records of all sessions, as where Slurm was away for a while; their jobs run on.',
  ),
  // Slurm.
  'slurmctld-down': lasting('Slurm’s controller is stopped.'),
  'partition-missing': lasting('The partition of the viz nodes does not exist.'),
  'partition-down': lasting('The partition of the viz nodes is down: sessions stay pending.'),
  'node-down': lasting('All viz nodes are down in Slurm: sessions stay pending.'),
  'node-drained': lasting('One viz node is drained, with a reason.'),
  'node-not-responding': lasting('The slurmd of one viz node is dead.'),
  'cancelled-by-other': lasting('Slurm’s accounting says of each job that the user daemon has cancelled it.'),
  // Nodes, images and folders.
  'no-nvenc': lasting('The nodes’ GPU has no NVENC encoder.'),
  'no-gpu-driver': lasting('nvidia-smi cannot reach the driver on the nodes.'),
  'node-programs-missing': lasting('One viz node has no Xorg, which the portal’s job calls.'),
  'x-configuration-missing': lasting('The nodes have no configuration of the display server.'),
  'uinput-missing': lasting('The nodes have no /dev/uinput.'),
  'node-disk-full': lasting('The file systems of the nodes have no room (as df says it).'),
  'image-missing': lasting('No sif image is on the controller: POST answers 404.'),
  'sif-missing': lasting(
    'No sif image is on the nodes, only on the controller: the job starts and ends at once.',
  ),
  'sif-outdated': lasting('The nodes have other sif images than the controller: old copies.'),
  'home-not-shared': lasting('The shared home folders are not there on the nodes.'),
  'home-of-its-own': lasting('The nodes have home folders of their own instead of the shared ones.'),
  'scratch-not-mounted': lasting(
    'The shared scratch is not there on the nodes: jobs end before their first line.',
  ),
  'job-folder-missing': lasting('The folder of the job logs is missing: jobs end before their first line.'),
  'job-folder-not-writable': lasting(
    'The folder of the sessions is not writable (root writes all the same): POST answers 500.',
  ),
  'sunshine-command-line': lasting(
    'The job starts Sunshine with an option that it takes for a command: exit 7.',
  ),
  'sunshine-vulnerable': lasting('The image holds Sunshine 0.23.1, with its published holes.'),
  'log-rotation-missing': lasting('logrotate has no entry for the portal’s logs.'),
  'sessions-not-cleaned': lasting('Folders of old sessions pile up in the scratch.'),
  // Session hosts.
  'job-ends-early': lasting('The host exits right after its job started; the portal says completed.'),
  'node-program-missing': lasting('A program that the job starts is not on the nodes: it ends at once.'),
  'image-unpacked-first': lasting('The job unpacks its image before it starts the host: 15 s.'),
  'host-starts-late': lasting('Hosts need 11 s to start, as a real Sunshine with its desktop does.'),
  'ports-clash': lasting(
    'Ports of sessions lie one apart: beside a running session the next one’s host cannot bind, and its job ends.',
  ),
  'no-encoder': lasting('No encoder works on the nodes: the host answers, and refuses every stream (503).'),
  'host-not-ready': lasting('The job runs, but its host never answers.'),
  'picture-stops': lasting('Hosts that stream send no picture: nothing else of them is wrong.'),
  'relay-killed': momentary('The relay on the node is killed (SIGKILL).'),
  'host-killed': momentary('The host on the node is killed (SIGKILL); its job ends.'),
  'host-forgets': momentary(
    'The host starts again with its certificate and without its state: it knows no client any more.',
  ),
  // VNC sessions.
  'vnc-ends-early': lasting('The job of a VNC session ends at once: the portal forgets the session.'),
  'vnc-password': lasting('VNC servers ask for a password, which is “password”.'),
  'vnc-account': lasting(
    'VNC servers ask for a user name and a password, which are “ada” and “password” (VeNCrypt Plain).',
  ),
  'vnc-tls': lasting('VNC servers take clients over TLS alone (VeNCrypt TLSNone).'),
  'vnc-killed': momentary('The VNC servers on the nodes are killed (SIGKILL); their jobs end.'),
  // SSH.
  'host-key-changed': lasting('The login host shows another host key than the profile names.'),
  'ssh-key-refused': lasting('The SSH servers accept none of the user’s keys.'),
  'node-ssh-refused': lasting(
    'The nodes let no user in over SSH, as where the portal’s job runs as a service account.',
  ),
  'srun-refused': lasting('Slurm gives the user no step in the session’s job.'),
  'sshd-stopped': lasting('The login host’s SSH server is stopped and its connections are cut.'),
} satisfies Record<string, { lasting: boolean; sentence: string }>

export type FaultName = keyof typeof faults
export const faultNames = Object.keys(faults) as FaultName[]

/** Not a fault but a whole site of others: several machines, accounts and habits, with some faults (see stranger/). */
export const stranger = {
  name: 'stranger',
  sentence:
    'Another site: machines, accounts and start-up files of its own, nodes that differ and let no user in (root only).',
  faults: ['host-starts-late', 'cae-automation-not-routed', 'websocket-not-routed'],
} as const satisfies { name: string; sentence: string; faults: readonly FaultName[] }
