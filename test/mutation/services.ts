/** Faults of signing in, of sites, of VNC desktops and of what the user confirmed. */
import { inFile, late, type Fault } from './fault.ts'

const trust = ['test/integration/auth/trust.test.ts']
const notTaken = ['test/unit/services/auth/not-taken.test.ts']
const modes = ['test/integration/auth/modes.test.ts']
const life = ['test/unit/services/auth/token-life.test.ts', 'test/integration/auth/token-life.test.ts']
const vnc = ['test/integration/vnc/desktop.test.ts']
const hostKeys = ['test/integration/link/confirmed-host-keys.test.ts']
const profile = ['test/unit/services/sites/load-profile.test.ts']

const questions = ['test/unit/services/questions/board.test.ts']

export const serviceFaults: Fault[] = [
  ...inFile('src-main/services/questions/board.ts', questions, [
    {
      id: 'question-after-end',
      find: 'if (this.closed || signal?.aborted)',
      replace: 'if (signal?.aborted)',
      kind: 'check removed',
      harm: 'A question of a login that was given up is shown, and answered for nothing.',
    },
    {
      id: 'question-refusal-kept',
      find: 'if (answer !== null) this.confirmed.add(shown)',
      replace: 'this.confirmed.add(shown)',
      kind: 'condition turned',
      security: true,
      harm: 'A host key that was refused is taken the next time.',
    },
  ]),
  ...inFile('src-main/services/auth/auth-service.ts', modes, [
    late('auth-heartbeat', 'const heartbeatMs = 30_000', 'A token expires while a session is open.', {
      tests: life,
    }),
    {
      id: 'auth-other-user',
      find: 'if (name !== null && signedIn.user !== name) throw',
      replace: 'if (name === signedIn.user) throw',
      kind: 'condition turned',
      security: true,
      harm: 'Somebody else who is signed in in the browser is taken for the user.',
    },
    {
      id: 'auth-other-user-signed-out',
      find: "      if (entered.lasts !== 'lent')\n",
      replace: "      if (entered.lasts === 'lent')\n",
      kind: 'clean-up dropped',
      security: true,
      harm: 'A token that is not used stays valid at the portal.',
      tests: notTaken,
    },
    {
      id: 'auth-signed-out-at-release',
      find: "if (login.lasts === 'use' && this.login === login) await this.signOut()",
      replace: '',
      kind: 'clean-up dropped',
      harm: 'The portal holds the user for signed in for hours.',
      tests: notTaken,
    },
  ]),
  ...inFile('src-main/services/auth/token-life.ts', life, [
    late('token-pause', 'const shortestPauseMs = 30_000', 'A short token is renewed after it has expired.'),
    {
      id: 'token-loss-reported',
      find: '    this.onLost(failure)\n',
      replace: '',
      kind: 'error swallowed',
      harm: 'The user does not see that another program took the sign-in.',
    },
  ]),
  ...inFile(
    'src-main/services/auth/sign-in-methods.ts',
    ['test/integration/auth/hand-off.test.ts'],
    [
      {
        id: 'sign-in-token-shape',
        find: "accepts: (query) => tokenSchema.safeParse(query.get('token')).success,",
        replace: 'accepts: () => true,',
        kind: 'check removed',
        security: true,
        harm: 'Any request to the port ends the sign-in.',
        tests: notTaken,
      },
      {
        id: 'sign-in-pastes-bound',
        find: 'const attemptsToPaste = 5',
        replace: 'const attemptsToPaste = 500',
        kind: 'bound moved',
        harm: 'A program that answers for the user asks the portal hundreds of times.',
        tests: modes,
      },
    ],
  ),
  ...inFile(
    'src-main/services/auth/hand-offs.ts',
    ['test/integration/auth/hand-off.test.ts'],
    [
      {
        id: 'hand-off-next',
        find: '    await this.ending\n    const handOff',
        replace: '    const handOff',
        kind: 'check removed',
        harm: 'Who signs in right after another has to paste a token.',
      },
    ],
  ),
  ...inFile('src-main/services/auth/oidc-login.ts', modes, [
    late('oidc-answer', 'timeout: 10', 'A sign-in provider that hangs is waited for a quarter of an hour.', {
      tests: ['test/unit/protocols/portal/deadlines.test.ts'],
    }),
    {
      id: 'oidc-state',
      find: "accepts: (query) => query.get('state') === state && (",
      replace: 'accepts: (query) => (',
      kind: 'check removed',
      security: true,
      harm: 'Another program of the computer ends the sign-in with a code of its own.',
      tests: notTaken,
    },
    {
      id: 'oidc-signature',
      find: '      oidc.enableNonRepudiationChecks,\n',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A forged ID token is accepted.',
      tests: notTaken,
    },
    {
      id: 'oidc-page-encrypted',
      find: "...(issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),",
      replace: 'oidc.allowInsecureRequests,',
      kind: 'check removed',
      security: true,
      harm: 'The user types his password into a page without encryption.',
      tests: notTaken,
    },
  ]),
  ...inFile('src-main/services/auth/portal-access.ts', trust, [
    {
      id: 'portal-certificate-refused',
      find: '    if (answer === null) {\n',
      replace: '    if (answer === undefined) {\n',
      kind: 'condition turned',
      security: true,
      harm: 'A certificate that the user refused is pinned.',
    },
    {
      id: 'portal-certificate-expired',
      find: 'if (now < facts.validFrom || now > facts.validTo) return false',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'An expired certificate is offered for confirmation.',
      tests: notTaken,
    },
    {
      id: 'portal-certificate-again',
      find: 'if ((await this.pins.get(this.origin)) !== null) return false',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A changed certificate is offered as if it were the first.',
      tests: notTaken,
    },
  ]),
  ...inFile(
    'src-main/services/auth/base-urls.ts',
    ['test/integration/portal/base-urls.test.ts'],
    [
      {
        id: 'base-url-origin',
        find: 'return new URL(dashboard).origin === new URL(this.portal.origin).origin ? dashboard : null',
        replace: 'return dashboard',
        kind: 'check removed',
        security: true,
        harm: 'A changed file sends the token to another server.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/confirmed/certificates.ts',
    ['test/unit/services/confirmed/host-keys.test.ts'],
    [
      {
        id: 'pin-of-other-portal',
        find: "if (stored.origin !== origin) throw new Error('it is for another portal')",
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A file that was moved makes one portal’s certificate good for another.',
      },
      {
        id: 'pin-unreadable',
        find: '      throw this.unreadable(origin, error)\n',
        replace: '      return null\n',
        kind: 'error swallowed',
        security: true,
        harm: 'A damaged file makes the next certificate look like the first.',
      },
    ],
  ),
  ...inFile('src-main/services/confirmed/host-keys.ts', hostKeys, [
    {
      id: 'host-key-of-other-host',
      find: "if (stored.host !== host) throw new Error('it is for another host')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A file that was moved makes one host’s key good for another.',
      tests: ['test/unit/services/confirmed/host-keys.test.ts', ...hostKeys],
    },
  ]),
  ...inFile(
    'src-main/services/confirmed/files.ts',
    [...hostKeys, ...trust],
    [
      {
        id: 'confirmed-unreadable',
        find: '    if (absent(error)) return null\n    throw error',
        replace: '    return null',
        kind: 'error swallowed',
        security: true,
        harm: 'A file that cannot be read makes the next key look like the first.',
        tests: ['test/unit/services/confirmed/host-keys.test.ts', ...hostKeys],
      },
    ],
  ),
  ...inFile('src-main/services/sites/load-profile.ts', profile, [
    {
      id: 'profile-size',
      find: "if (information.size > maximumFile) throw new Error('it is too large')",
      replace: '',
      kind: 'check removed',
      harm: 'A wrong file makes the start hang.',
    },
    {
      id: 'profile-authority',
      find: 'if (portalCa !== null && !isCertificate(portalCa))',
      replace: 'if (portalCa === null && isCertificate(path))',
      kind: 'check removed',
      harm: 'A wrong authority’s file shows as a portal that cannot be trusted.',
    },
  ]),
  ...inFile(
    'src-main/services/sites/read-password.ts',
    ['test/unit/services/sites/read-password.test.ts'],
    [
      {
        id: 'redis-password-readable',
        find: '(mode & 0o077) !== 0',
        replace: '(mode & 0o007) !== 0',
        kind: 'bound moved',
        security: true,
        harm: 'A password that the group may read is used without a word.',
      },
      {
        id: 'redis-password-size',
        find: "if (size > most) throw new Error('redis.passwordFile is too large for a password.')",
        replace: '',
        kind: 'check removed',
        harm: 'A wrong file is sent to Redis.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/sites/installed-profiles.ts',
    ['test/unit/services/sites/installed-profiles.test.ts'],
    [
      {
        id: 'profiles-machine-first',
        find: 'if (!found.has(loaded.profile.id)) found.set(loaded.profile.id, loaded)',
        replace: 'found.set(loaded.profile.id, loaded)',
        kind: 'check removed',
        security: true,
        harm: 'A file in the user’s folder replaces what the administrator installed.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/cluster/port-owner.ts',
    ['test/unit/services/desktop/vnc-server.test.ts', ...vnc],
    [
      late('vnc-owner', 'const deadlineMs = 15_000', 'A node that hangs is waited for half an hour.'),
      {
        id: 'vnc-foreign-owner',
        find: 'if (!foreign) return null\n',
        replace: 'if (!foreign || foreign) return null\n',
        kind: 'check removed',
        security: true,
        harm: 'Somebody else’s program gets the desktop’s password.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/node-port.ts',
    ['test/unit/services/desktop/vnc-server.test.ts'],
    [
      late('vnc-hop', 'const hopDeadlineMs = 15_000', 'A node that hangs is waited for half an hour.'),
      late(
        'vnc-channel',
        'const channelDeadlineMs = 15_000',
        'A server that hangs is waited for half an hour.',
      ),
      {
        id: 'vnc-hop-kept',
        find: "if (hopId !== null) await this.options.link.request('close-hop', { hopId })",
        replace: "if (hopId === '') await this.options.link.request('close-hop', { hopId })",
        kind: 'clean-up dropped',
        harm: 'Each VNC desktop leaves a login on its node.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/desktop/vnc-server.ts',
    ['test/unit/services/desktop/vnc-server.test.ts', ...vnc],
    [
      late('vnc-first-channel', 'const keptMs = 20_000', 'A page gets a channel that was closed meanwhile.'),
      {
        id: 'vnc-channel-kept',
        find: '      await this.port.closeChannel(waiting.id)\n    }\n    return',
        replace: '    }\n    return',
        kind: 'clean-up dropped',
        harm: 'VNC servers shut the user out after some connections that never logged in.',
      },
    ],
  ),
]
