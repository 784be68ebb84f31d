/** Faults of the host's protocol and of the stream: pairing, pinned TLS, RTSP, the frame port, the stream process. */
import { inFile, late, type Fault } from './fault.ts'

const replay = ['test/integration/gamestream/host-client-replay.test.ts']
const framePort = ['test/unit/stream-process/frame-port.test.ts', 'test/integration/frame-port.test.ts']
const inHost = ['test/unit/protocols/gamestream/host-deadlines.test.ts']

export const gamestreamFaults: Fault[] = [
  ...inFile('src-main/protocols/gamestream/host-client.ts', replay, [
    late(
      'host-launch',
      'const launchDeadlineMs = 60_000',
      'A host that hangs at the launch holds the user up.',
      {
        tests: inHost,
      },
    ),
    late('host-pin', 'const pinDeadlineMs = 120_000', 'An unfinished pairing lasts for hours.', {
      tests: inHost,
    }),
    late('host-person', 'const personDeadlineMs = 600_000', 'A PIN question without an answer never ends.', {
      tests: inHost,
    }),
    late('host-busy', 'const busyDeadlineMs = 15_000', 'A host that stays busy is asked for half an hour.', {
      tests: inHost,
    }),
    late('host-pairing-stage', 'deadlineMs: 10_000', 'A pairing that hangs is noticed late.', {
      tests: inHost,
    }),
    {
      id: 'host-pin-guessable',
      find: "export const newPin = (): string => String(randomInt(0, 10_000)).padStart(4, '0')",
      replace: "export const newPin = (): string => String(randomInt(0, 1)).padStart(4, '0')",
      kind: 'wrong constant',
      security: true,
      harm: 'An attacker who knows the PIN can be between client and host.',
    },
    {
      id: 'host-owned-by-other',
      find: "if (statusOf(answer) !== 'true')",
      replace: "if (statusOf(answer) === 'no answer')",
      kind: 'check removed',
      security: true,
      harm: 'A host that somebody else owns is gone on with.',
    },
    {
      id: 'host-pairing-kept',
      find: 'if (!(await this.serverInfo()).paired) {',
      replace: 'if (false) {',
      kind: 'check removed',
      harm: 'A host that did not keep the pairing refuses every launch.',
    },
  ]),
  ...inFile(
    'src-main/protocols/gamestream/pairing.ts',
    ['test/unit/protocols/gamestream/pair-with-host.test.ts', ...replay],
    [
      {
        id: 'pairing-host-signature',
        find: "if (!isSigned(certificatePem, hostSecret, hostSignature)) throw refused('the host’s signature is wrong')",
        replace: 'if (isSigned === undefined) throw hostSignature',
        kind: 'check removed',
        security: true,
        harm: 'Somebody in between pairs with a certificate whose key he does not have.',
      },
      {
        id: 'pairing-pin-proof',
        find: 'if (!timingSafeEqual(sha256(challenge, certificateSignature(certificatePem), hostSecret), hostHash)) {',
        replace: 'if (timingSafeEqual === undefined) {',
        kind: 'check removed',
        security: true,
        harm: 'A host that does not know the PIN is paired with.',
      },
      {
        id: 'pairing-expected-certificate',
        find: 'if (expected !== null &&',
        replace: 'if (expected === undefined &&',
        kind: 'check removed',
        security: true,
        harm: 'The host is paired with under another certificate than its web page showed.',
      },
      {
        id: 'pairing-last-stage',
        find: "accepted(parseNvhttp(await transport.secure(query({ phrase: 'pairchallenge' }), certificatePem)), 'stage 5')",
        replace: "await transport.secure(query({ phrase: 'pairchallenge' }), certificatePem)",
        kind: 'error swallowed',
        harm: 'A refused pairing looks like a good one.',
      },
    ],
  ),
  ...inFile('src-main/protocols/gamestream/transport.ts', replay, [
    late(
      'host-answer',
      'const defaultDeadlineMs = 5000',
      'A host that does not answer is waited for eight minutes.',
      {
        tests: inHost,
      },
    ),
    {
      id: 'host-certificate-pinned',
      find: 'if (!shown?.equals(pinned)) return refuse(mismatch())',
      replace: 'if (!shown) return refuse(mismatch())',
      kind: 'check removed',
      security: true,
      harm: 'Any program in the host’s place is spoken to, with the user’s input.',
    },
    {
      id: 'host-answer-bound',
      find: "if (size > maximumBody) response.destroy(notAnswering('the answer is too large'))",
      replace: "if (size < 0) response.destroy(notAnswering('the answer is too large'))",
      kind: 'check removed',
      security: true,
      harm: 'A hostile host fills the client’s memory.',
    },
  ]),
  ...inFile(
    'src-main/protocols/gamestream/xml.ts',
    ['test/unit/protocols/gamestream/xml.test.ts'],
    [
      {
        id: 'host-xml-bound',
        find: 'body.length > maximumXml ||',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A hostile host keeps the client busy with one answer.',
      },
      {
        id: 'host-xml-entities',
        find: " || body.includes('<!D')",
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A hostile host multiplies entities until memory is full.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/gamestream/rtsp-rewrite.ts',
    ['test/unit/protocols/gamestream/rtsp-rewrite.test.ts'],
    [
      {
        id: 'rtsp-refusal-rewritten',
        find: 'if (!/^RTSP\\/1\\.0 200 /.test(answer)) return { answer, expectation }',
        replace: '',
        kind: 'check removed',
        harm: 'A host’s refusal is changed before the library reads it.',
      },
      {
        id: 'rtsp-length-checked',
        find: 'message.length < headerSize ||',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A short message of a hostile host ends the link process.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/gamestream/identity.ts',
    ['test/unit/protocols/gamestream/identity.test.ts'],
    [
      {
        id: 'identity-validity',
        find: 'const validityYears = 20',
        replace: 'const validityYears = 0',
        kind: 'wrong constant',
        harm: 'From the next day on no host accepts the client.',
      },
      {
        id: 'identity-key-length',
        find: 'modulusLength: 2048',
        replace: 'modulusLength: 1024',
        kind: 'wrong constant',
        security: true,
        harm: 'The client’s key can be broken.',
      },
    ],
  ),
  ...inFile(
    'src-main/protocols/native.ts',
    ['test/native/binary.test.ts', 'test/integration/link/endpoint.test.ts'],
    [
      {
        id: 'native-from-packages',
        find: "join(resources, 'native', 'vizlink_native.node')",
        replace: "join(resources, 'vizlink_native.node')",
        kind: 'wrong constant',
        harm: 'The packaged program does not find its native part.',
        tests: ['test/unit/protocols/native-place.test.ts'],
      },
      {
        id: 'native-asked-for',
        find: 'process.env.VIZLINK_NATIVE ? [process.env.VIZLINK_NATIVE] : candidates()',
        replace: 'candidates()',
        kind: 'condition turned',
        harm: 'The sanitizer’s build is never what is tested.',
        tests: ['test/unit/protocols/native-place.test.ts'],
      },
    ],
  ),
  ...inFile('src-main/shared/stream-port.ts', framePort, [
    {
      id: 'frames-in-flight',
      find: 'export const maximumOutstandingFrames = 8',
      replace: 'export const maximumOutstandingFrames = 800',
      kind: 'bound moved',
      harm: 'On a slow computer the picture is many seconds old.',
    },
    {
      id: 'stream-header-length',
      find: "if (payloadLength !== message.byteLength - headerSize) return 'wrong-length'",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A message says another length than it has.',
    },
  ]),
  ...inFile(
    'src-main/shared/stream-input.ts',
    ['test/unit/shared/input-records.test.ts'],
    [
      {
        id: 'input-count-bound',
        find: '|| count > maximumInputRecords) return null',
        replace: ') return null',
        kind: 'check removed',
        security: true,
        harm: 'A page floods the desktop with input.',
      },
      {
        id: 'input-key-range',
        find: 'if (code > 255 || a < 0 || a > 15) return null',
        replace: '',
        kind: 'check removed',
        harm: 'Keys that do not exist are pressed.',
      },
    ],
  ),
  ...inFile('src-main/stream-process/frame-port.ts', framePort, [
    {
      id: 'frame-port-key-frame-lost',
      find: '        this.keyFrameLost = true\n',
      replace: '',
      kind: 'error swallowed',
      harm: 'After a lost key frame the picture freezes.',
    },
    {
      id: 'frame-port-input-checked',
      find: "if (decodeInput(payload) === null) return this.dispose('malformed-input')",
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'Damaged input of a page reaches the desktop.',
    },
    {
      id: 'frame-port-acknowledged',
      find: '(this.outstanding[0] ?? 0) <= frameNumber',
      replace: '(this.outstanding[0] ?? 0) < frameNumber',
      kind: 'bound moved',
      harm: 'The picture stops a frame before it should.',
    },
    {
      id: 'frame-port-page-bound',
      find: 'decodeHeader(message, maximumPagePayload)',
      replace: 'decodeHeader(message)',
      kind: 'bound moved',
      security: true,
      harm: 'A page sends 16 MB in one message.',
    },
    {
      id: 'frame-port-key-frame-after-full',
      find: `        this.waitingForKeyFrame = true
        this.handlers.requestKeyFrame()`,
      replace: '        this.waitingForKeyFrame = true',
      kind: 'error swallowed',
      harm: 'After a busy moment the picture freezes.',
    },
  ]),
  ...inFile(
    'src-main/stream-process/stream-runner.ts',
    ['test/unit/stream-process/stream-runner.test.ts'],
    [
      {
        id: 'stream-second-page',
        find: "    this.detach('replaced')\n",
        replace: '',
        kind: 'clean-up dropped',
        security: true,
        harm: 'An older page continues to send input.',
      },
      {
        id: 'stream-attached-key-frame',
        find: `    this.sendConfiguration()
    this.keyFrames.ask()`,
        replace: '    this.sendConfiguration()',
        kind: 'check removed',
        harm: 'A page that comes back stays black.',
      },
      {
        id: 'stream-resumed-numbers',
        find: 'this.lastFrameNumber = this.framesBefore + message.readUInt32LE(4)',
        replace: 'this.lastFrameNumber = message.readUInt32LE(4)',
        kind: 'check removed',
        harm: 'After a resume each picture is acknowledged before it has come: nothing holds the page’s queue.',
      },
      {
        id: 'stream-resumed-input',
        find: '      for (const payload of held) this.session.sendInput(payload)\n',
        replace: '',
        kind: 'clean-up dropped',
        harm: 'What is typed while the picture is fitted to the line is lost.',
      },
      {
        id: 'stream-resumed-old-end',
        find: 'if (this.terminated || this.paused) return',
        replace: 'if (this.terminated) return',
        kind: 'check removed',
        harm: 'A stream that is resumed is reported as lost.',
      },
      {
        id: 'stream-key-frame-came',
        find: 'if (isKeyFrame(message)) this.keyFrames.came()',
        replace: '',
        kind: 'check removed',
        harm: 'A page that needs a second key frame waits a second for it.',
      },
    ],
  ),
  ...inFile(
    'src-main/stream-process/web-socket-transport.ts',
    ['test/integration/frame-port.test.ts'],
    [
      {
        id: 'page-socket-bound',
        find: 'maxPayload: headerSize + maximumPagePayload,',
        replace: '',
        kind: 'bound moved',
        security: true,
        harm: 'A page makes the stream process hold 100 MB in one message.',
        tests: ['test/unit/stream-process/web-socket-transport.test.ts'],
      },
      {
        id: 'page-socket-gone',
        find: "    webSocket.on('close', () => port.gone())\n",
        replace: '',
        kind: 'clean-up dropped',
        harm: 'Pages that are closed count as if they were there.',
      },
    ],
  ),
  ...inFile(
    'src-main/stream-process/electron-port.ts',
    ['test/unit/stream-process/electron-port.test.ts'],
    [
      {
        id: 'electron-port-other-data',
        find: '    else port.close()\n',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A page that sends nonsense stays connected.',
      },
    ],
  ),
  ...inFile(
    'src-main/stream-process/index.ts',
    ['test/integration/process-host.test.ts'],
    [
      {
        id: 'stream-outlives-app',
        find: "process.on('disconnect', end)",
        replace: '',
        kind: 'clean-up dropped',
        harm: 'After a crash of the app the stream continues.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/host/host.ts',
    ['test/unit/services/host/host.test.ts'],
    [
      {
        id: 'launch-before-process',
        find: '      await stream.ready()\n',
        replace: '',
        kind: 'check removed',
        harm: 'On a busy computer the host has forgotten the launch before the stream process is there.',
      },
    ],
  ),
  ...inFile(
    'src-main/services/host/stream-client.ts',
    ['test/unit/services/host/stream-client.test.ts'],
    [
      late(
        'stream-ready',
        'const readyDeadlineMs = 20_000',
        'A stream process that does not come up is waited for half an hour.',
      ),
      late(
        'stream-start',
        'const startDeadlineMs = 45_000',
        'A stream that does not start is waited for an hour.',
      ),
      late(
        'stream-stop',
        'const stopDeadlineMs = 4000',
        'A hanging stream process holds the end up for minutes.',
      ),
      {
        id: 'stream-end-reported-once',
        find: '    if (this.over) return\n',
        replace: '',
        kind: 'check removed',
        harm: 'A stream that the user ended is reported as lost, and the client reconnects.',
      },
    ],
  ),
]
