/** Findings about the portal as HTTP and plain connections show it. */
import type { CatalogueEntry } from './entry.ts'

export const portalFindings = {
  'services.portal': {
    section: 'services',
    title: 'The portal’s web server can be reached',
    meaning: 'Nothing of the portal can be used from here.',
    change:
      'Start nginx, open its port in the firewall, or correct portal.origin in the site profile; check your VPN.',
  },
  'services.auth-portal': {
    section: 'services',
    title: 'The sign-in service answers (4430)',
    meaning: 'Nobody can sign in, so nobody gets a desktop.',
    change: 'Start the auth portal (port 4430) and look at its log; it also needs Redis.',
  },
  'services.moonlight': {
    section: 'services',
    title: 'The desktop service answers (8004)',
    meaning: 'No session can be requested, listed or ended.',
    change:
      'Start the Moonlight backend (port 8004); the installer’s list of services lacks it, so enable it at boot.',
  },
  'services.dashboard': {
    section: 'services',
    title: 'The dashboard service answers (5010)',
    meaning: 'The status panel stays empty, and VNC sessions are not available.',
    change: 'Start the dashboard backend (port 5010) and look at its log.',
  },
  'services.cae': {
    section: 'services',
    title: 'The CAE service answers (5000)',
    meaning: 'A client without job information over SSH cannot find the node of a session.',
    change:
      'Start the CAE backend (port 5000); it cannot be loaded by gunicorn as it stands, only run by itself.',
  },
  'services.cae-automation': {
    section: 'services',
    title: 'The CAE automation service answers (5001)',
    meaning: 'Automated simulations of the portal do not work; desktops do.',
    change: 'Start the CAE automation service (port 5001), or remove its route.',
  },
  'services.websocket': {
    section: 'services',
    title: 'The event service answers (5011)',
    meaning: 'Notifications and storage figures do not arrive at once; everything else works.',
    change: 'Start the WebSocket service (port 5011).',
  },
  'services.redis': {
    section: 'services',
    title: 'Redis answers',
    meaning: 'Nobody can sign in, and sessions are forgotten or cannot be listed.',
    change: 'Start Redis on the controller and check the password that the portal’s services use.',
  },
  'exposure.redis': {
    section: 'exposure',
    title: 'Redis cannot be reached from users’ machines',
    meaning: 'Anyone in the network who has or guesses the password reads and changes tokens and sessions.',
    change:
      'Bind Redis to 127.0.0.1 (and the addresses that need it), set protected-mode yes, close 6379 in the firewall.',
  },
  'exposure.cae': {
    section: 'exposure',
    title: 'The CAE service cannot be reached past the web server',
    meaning:
      'It runs in debug mode and asks nobody for a login: whoever reaches it can submit jobs and more.',
    change: 'Bind port 5000 to 127.0.0.1, run it without debug mode, close the port in the firewall.',
  },
  'exposure.dashboard': {
    section: 'exposure',
    title: 'The dashboard service cannot be reached past the web server',
    meaning:
      'Its unprotected calls (node control, file preview) are open to the network without the web server’s log.',
    change: 'Run 5010 by gunicorn with its configuration (127.0.0.1) instead of `python3 app.py`.',
  },
  'exposure.auth-portal': {
    section: 'exposure',
    title: 'The sign-in service cannot be reached past the web server',
    meaning: 'Names and tokens cross the network without encryption.',
    change: 'Bind port 4430 to 127.0.0.1 (variable HOST, or gunicorn).',
  },
  'exposure.moonlight': {
    section: 'exposure',
    title: 'The desktop service cannot be reached past the web server',
    meaning: 'Its identity is an unverified header: anyone in the network can end anybody’s session.',
    change: 'Bind port 8004 to 127.0.0.1.',
  },
  'exposure.cae-automation': {
    section: 'exposure',
    title: 'The CAE automation service cannot be reached past the web server',
    meaning: 'Calls reach it without encryption and without the web server’s log.',
    change: 'Bind port 5001 to 127.0.0.1.',
  },
  'exposure.websocket': {
    section: 'exposure',
    title: 'The event service cannot be reached past the web server',
    meaning: 'Its call /broadcast takes any message from anyone and shows it to every user.',
    change: 'Bind port 5011 to 127.0.0.1 and protect /broadcast.',
  },
  'exposure.debugger': {
    section: 'exposure',
    title: 'The CAE service runs without debugger',
    meaning: 'An error page offers a console on the controller, protected by a number only.',
    change: 'Run the CAE backend without debug=True.',
  },
  'routes.moonlight': {
    section: 'routes',
    title: 'The web server has a route to the desktop service',
    meaning: 'No session can be requested through the portal, although its service may run.',
    change:
      'Add `location /api/moonlight/ { rewrite ^/api/moonlight/(.*)$ /$1 break; proxy_pass http://127.0.0.1:8004; }`.',
  },
  'routes.dashboard': {
    section: 'routes',
    title: 'The web server has a route to the dashboard service',
    meaning: 'The status panel stays empty.',
    change:
      'Route /api/ to port 5010 without removing the prefix, or name portal.dashboardUrl in the site profile.',
  },
  'routes.cae': {
    section: 'routes',
    title: 'The web server has a route to the CAE service',
    meaning: 'A client without job information over SSH cannot find the node of a session.',
    change: 'Route /cae/api/ to port 5000.',
  },
  'routes.pages': {
    section: 'routes',
    title: 'The portal’s pages are there',
    meaning: 'Links from the client to the portal’s own pages lead nowhere.',
    change: 'Build and install the static pages, and give each a location.',
  },
  'routes.open-proxy': {
    section: 'routes',
    title: 'The web server has no open proxy (/vncproxy/<port>/)',
    meaning:
      'Anyone reaches every port of the controller’s loopback through the portal, VNC desktops without password included.',
    change:
      'Remove the location /vncproxy/, or limit it to a table of the ports of running sessions behind a login.',
  },
  'routes.terminal': {
    section: 'routes',
    title: 'The web server has no route to the dashboard’s terminal',
    meaning:
      'The terminal checks no token: whoever gets there has a shell on the nodes as the service’s account.',
    change: 'Remove the terminal (/api/ssh and its Socket.IO part) or check the token in it.',
  },
  'tls.plain': {
    section: 'tls',
    title: 'The portal is served by HTTPS',
    meaning: 'Tokens and names can be read by anyone on the way.',
    change:
      'Install a certificate and serve the portal by HTTPS; then change portal.origin in the site profile.',
  },
  'tls.chain': {
    section: 'tls',
    title: 'The certificate is trusted',
    meaning: 'Clients refuse the portal.',
    change: 'Send the intermediate certificates too, or give users the authority’s file (portal.caFile).',
  },
  'tls.self-signed': {
    section: 'tls',
    title: 'The certificate is issued by an authority',
    meaning: 'Each client must be told to trust this very certificate, and browsers warn.',
    change: 'Have a certificate issued by your organisation’s authority or a public one.',
  },
  'tls.names': {
    section: 'tls',
    title: 'The certificate names the portal’s host',
    meaning:
      'Browsers and clients refuse a certificate that does not name the host in its subject alternative names.',
    change:
      'Issue the certificate with the host’s name (and address, where users type that) as subject alternative name.',
  },
  'tls.expiry': {
    section: 'tls',
    title: 'The certificate is valid for two weeks and more',
    meaning: 'Clients refuse the portal from the moment at which it expires.',
    change: 'Renew the certificate, and let a program do so next time.',
  },
  'sign-in.test-login': {
    section: 'sign-in',
    title: 'Signing in proves who somebody is',
    meaning: 'The test login asks for no password: anyone can sign in under any name and choose his groups.',
    change:
      'Switch single sign-on on in 4430 and 5010 (SSO_ENABLED in both); where it is meant, say check.singleSignOn false in the site profile.',
  },
  'sign-in.contradiction': {
    section: 'sign-in',
    title: 'The services agree whether single sign-on is on',
    meaning:
      'Either the test login opens what single sign-on should protect, or tokens are ignored and everybody is admin.',
    change:
      'Set SSO_ENABLED to the same value for 4430, 5010 and 5000: the start script passes it to some of them only.',
  },
  'sign-in.type': {
    section: 'sign-in',
    title: 'The kind of sign-in is one that exists',
    meaning: 'Nobody can sign in: the address for it answers with an error.',
    change: 'Set SSO_TYPE of 4430 to saml or oidc.',
  },
  'sign-in.login': {
    section: 'sign-in',
    title: 'Somebody can sign in',
    meaning: 'Nobody gets a desktop.',
    change: 'Sign in once yourself.',
  },
  'sign-in.token-refused': {
    section: 'sign-in',
    title: 'The dashboard accepts the sign-in service’s tokens',
    meaning: 'Signing in works, and then everything that needs it says “Invalid token”.',
    change:
      'Give 4430, 5010 and 5000 the same JWT_SECRET_KEY; the generator of .env files reads another name than it should.',
  },
  'sign-in.user-header': {
    section: 'sign-in',
    title: 'The desktop service checks who asks',
    meaning:
      'It believes the header X-Username: anyone lists and ends anybody’s sessions, and the text reaches a shell script.',
    change: 'Verify the token in 8004 and take the name from it; refuse names other than [a-z_][a-z0-9_-]*.',
  },
  'sign-in.published-secret': {
    section: 'sign-in',
    title: 'Secrets are not those of the public source',
    meaning: 'Whoever has read the portal’s source can make tokens for any user.',
    change: 'Set a JWT secret and a Redis password of your own in every .env file.',
  },
  'sign-in.logout': {
    section: 'sign-in',
    title: 'A token ends with the logout',
    meaning:
      'A token that was logged out, or read from a log because it stood in an address, is good until it expires.',
    change: 'Check jwt:<user> in Redis in 5010 and 5000 too; hand tokens over in a form, not in the address.',
  },
  'sign-in.unprotected-calls': {
    section: 'sign-in',
    title: 'Calls that read files, move nodes or submit jobs want a login',
    meaning:
      'Anyone reads files of the service’s account, drains and reboots nodes, submits and cancels jobs, and sees all jobs.',
    change:
      'Put jwt_required before /api/preview, /api/nodes/*, /api/health/auto-heal of 5010 and /api/slurm/* of 5000.',
  },
  'response-time.dashboard': {
    section: 'response-time',
    title: 'The dashboard service answers within 50 ms',
    meaning: 'The status panel lags.',
    change: 'Look at the load of the controller and at the service’s workers.',
  },
  'response-time.cae': {
    section: 'response-time',
    title: 'The CAE service answers within 30 ms',
    meaning: 'Finding a session’s node takes longer.',
    change: 'Look at the load of the controller; debug mode slows the service down.',
  },
  'response-time.auth-portal': {
    section: 'response-time',
    title: 'The sign-in service answers within 20 ms',
    meaning: 'Signing in takes longer.',
    change: 'Look at the load of the controller and at Redis.',
  },
  'response-time.moonlight': {
    section: 'response-time',
    title: 'The desktop service answers within 20 ms',
    meaning: 'Requesting and listing sessions takes longer.',
    change: 'Look at the load of the controller and at the file system of the images.',
  },
} as const satisfies Record<string, CatalogueEntry>
