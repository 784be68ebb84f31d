/** Faults of the way to the node: SSH, the link process and its client. */
import { inFile, late, type Fault } from './fault.ts'

const login = ['test/integration/link/login.test.ts']
const authentication = ['test/unit/protocols/ssh/authentication.test.ts']
const prompts = ['test/integration/link/prompts.test.ts']
const hostile = ['test/integration/link/hostile-relay.test.ts']
const upload = ['test/integration/link/relay-upload.test.ts']
const shells = ['test/integration/link/login-shells.test.ts']
const keys = ['test/integration/link/keys.test.ts']
const openssh = ['test/unit/protocols/openssh/arguments.test.ts', 'test/integration/link/openssh.test.ts']
const losses = ['test/unit/services/cluster/losses.test.ts', 'test/integration/link/ends.test.ts']

export const linkFaults: Fault[] = [
  ...inFile(
    'src-main/link-process/relay-link.ts',
    ['test/unit/link-process/relay-link.test.ts', ...hostile],
    [
      late('link-silence', 'const silenceMs = 8000', 'A dead connection is noticed after minutes.'),
      {
        id: 'link-relay-build',
        find: 'if (version === protocolVersion && build === buildId) return',
        replace: 'if (version === protocolVersion) return',
        kind: 'check removed',
        security: true,
        harm: 'A relay of another build is spoken to as if it were ours.',
      },
      {
        id: 'link-relay-error',
        find: "this.lose(`the relay reports: ${frame.payload.toString('utf8').slice(0, 200)}`)",
        replace: 'return',
        kind: 'error swallowed',
        harm: 'What the relay says of its end is lost, and the connection looks alive.',
      },
    ],
  ),
  ...inFile('src-main/link-process/relay-upload.ts', upload, [
    {
      id: 'relay-upload-damaged',
      find: '  (${hash}*) echo',
      replace: '  (*) echo',
      kind: 'check removed',
      security: true,
      harm: 'A relay that was damaged in upload is run on the node.',
    },
    {
      id: 'relay-present-changed',
      find: '("$hash"*) [ -x',
      replace: '(*) [ -x',
      kind: 'check removed',
      security: true,
      harm: 'A relay file that was changed on the node is run.',
    },
    {
      id: 'relay-upload-link',
      find: '[ ! -L "$place" ] || no "a link"',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Another user of the node says where the relay is put, and changes it there.',
    },
    {
      id: 'relay-upload-part-kept',
      find: 'trap \'rm -f -- "$trial" "$part"\' EXIT',
      replace: 'trap \'rm -f -- "$trial"\' EXIT',
      kind: 'clean-up dropped',
      harm: 'Each broken upload leaves a file in the user’s home.',
    },
  ]),
  ...inFile(
    'src-main/link-process/byte-channel.ts',
    ['test/unit/link-process/byte-channel.test.ts', 'test/integration/link/channel.test.ts'],
    [
      late('channel-unused', 'const unusedMs = 30_000', 'Channels that no page takes stay open for an hour.'),
      {
        id: 'channel-second-page',
        find: 'if (this.page || this.over) return void page.destroy()',
        replace: 'if (this.over) return void page.destroy()',
        kind: 'check removed',
        security: true,
        harm: 'A second page joins a desktop’s bytes.',
      },
    ],
  ),
  ...inFile(
    'src-main/link-process/forward.ts',
    ['test/integration/link/forward.test.ts'],
    [
      {
        id: 'forward-connections',
        find: 'const maximumConnections = 8',
        replace: 'const maximumConnections = 800',
        kind: 'bound moved',
        harm: 'One user takes all channels of the SSH server.',
      },
    ],
  ),
  ...inFile(
    'src-main/link-process/private-sockets.ts',
    ['test/integration/link/forward.test.ts'],
    [
      {
        id: 'private-socket-mode',
        find: 'chmodSync(path, 0o600)',
        replace: 'chmodSync(path, 0o666)',
        kind: 'wrong constant',
        security: true,
        harm: 'Only the folder keeps others from the way into the cluster.',
      },
      {
        id: 'private-sockets-kept',
        find: 'if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true })',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Each login leaves a folder behind.',
      },
      {
        id: 'private-sockets-not-swept',
        find: "Promise.all([makeOwnFolder('link'), sweepOwnFolders()])",
        replace: "Promise.all([makeOwnFolder('link')])",
        kind: 'clean-up dropped',
        harm: 'Each client that is killed leaves a folder behind.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/loopback-server.ts',
    ['test/unit/protocols/loopback-server.test.ts'],
    [
      {
        id: 'loopback-strangers',
        find: "if (owner === 'other') return void socket.resetAndDestroy()",
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'Every user of the computer talks to the client’s ports.',
      },
      {
        id: 'loopback-unknown-bound',
        find: 'unknown.size >= bounds.maximumUnknown',
        replace: 'unknown.size >= bounds.maximumUnknown * 100',
        kind: 'bound moved',
        security: true,
        harm: 'Idle connections of others keep the owner out where the system does not show whose they are.',
      },
      {
        id: 'loopback-bound',
        find: 'if (admitted.size >= bounds.maximum) return void socket.destroy()',
        replace: '',
        kind: 'bound moved',
        harm: 'A program that opens connections without end takes all of the client’s.',
      },
      late('loopback-idle', 'bounds.unprovedMs', 'Idle connections stay.'),
    ],
  ),
  ...inFile(
    'src-main/protocols/socket-owner.ts',
    ['test/unit/protocols/loopback-server.test.ts'],
    [
      {
        id: 'socket-owner-user',
        find: 'Number(uid) === user && ',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'Everybody’s connections count as the user’s own.',
      },
      {
        id: 'socket-owner-none',
        find: " && inode !== '0'",
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A connection that somebody has closed already counts as root’s.',
      },
    ],
  ),
  ...inFile(
    'src-main/link-process/deadlines.ts',
    ['test/unit/link-process/deadlines.test.ts'],
    [
      {
        id: 'link-time-runs-in-questions',
        find: 'if (this.openQuestions === 0) left -= Math.max(',
        replace: 'left -= Math.max(',
        kind: 'check removed',
        harm: 'Who looks for his one-time password for 20 s is thrown out.',
      },
      {
        id: 'link-time-paused-after-question',
        find: '      this.openQuestions--',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'After one question no step has a deadline any more.',
      },
    ],
  ),
  ...inFile('src-main/link-process/host-shells.ts', shells, [
    {
      id: 'shells-most',
      find: 'const mostShells = 4',
      replace: 'const mostShells = 400',
      kind: 'bound moved',
      harm: 'Many commands at once are refused by the SSH server.',
    },
    {
      id: 'shells-refused-channel',
      find: 'this.most = this.open',
      replace: '',
      kind: 'error swallowed',
      harm: 'A server that allows one session runs nothing.',
    },
  ]),
  ...inFile(
    'src-main/link-process/page-stream.ts',
    ['test/unit/link-process/page-stream.test.ts'],
    [
      {
        id: 'page-port-flood',
        find: '      page.readableLength <= maximumOutstanding\n',
        replace: '      true\n',
        kind: 'check removed',
        security: true,
        harm: 'A page that floods its port fills the memory of the link process.',
      },
      {
        id: 'page-port-message',
        find: 'data.byteLength <= maximumPageMessage &&',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'One huge message of a page is passed on.',
      },
      {
        id: 'page-port-credit',
        find: 'data > 0 && data <= outstanding',
        replace: 'data > 0',
        kind: 'check removed',
        security: true,
        harm: 'A page says that it took more than it got, and the bound is gone.',
      },
    ],
  ),
  ...inFile('src-main/link-process/login.ts', losses, [
    {
      id: 'login-stream-key',
      find: "if (!/^[0-9a-f]{32}$/i.test(remoteInputKey)) throw fail('bad-request', 'no-stream-key')",
      replace: '',
      kind: 'check removed',
      harm: 'A damaged key shows as a stream that does not start.',
      tests: ['test/integration/link/stream.test.ts'],
    },
    {
      id: 'login-loss-reported',
      find: '      if (this.closing) return\n',
      replace: '      if (!this.closing) return\n',
      kind: 'condition turned',
      harm: 'A lost SSH connection is not reported; a wanted end is.',
      tests: ['test/integration/link/ends.test.ts'],
    },
  ]),
  ...inFile('src-main/link-process/index.ts', prompts, [
    {
      id: 'link-host-key-answer',
      find: "(await ask('verifyHostKey', { hop, publicKey, fingerprint })) === true,",
      replace: "(await ask('verifyHostKey', { hop, publicKey, fingerprint })) !== undefined,",
      kind: 'condition turned',
      security: true,
      harm: 'A host key that the user refused is accepted.',
      tests: login,
    },
    {
      id: 'link-outlives-app',
      find: "process.on('disconnect', end)",
      replace: '',
      kind: 'clean-up dropped',
      harm: 'After a crash of the app its SSH connections stay open.',
      tests: ['test/integration/process-host.test.ts', 'test/integration/faults/killed-client.test.ts'],
    },
    late('link-linger', 'const lingerMs = 200', 'Leaving takes 20 s.', {
      tests: ['test/integration/link/ends.test.ts'],
    }),
  ]),
  ...inFile('src-main/services/cluster/key-file.ts', keys, [
    {
      id: 'key-file-mode',
      find: '(information.mode & 0o077) !== 0',
      replace: '(information.mode & 0o007) !== 0',
      kind: 'bound moved',
      security: true,
      harm: 'A private key that the group may read is used without a word.',
      tests: ['test/unit/services/cluster/key-signer.test.ts'],
    },
    {
      id: 'key-passphrase-tries',
      find: 'const maximumTries = 3',
      replace: 'const maximumTries = 1',
      kind: 'bound moved',
      harm: 'A passphrase that is mistyped once leaves the key unused.',
      tests: ['test/unit/services/cluster/key-signer.test.ts'],
    },
  ]),
  ...inFile('src-main/services/cluster/key-signer.ts', keys, [
    {
      id: 'key-other-signed',
      find: 'const file = inFiles.find((one) => one.publicKey === publicKey)',
      replace: 'const [file] = inFiles',
      kind: 'check removed',
      security: true,
      harm: 'The link process gets signatures by keys that it was not given.',
      tests: ['test/unit/services/cluster/key-signer.test.ts'],
    },
  ]),
  ...inFile('src-main/services/cluster/key-agent.ts', keys, [
    late(
      'key-agent-signature',
      'const signatureDeadlineMs = 120_000',
      'An agent that lists its keys and then hangs holds the sign-in up for hours.',
      {
        tests: ['test/unit/link-process/deadlines.test.ts'],
      },
    ),
    late(
      'key-agent',
      'const agentDeadlineMs = 30_000',
      'A hanging SSH agent holds the sign-in up for an hour.',
      {
        tests: ['test/unit/link-process/deadlines.test.ts'],
      },
    ),
  ]),
  ...inFile('src-main/services/cluster/link-client.ts', losses, [
    {
      id: 'link-host-key-unanswered',
      find: "name === 'verifyHostKey' ? false : null",
      replace: "name === 'verifyHostKey' ? true : null",
      kind: 'condition turned',
      security: true,
      harm: 'A question that failed accepts an unknown host key.',
      tests: ['test/unit/services/cluster/link-client.test.ts', 'test/unit/services/cluster/losses.test.ts'],
    },
    {
      id: 'link-requests-hang',
      find: 'for (const request of pending.values()) request.reject(error)',
      replace: '',
      kind: 'error swallowed',
      harm: 'When the link process dies the connection waits for ever.',
      tests: ['test/unit/services/cluster/link-client.test.ts'],
    },
    late(
      'link-close',
      'const closeDeadlineMs = 2000',
      'A hanging link process holds the end up for minutes.',
      {
        tests: ['test/unit/link-process/deadlines.test.ts'],
      },
    ),
  ]),
  ...inFile(
    'src-main/protocols/ssh/host-keys.ts',
    ['test/unit/protocols/ssh/host-keys.test.ts'],
    [
      {
        id: 'host-key-type-only',
        find: "line.split(' ').slice(0, 2).join(' ') === shown",
        replace: "line.split(' ')[0] === shown.split(' ')[0]",
        kind: 'condition turned',
        security: true,
        harm: 'Any host key of the same type passes for the listed one.',
      },
      {
        id: 'host-key-changed-asks',
        find: "? 'known' : 'changed'",
        replace: "? 'known' : 'unknown'",
        kind: 'condition turned',
        security: true,
        harm: 'A changed host key is offered for confirmation instead of being refused.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/ssh/known-hosts.ts',
    ['test/unit/protocols/ssh/known-hosts.test.ts'],
    [
      {
        id: 'known-hosts-revoked',
        find: "marker === '@revoked'",
        replace: "marker === '@withdrawn'",
        kind: 'check removed',
        security: true,
        harm: 'A host key that the site has revoked is shown for confirmation.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/ssh/user-config.ts',
    ['test/unit/protocols/ssh/user-config.test.ts'],
    [
      {
        id: 'ssh-config-negation',
        find: "if (holds === criterion.startsWith('!')) return false",
        replace: 'if (!holds) return false',
        kind: 'condition turned',
        harm: 'A section that excepts a host holds for it alone.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/ssh/algorithms.ts',
    ['test/unit/protocols/ssh/algorithms.test.ts'],
    [
      {
        id: 'ssh-groups-in-electron',
        find: '...(inElectron ? { kex } : {})',
        replace: '...{}',
        kind: 'check removed',
        harm: 'A login host with old key exchanges stops the app for a minute.',
      },
    ],
  ),
  ...inFile('src-main/protocols/ssh/connect.ts', login, [
    {
      id: 'host-key-check-fails-open',
      find: 'verify(blob).then(accept, () => accept(false))',
      replace: 'verify(blob).then(accept, () => accept(true))',
      kind: 'error swallowed',
      security: true,
      harm: 'A host key check that failed counts as passed.',
      tests: ['test/unit/protocols/ssh/host-keys.test.ts', ...login],
    },
    {
      id: 'ssh-unknown-key-accepted',
      find: 'if (await questions.verifyHostKey(hop, publicLine(blob), fingerprint(blob))) return true',
      replace: 'await questions.verifyHostKey(hop, publicLine(blob), fingerprint(blob))\n    return true',
      kind: 'check removed',
      security: true,
      harm: 'An unknown host key is accepted whatever the user says.',
      tests: ['test/unit/protocols/ssh/host-keys.test.ts'],
    },
  ]),
  ...inFile(
    'src-main/protocols/ssh/silence.ts',
    ['test/unit/protocols/ssh/keep-alive.test.ts'],
    [
      late('ssh-keep-alive', 'const keepAliveMs = 3000', 'A dead SSH connection is noticed after minutes.'),
      {
        id: 'ssh-slow-is-lost',
        find: "sock.on('data', () => (missed = 0))",
        replace: '',
        kind: 'check removed',
        harm: 'A connection on which bytes arrive is called lost.',
      },
    ],
  ),
  ...inFile('src-main/protocols/ssh/authentication.ts', authentication, [
    {
      id: 'ssh-questions-bound',
      find: 'const maximumQuestions = 3',
      replace: 'const maximumQuestions = 300',
      kind: 'bound moved',
      harm: 'A server that refuses asks for the password again and again.',
    },
    {
      id: 'ssh-keys-bound',
      find: 'const maximumKeys = 5',
      replace: 'const maximumKeys = 6',
      kind: 'bound moved',
      harm: 'Who has six keys in the agent is thrown out before the password is asked for.',
    },
    {
      id: 'ssh-factors-bound',
      find: 'const maximumFactors = 4',
      replace: 'const maximumFactors = 400',
      kind: 'bound moved',
      security: true,
      harm: 'A hostile server asks for ever, and one answer after the other is typed.',
    },
    {
      id: 'ssh-question-unanswered',
      find: 'if (!answers) options.unanswered(prompts)',
      replace: '',
      kind: 'error swallowed',
      harm: 'Who cancels a question waits for the deadline.',
    },
  ]),
  ...inFile('src-main/protocols/ssh/exec.ts', shells, [
    {
      id: 'exec-unheard',
      find: '    if (!sections.complete) throw this.cutOff(sections)\n    const { missing',
      replace: '    const { missing',
      kind: 'error swallowed',
      harm: 'What a start-up file prints is taken for a program’s answer.',
    },
    {
      id: 'exec-script-early',
      find: '    await this.untilReady(timer)\n',
      replace: '',
      kind: 'check removed',
      harm: 'A program of a start-up file that reads its input takes the command.',
    },
    {
      id: 'exec-input-early',
      find: 'if (waiting && sections.passed >= 2) this',
      replace: 'if (waiting) this',
      kind: 'condition turned',
      harm: 'What runs in the place of the shell takes a job script for commands.',
    },
  ]),
  ...inFile(
    'src-main/protocols/ssh/sections.ts',
    ['test/integration/link/exec.test.ts'],
    [
      {
        id: 'exec-output-bound',
        find: 'bytes.subarray(0, Math.max(0, room))',
        replace: 'bytes',
        kind: 'bound moved',
        security: true,
        harm: 'A command’s endless output fills the memory.',
      },
    ],
  ),
  ...inFile('src-main/protocols/ssh/script.ts', shells, [
    {
      id: 'shell-word-quoting',
      find: "`'${text.replaceAll(\"'\", `'\\\\''`)}'`",
      replace: "`'${text}'`",
      kind: 'check removed',
      security: true,
      harm: 'A path with a quote runs commands on the cluster.',
      tests: [
        'test/unit/protocols/slurm/commands.test.ts',
        'test/unit/services/cluster/cluster-login.test.ts',
      ],
    },
    {
      id: 'script-clean-environment',
      find: '|SINFO_*|',
      replace: '|',
      kind: 'check removed',
      harm: 'Formats that users set for themselves make nodes unreadable.',
    },
    {
      id: 'script-kills-hanging',
      find: 'v_timeout="timeout -k 2 ${limitSeconds}"',
      replace: 'v_timeout=',
      kind: 'clean-up dropped',
      harm: 'Commands that hang stay on the login host.',
      tests: ['test/unit/site-check/gather/login-shells.test.ts'],
    },
  ]),
  ...inFile('src-main/protocols/openssh/arguments.ts', openssh, [
    {
      id: 'openssh-strict',
      find: "'StrictHostKeyChecking yes',",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Where the user’s configuration says so, ssh takes any host key.',
    },
    {
      id: 'openssh-host-argument',
      find: '/^[A-Za-z0-9_][\\w.:-]*$/.test(label) ? label : address',
      replace: 'label',
      kind: 'check removed',
      security: true,
      harm: 'A name in a profile is read by ssh as something else than a host.',
    },
    {
      id: 'openssh-channel-alone',
      find: "'-o', 'ProxyCommand=false', '-T'",
      replace: "'-T'",
      kind: 'check removed',
      harm: 'A channel that the server refuses becomes a second login, with its questions.',
    },
  ]),
  ...inFile(
    'src-main/protocols/openssh/host-key.ts',
    ['test/unit/protocols/openssh/host-key.test.ts'],
    [
      {
        id: 'openssh-revoked-lines',
        find: '...revoked.map((key) => `@revoked ${name} ${key}\\n`),',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A certificate by an authority that was revoked is accepted.',
      },
    ],
  ),
  ...inFile(
    'src-main/link-process/askpass.ts',
    ['test/unit/link-process/askpass.test.ts'],
    [
      {
        id: 'askpass-length',
        find: 'if (length === 0 || length > mostQuestion) return undefined',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A question of any size is held in memory.',
      },
    ],
  ),
  ...inFile(
    'src-main/link-process/openssh-login.ts',
    ['test/integration/link/openssh.test.ts'],
    [
      {
        id: 'openssh-changed-key',
        find: "if (judgement === 'changed')",
        replace: "if (judgement !== 'changed' && judgement !== 'unknown')",
        kind: 'check removed',
        security: true,
        harm: 'A changed host key is asked about like a new one.',
      },
    ],
  ),
]
