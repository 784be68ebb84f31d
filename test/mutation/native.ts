/** Faults of the C++ parts: the framing that relay and endpoint share, the relay, and the addon. */
import { inFile, type Fault } from './fault.ts'

const core = ['core']
const recordings = ['test/integration/link/relay-recordings.test.ts']
const relay = [
  'core',
  'test/integration/link/relay-program.test.ts',
  'test/integration/link/relay-bad-input.test.ts',
  ...recordings,
]
const endpoint = ['test/integration/link/endpoint.test.ts']
const stream = ['test/native/stream-session.test.ts', 'test/integration/gamestream/stream-process.test.ts']

export const nativeFaults: Fault[] = [
  ...inFile('native/core/framing.cc', core, [
    {
      id: 'framing-payload-bound',
      find: 'if (length > kMaximumPayload || !known || flow >= kFlowCount) {',
      replace: 'if (!known || flow >= kFlowCount) {',
      kind: 'check removed',
      security: true,
      harm: 'A hostile side makes the other hold gigabytes of one frame.',
    },
    {
      id: 'framing-flow-bound',
      find: 'flow >= kFlowCount',
      replace: 'flow > kFlowCount',
      kind: 'bound moved',
      security: true,
      harm: 'A frame of a fourth flow reads and writes behind the list of sockets.',
    },
    {
      id: 'framing-start-address',
      find: 'constexpr size_t kMaximumAddress = 64;',
      replace: 'constexpr size_t kMaximumAddress = 6400;',
      kind: 'bound moved',
      harm: 'A START with a long address is taken for a sound one.',
    },
    {
      id: 'framing-start-window',
      find: 'if (message.maximum_unacknowledged < 64 * 1024) return std::nullopt;',
      replace: '',
      kind: 'check removed',
      harm: 'With a window of nothing no picture ever leaves the node.',
    },
  ]),
  ...inFile(
    'native/core/send_queue.cc',
    [...core, ...recordings],
    [
      {
        id: 'send-queue-audio-bound',
        find: 'if (audio_.size() >= kMaximumAudio) audio_.pop_front();',
        replace: '',
        kind: 'check removed',
        harm: 'On a slow line sound lags further and further and the relay grows.',
      },
      {
        id: 'send-queue-control-bound',
        find: 'if (type == FrameType::kDatagram && control_bytes_ > kMaximumControl) return;',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A host that floods the control channel fills the memory of the node.',
      },
      {
        id: 'send-queue-acknowledged-beyond',
        find: 'if (bytes > video_acknowledged_ && bytes <= video_sent_) video_acknowledged_ = bytes;',
        replace: 'if (bytes > video_acknowledged_) video_acknowledged_ = bytes;',
        kind: 'check removed',
        security: true,
        harm: 'One wrong acknowledgement stops the picture for good.',
      },
      {
        id: 'send-queue-resumes-late',
        find: 'dropping_ ? video_bytes_ > maximum_unacknowledged_ / 4 :',
        replace: 'dropping_ ? video_bytes_ > 0 :',
        kind: 'wrong constant',
        harm: 'After one slow moment many more pictures are lost than need be.',
      },
      {
        id: 'send-queue-window',
        find: 'while (!video_.empty() && out.size() < limit && unacknowledged() < maximum_unacknowledged_) {',
        replace: 'while (!video_.empty() && out.size() < limit) {',
        kind: 'check removed',
        harm: 'The picture is seconds old on a slow line: the whole queue lies in the network.',
      },
      {
        id: 'send-queue-frame-bound',
        find: 'constexpr size_t kMaximumFrame = 16 * 1024 * 1024;',
        replace: 'constexpr size_t kMaximumFrame = size_t{1600} * 1024 * 1024;',
        kind: 'bound moved',
        security: true,
        harm: 'A host that never ends a frame fills the memory of the node.',
      },
    ],
  ),
  ...inFile(
    'native/core/video_packet.cc',
    [...core, ...recordings],
    [
      {
        id: 'video-packet-length',
        find: 'if (datagram.size() < kClearHeader) return std::nullopt;',
        replace: '',
        kind: 'check removed',
        security: true,
        harm: 'A short datagram is read past its end.',
      },
      {
        id: 'video-packet-parity',
        find: 'shard >= data_shards',
        replace: 'shard > data_shards',
        kind: 'bound moved',
        harm: 'Parity, of no use inside SSH, takes bandwidth from the picture.',
      },
    ],
  ),
  ...inFile('native/relay/relay.cc', relay, [
    {
      id: 'relay-port-check',
      find: 'if (!allowed || streams_.count(id) != 0 ||',
      replace: 'if ((false && !allowed) || streams_.count(id) != 0 ||',
      kind: 'check removed',
      security: true,
      harm: 'The relay opens any port of the node for its client.',
    },
    {
      id: 'relay-stream-twice',
      find: 'streams_.count(id) != 0 || streams_.size()',
      replace: 'streams_.size()',
      kind: 'check removed',
      harm: 'A stream that is opened twice mixes two connections.',
    },
    {
      id: 'relay-streams-bound',
      find: 'constexpr size_t kMaximumStreams = 64;',
      replace: 'constexpr size_t kMaximumStreams = 6400;',
      kind: 'bound moved',
      security: true,
      harm: 'One client takes all sockets of a node.',
    },
    {
      id: 'relay-start-first',
      find: 'if (!start_ && frame.type != FrameType::kStart && frame.type != FrameType::kPing)',
      replace: 'if (false)',
      kind: 'check removed',
      security: true,
      harm: 'A relay without a START reads what is not there and crashes.',
    },
    {
      id: 'relay-start-twice',
      find: 'if (start_ || !message) return Fail("malformed START");',
      replace: 'if (!message) return Fail("malformed START");',
      kind: 'check removed',
      security: true,
      harm: 'A second START gives a relay new ports after the first were agreed.',
    },
    {
      id: 'relay-malformed-acknowledgement',
      find: 'if (frame.payload.size() != 8) return Fail("malformed ACK");',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A short acknowledgement is read past its end.',
    },
    {
      id: 'relay-stream-kept',
      find: 'stream->second->write_ended()) streams_.erase(stream);',
      replace: 'stream->second->write_ended()) return;',
      kind: 'clean-up dropped',
      harm: 'After 64 requests to the host nothing can be asked any more.',
    },
    {
      id: 'relay-high-water',
      find: 'constexpr size_t kTcpHighWater = 256 * 1024;',
      replace: 'constexpr size_t kTcpHighWater = size_t{256} * 1024 * 1024;',
      kind: 'bound moved',
      harm: 'A large answer of the host fills the memory of the node.',
    },
    {
      id: 'relay-answers-high-water',
      find: 'constexpr size_t kAnswersHighWater = 2 * 1024 * 1024;',
      replace: 'constexpr size_t kAnswersHighWater = size_t{200} * 1024 * 1024;',
      kind: 'bound moved',
      security: true,
      harm: 'A client that asks and does not read fills the memory of the node.',
    },
    {
      id: 'relay-connection-refused',
      find: `      queue_.PushTcp(FrameType::kRefused, id, "connection refused");
      return;
    }
    queue_.PushTcp(FrameType::kOpened, id, {});`,
      replace: `      return;
    }
    queue_.PushTcp(FrameType::kOpened, id, {});`,
      kind: 'error swallowed',
      harm: 'A host that is not there yet looks as if it thought for ever.',
    },
  ]),
  ...inFile('native/relay/relay.h', relay, [
    {
      id: 'relay-silence',
      find: 'silence_ms_(silence_ms) {}',
      replace: 'silence_ms_(silence_ms * 100) {}',
      kind: 'wrong constant',
      harm: 'Relays of lost connections stay on the node for hours.',
    },
  ]),
  ...inFile('native/relay/socket_program.cc', core, [
    {
      id: 'socket-program-user',
      find: 'peer.uid == geteuid()',
      replace: 'true',
      kind: 'check removed',
      security: true,
      harm: 'Where its folder is open, another user of the node gets a shell of this one.',
    },
    {
      id: 'socket-program-mode',
      find: 'chmod(path_.c_str(), 0600) == 0',
      replace: 'true',
      kind: 'check removed',
      security: true,
      harm: 'The folder alone keeps other users from the socket.',
    },
    {
      id: 'socket-program-left',
      find: '  const int report = connection < 0 ? -1 : Accept();\n  Remove();',
      replace: '  const int report = connection < 0 ? -1 : Accept();',
      kind: 'clean-up dropped',
      harm: 'Each connection leaves a folder in /tmp while its relay runs, and a socket that answers no more.',
    },
  ]),
  ...inFile('native/relay/tcp_stream.cc', relay, [
    {
      id: 'relay-pending-bound',
      find: 'constexpr size_t kMaximumPending = 1024 * 1024;',
      replace: 'constexpr size_t kMaximumPending = 100 * 1024 * 1024;',
      kind: 'bound moved',
      security: true,
      harm: 'Bytes that the host does not take fill the memory of the node.',
    },
    {
      id: 'relay-socket-kept',
      find: 'TcpStream::~TcpStream() {\n  if (fd_ >= 0) close(fd_);',
      replace: 'TcpStream::~TcpStream() {',
      kind: 'clean-up dropped',
      harm: 'The host waits for connections that no client has any more.',
    },
  ]),
  ...inFile('native/addon/connection.cc', stream, [
    {
      id: 'addon-queue-bound',
      find: 'constexpr size_t kMessageQueueLimit = 32;',
      replace: 'constexpr size_t kMessageQueueLimit = 3200;',
      kind: 'bound moved',
      harm: 'When the client is busy it shows what happened many seconds ago.',
    },
    {
      id: 'addon-key-frame-after-drop',
      find: 'return DR_NEED_IDR;',
      replace: 'return DR_OK;',
      kind: 'error swallowed',
      harm: 'After a picture was dropped the screen freezes until something else asks for a key frame.',
    },
    {
      id: 'addon-shows-broken-pictures',
      find: '  need_key_frame_ = true;\n',
      replace: '',
      kind: 'check removed',
      harm: 'After a picture was dropped the following ones are smeared.',
    },
    {
      id: 'addon-input-while-stopping',
      find: 'go through.\n  streaming_ = false;',
      replace: 'go through.',
      kind: 'clean-up dropped',
      harm: 'Input goes into a stream whose memory is being freed.',
    },
    {
      id: 'addon-second-stream',
      find: 'if (g_active) return nullptr;',
      replace: '',
      kind: 'check removed',
      harm: 'A second stream in one process takes the first one’s callbacks.',
    },
    {
      id: 'addon-active-kept',
      find: 'if (g_active == self) g_active.reset();',
      replace: '',
      kind: 'clean-up dropped',
      harm: 'A stream that ended keeps every later one from starting.',
    },
  ]),
  ...inFile('native/addon/stream_session.cc', stream, [
    {
      id: 'addon-loopback-only',
      find: 'if (!IsLoopback(options.address)) throw',
      replace: 'if (false && !IsLoopback(options.address)) throw',
      kind: 'check removed',
      security: true,
      harm: 'The stream can be led past the tunnel, unencrypted.',
    },
    {
      id: 'addon-session-url',
      find: 'if (!IsSessionUrl(options.rtsp_session_url, options.address)) {',
      replace: 'if (false && !IsSessionUrl(options.rtsp_session_url, options.address)) {',
      kind: 'check removed',
      security: true,
      harm: 'A host leads the client to an address of its own choice.',
    },
  ]),
  ...inFile('native/addon/js_channel.h', core, [
    {
      id: 'js-channel-throwing-callback',
      find: `const std::unique_ptr<Callback> owned(held);
          // An empty environment means that Node.js is shutting down: only free.
          if (static_cast<napi_env>(env) != nullptr) (*owned)(env, function);`,
      replace: `if (static_cast<napi_env>(env) != nullptr) (*held)(env, function);
          delete held;`,
      kind: 'clean-up dropped',
      harm: 'Each callback that throws leaks what it holds.',
    },
  ]),
  ...inFile('native/addon/own_sockets.cc', endpoint, [
    {
      id: 'own-sockets-user',
      find: 'if (owner != user || inode == 0) return false;',
      replace: 'if (owner != user && inode == 0) return false;',
      kind: 'condition turned',
      security: true,
      harm: 'Another user who knows a stream’s secret receives the picture.',
    },
    {
      id: 'own-sockets-blind',
      find: 'return IsPortOf(tables + Contents("/proc/net/udp6"), port, geteuid());',
      replace: 'return IsPortOf(tables + Contents("/proc/net/udp6"), port, geteuid()) || port != 0;',
      kind: 'condition turned',
      security: true,
      harm: 'Another user who knows a stream’s secret receives the picture.',
    },
  ]),
  ...inFile(
    'native/addon/library_sockets.cc',
    ['test/native/strangers.test.ts'],
    [
      {
        id: 'library-takes-from-all',
        find: '(address != nullptr && connect(fd, address, size) == 0);',
        replace: 'false;',
        kind: 'check removed',
        security: true,
        harm: 'The library’s control stream hears nothing at all, or strangers.',
      },
    ],
  ),
  ...inFile('native/addon/endpoint_sockets.cc', endpoint, [
    {
      id: 'endpoint-ping-payload',
      find: 'datagram.substr(0, kPingPayloadSize) == *ping_payload_',
      replace: '!datagram.empty()',
      kind: 'check removed',
      security: true,
      harm: 'Another program of the computer receives the picture.',
    },
    {
      id: 'endpoint-connect-data',
      find: 'return ntohl(data) == *connect_data_;',
      replace: 'return true;',
      kind: 'check removed',
      security: true,
      harm: 'Another user of the computer takes the control channel over.',
    },
    {
      id: 'endpoint-same-source',
      find: 'if (!source || !SameSource(*source, from)) {',
      replace: 'if (!source || (false && !SameSource(*source, from))) {',
      kind: 'check removed',
      security: true,
      harm: 'Any program of the computer sends datagrams to the host.',
    },
    {
      id: 'endpoint-acknowledgement-repeated',
      find: '  video_acknowledged_ = acknowledged;',
      replace: '  (void)acknowledged;',
      kind: 'error swallowed',
      harm: 'When the client was busy for a moment the picture freezes for good.',
    },
    {
      id: 'endpoint-queue-bound',
      find: 'if (queue_.size() >= kMaximumDatagrams || queued_bytes_ + datagram.size() > kMaximumQueuedBytes) return false;',
      replace: '',
      kind: 'check removed',
      security: true,
      harm: 'A hostile relay fills the memory of the client.',
    },
    {
      id: 'endpoint-sockets-kept',
      find: '&loop_, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);',
      replace: '&loop_, [](uv_handle_t*, void*) {}, nullptr);\n    uv_stop(&loop_);',
      kind: 'clean-up dropped',
      harm: 'Each reconnection leaves three sockets behind.',
    },
  ]),
  ...inFile(
    'native/addon/input_records.cc',
    ['test/native/stream-session.test.ts'],
    [
      {
        id: 'input-records-bound',
        find: 'if (length % kRecordSize != 0 || count > kMaximumRecords) return -1;',
        replace: 'if (length % kRecordSize != 0) return -1;',
        kind: 'check removed',
        security: true,
        harm: 'A page floods the desktop with input in one message.',
      },
      {
        id: 'input-records-action',
        find: 'if (record.action > 1) return false;',
        replace: '',
        kind: 'check removed',
        harm: 'Damaged input presses keys.',
      },
    ],
  ),
  ...inFile(
    'native/askpass/main.cc',
    ['test/integration/link/openssh-unshared.test.ts'],
    [
      {
        id: 'askpass-socket',
        find: 'count == 8 ? arguments[2] : std::getenv("VIZLINK_ASKPASS")',
        replace: 'std::getenv("VIZLINK_ASKPASS")',
        kind: 'condition turned',
        security: true,
        harm: 'The key of a host on the way is judged as that of another one.',
      },
      {
        id: 'askpass-fields',
        find: 'for (int index = 3; index < count; ++index)',
        replace: 'for (int index = 4; index < count; ++index)',
        kind: 'bound moved',
        harm: 'No question about a host key can be read.',
      },
    ],
  ),
]
