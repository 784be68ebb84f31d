#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "output_buffer.h"

namespace vizlink {

namespace {

constexpr size_t kMaximumStreams = 64;
// Above this the host's TCP connections are not read: their senders wait, nothing grows.
constexpr size_t kTcpHighWater = 256 * 1024;
// Above this the endpoint's frames are not read: an endpoint that asks and never reads the answers must wait.
constexpr size_t kAnswersHighWater = 2 * 1024 * 1024;
constexpr int kSocketBuffer = 4 * 1024 * 1024;
constexpr size_t kDatagramsPerTurn = 256;
// The line is known after a second of video; where it is narrow its figures are fresh.
constexpr Micros kLineKnown = 1'000'000;
constexpr Micros kLineEvery = 1'000'000;
constexpr Micros kNarrowLineEvery = 250'000;
// Nothing waits behind it then.
constexpr size_t kTurnWithoutVideo = 32 * 1024;
constexpr size_t kPathPadding = 64;
constexpr size_t kMaximumPadding = 4 * 1024 * 1024;
constexpr uint32_t kMaximumMeasureMs = 2000;

Micros Now() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

uint32_t KilobitsPerSecond(double rate) { return static_cast<uint32_t>(std::min(rate * 8 / 1000, 4e9)); }
uint32_t Unsigned(Micros time) { return static_cast<uint32_t>(std::clamp<Micros>(time, 0, UINT32_MAX)); }

}  // namespace

int Relay::Run() {
  std::string hello;
  PutU16(hello, kProtocolVersion);
  hello += kBuildId;
  queue_.PushControl(FrameType::kHello, Flow::kVideo, 0, hello);
  for (;;) {
    std::vector<pollfd> polls;
    std::vector<uint16_t> ids;
    const bool reads_input = queue_.waiting_control_bytes() + queue_.waiting_tcp_bytes() < kAnswersHighWater;
    // A negative descriptor is skipped: even the end of the input waits then.
    polls.push_back({reads_input ? input_ : -1, POLLIN, 0});
    const bool wants_output = written_ < writing_.size() || queue_.HasSomething();
    polls.push_back({output_, static_cast<short>(wants_output ? POLLOUT : 0), 0});
    for (int fd : udp_) polls.push_back({fd, POLLIN, 0});
    for (auto& [id, stream] : streams_) {
      short events = 0;
      if (stream->connected() && !stream->read_ended && queue_.waiting_tcp_bytes() < kTcpHighWater) events |= POLLIN;
      if (stream->WantsWrite()) events |= POLLOUT;
      polls.push_back({stream->fd(), events, 0});
      ids.push_back(id);
    }
    // Where the client's network is cut, sshd may keep this program for hours: it does not outlive its client for long.
    const auto silence = std::chrono::steady_clock::now() - heard_;
    if (silence > std::chrono::milliseconds(silence_ms_)) return 3;
    if (poll(polls.data(), polls.size(), Patience()) < 0) {
      if (errno == EINTR) continue;
      return 1;
    }
    if (polls[0].revents != 0 && !ReadInput()) return decoder_.broken() ? 2 : 0;
    for (size_t flow = 0; flow < kFlowCount; flow++) {
      if (polls[2 + flow].revents != 0) ReadUdp(static_cast<Flow>(flow));
    }
    for (size_t index = 0; index < ids.size(); index++) {
      const short events = polls[2 + kFlowCount + index].revents;
      if (events != 0 && streams_.count(ids[index]) != 0) ServeTcp(ids[index], events);
    }
    if (queue_.dropped_frames() != reported_drops_) {
      reported_drops_ = queue_.dropped_frames();
      meter_.Lacks(Now());
      std::string payload;
      PutU32(payload, reported_drops_);
      queue_.PushControl(FrameType::kDropped, Flow::kVideo, 0, payload);
    }
    Tick();
    if ((polls[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) return 0;
    if (!WriteOutput()) return 0;
  }
}

bool Relay::ReadInput() {
  char bytes[64 * 1024];
  const ssize_t count = read(input_, bytes, sizeof bytes);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  heard_ = std::chrono::steady_clock::now();
  if (count == 0) return false;
  if (!decoder_.Feed({bytes, static_cast<size_t>(count)})) return false;
  while (auto frame = decoder_.Next()) {
    if (!Handle(*frame)) return false;
  }
  return !decoder_.broken() || Fail("the input is no frame");
}

// Standard output is a pipe of sshd: non-blocking, written in turns until it is full.
bool Relay::WriteOutput() {
  for (;;) {
    if (written_ == writing_.size()) {
      writing_.clear();
      written_ = 0;
      queue_.Take(writing_, Turn());
      meter_.Sent(Now(), queue_.video_sent(), queue_.last_pushed(), queue_.waiting_video_bytes() > 0);
      if (writing_.empty()) return true;
    }
    const ssize_t count = write(output_, writing_.data() + written_, writing_.size() - written_);
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    written_ += static_cast<size_t>(count);
  }
}

bool Relay::Handle(const Frame& frame) {
  if (!start_ && frame.type != FrameType::kStart && frame.type != FrameType::kPing)
    return Fail("START must come first");
  switch (frame.type) {
    case FrameType::kStart:
      return Start(frame);
    case FrameType::kDatagram:
      // An error (the host's port is not open yet) is the same as a lost datagram.
      if (send(udp_[static_cast<size_t>(frame.flow)], frame.payload.data(), frame.payload.size(), MSG_NOSIGNAL) < 0)
        errno = 0;
      return true;
    case FrameType::kOpen:
      Open(frame);
      return true;
    case FrameType::kData:
    case FrameType::kFin: {
      const auto stream = streams_.find(frame.stream);
      if (stream == streams_.end()) return true;
      if (frame.type == FrameType::kFin) stream->second->EndWrite();
      else if (!stream->second->Write(frame.payload)) Reset(frame.stream);
      CloseIfDone(frame.stream);
      return true;
    }
    case FrameType::kReset:
      streams_.erase(frame.stream);
      return true;
    case FrameType::kAck:
      return Acknowledge(frame);
    case FrameType::kPing:
      if (frame.payload.size() != 8) return Fail("malformed PING");
      Answer(frame);
      return true;
    case FrameType::kMeasure:
      return Measure(frame);
    default:
      return Fail("unexpected frame");
  }
}

bool Relay::Acknowledge(const Frame& frame) {
  const auto acknowledgement = DecodeAck(frame.payload);
  if (!acknowledgement) return Fail("malformed ACK");
  queue_.Acknowledge(acknowledgement->bytes);
  meter_.Acknowledge(Now(), *acknowledgement);
  return true;
}

void Relay::Answer(const Frame& ping) {
  std::string payload = ping.payload;
  PutU32(payload, static_cast<uint32_t>(queue_.unacknowledged()));
  PutU32(payload, static_cast<uint32_t>(queue_.waiting_video_bytes()));
  queue_.PushControl(FrameType::kPong, Flow::kVideo, 0, payload);
}

bool Relay::Measure(const Frame& frame) {
  if (frame.payload.size() != 8) return Fail("malformed MEASURE");
  if (probe_ || train_) return Fail("MEASURE during another one");
  const size_t bytes = std::min<size_t>(GetU32(frame.payload, 0), kMaximumPadding);
  const uint32_t limit_ms = std::min(GetU32(frame.payload, 4), kMaximumMeasureMs);
  const Micros limit = Micros{limit_ms} * 1000;
  if (first_video_at_) train_.emplace(Now(), limit, meter_);
  else probe_.emplace(Now(), bytes, limit);
  return true;
}

void Relay::Tick() {
  const Micros now = Now();
  const size_t under_way = queue_.unacknowledged() + queue_.waiting_video_bytes();
  auto bounds = meter_.Bounds(queue_.fresh_bytes());
  if (bounds && train_) bounds->flight += train_->on_its_way(), bounds->under_way += train_->on_its_way();
  queue_.SetLineBounds(bounds, meter_.Flight(now));
  BoundBuffer(Turn());
  if (queue_.WantsKeyFrame(now)) queue_.PushControl(FrameType::kWanted, Flow::kVideo, 0, {});
  if (probe_) {
    queue_.PushPadding(probe_->Take(now, under_way, meter_), now);
    if (probe_->over(now, under_way)) {
      const bool limited = meter_.Conclude();
      Measured(limited, limited ? meter_.rate() : probe_->rate());
      probe_.reset();
    }
  }
  if (train_) {
    queue_.PushPadding(train_->Take(now, queue_.acknowledged(), under_way, meter_), now);
    if (train_->over(now)) {
      if (train_->faster()) meter_.Carries(train_->rate());
      Measured(train_->limited(), train_->faster() ? train_->rate() : meter_.rate());
      train_.reset();
    }
  }
  ReportLine(now);
}

void Relay::Measured(bool limited, double rate) {
  std::string payload(1, limited ? 1 : 0);
  PutU32(payload, KilobitsPerSecond(rate));
  PutU32(payload, Unsigned(meter_.path()));
  queue_.PushControl(FrameType::kMeasured, Flow::kVideo, 0, payload);
}

size_t Relay::Turn() const { return first_video_at_ || probe_ ? meter_.Turn() : kTurnWithoutVideo; }

// What waits there makes one packet of SSH's. Refused while it holds more: the next tick tries again.
void Relay::BoundBuffer(size_t turn) {
  const size_t size = std::bit_ceil(turn);
  if (size != buffer_ && BoundOutput(output_, size)) buffer_ = size;
}

void Relay::ReportLine(Micros now) {
  if (!first_video_at_ || now - *first_video_at_ < kLineKnown || !meter_.known()) return;
  const bool narrow = meter_.narrow(now);
  if (now - line_reported_at_ < (narrow ? kNarrowLineEvery : kLineEvery)) return;
  line_reported_at_ = now;
  std::string payload(1, narrow ? 1 : 0);
  PutU32(payload, KilobitsPerSecond(meter_.rate()));
  PutU32(payload, Unsigned(meter_.path()));
  PutU32(payload, Unsigned(meter_.queue(now)));
  queue_.PushControl(FrameType::kLine, Flow::kVideo, 0, payload);
}

// Milliseconds after which something may be due although nothing has come.
int Relay::Patience() const {
  const int due = probe_ || train_ ? 10 : first_video_at_ ? 100 : 1000;
  return std::min(silence_ms_, due);
}

bool Relay::Start(const Frame& frame) {
  auto message = DecodeStart(frame.payload);
  if (start_ || !message) return Fail("malformed START");
  if (inet_pton(AF_INET, message->address.c_str(), &host_) != 1) return Fail("the host's address is not numeric IPv4");
  for (size_t flow = 0; flow < kFlowCount; flow++) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return Fail("no UDP socket");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr = host_;
    address.sin_port = htons(message->udp_ports[flow]);
    // Connected: one local port for the whole stream, and datagrams from the host's port alone.
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      return Fail("no way to the host's UDP port");
    udp_[flow] = fd;
  }
  queue_.SetMaximumUnacknowledged(message->maximum_unacknowledged);
  start_ = std::move(message);
  // The path is known before there is video to wait behind.
  queue_.PushPadding(kPathPadding, Now());
  queue_.PushControl(FrameType::kStarted, Flow::kVideo, 0, {});
  return true;
}

void Relay::ReadUdp(Flow flow) {
  char bytes[kMaximumPayload];
  const int fd = udp_[static_cast<size_t>(flow)];
  for (size_t turn = 0; turn < kDatagramsPerTurn; turn++) {
    const ssize_t count = recv(fd, bytes, sizeof bytes, 0);
    if (count < 0) {
      // A refused datagram of ours is reported here once; the next call reads on.
      if (errno == ECONNREFUSED) continue;
      return;
    }
    const std::string_view datagram(bytes, static_cast<size_t>(count));
    if (flow == Flow::kVideo) {
      const Micros now = Now();
      if (!first_video_at_) first_video_at_ = now;
      queue_.PushVideo(datagram, now);
    } else if (flow == Flow::kAudio) queue_.PushAudio(datagram);
    else queue_.PushControl(FrameType::kDatagram, Flow::kControl, 0, datagram);
  }
}

void Relay::Open(const Frame& frame) {
  const uint16_t id = frame.stream;
  const uint16_t port = frame.payload.size() == 2 ? GetU16(frame.payload, 0) : 0;
  const bool allowed = port != 0 && std::find(std::begin(start_->tcp_ports), std::end(start_->tcp_ports), port) !=
                                        std::end(start_->tcp_ports);
  if (!allowed || streams_.count(id) != 0 || streams_.size() >= kMaximumStreams) {
    queue_.PushTcp(FrameType::kRefused, id, "not allowed");
    return;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = host_;
  address.sin_port = htons(port);
  auto stream = std::make_unique<TcpStream>(address);
  if (stream->fd() < 0) {
    queue_.PushTcp(FrameType::kRefused, id, "connection refused");
    return;
  }
  if (stream->connected()) queue_.PushTcp(FrameType::kOpened, id, {});
  streams_[id] = std::move(stream);
}

void Relay::ServeTcp(uint16_t id, short events) {
  TcpStream& stream = *streams_[id];
  if (!stream.connected()) {
    if (!stream.FinishConnect()) {
      streams_.erase(id);
      queue_.PushTcp(FrameType::kRefused, id, "connection refused");
      return;
    }
    queue_.PushTcp(FrameType::kOpened, id, {});
  }
  if ((events & POLLOUT) != 0 && !stream.Flush()) return Reset(id);
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 && !stream.read_ended) {
    char bytes[16 * 1024];
    const ssize_t count = recv(stream.fd(), bytes, sizeof bytes, 0);
    if (count > 0) {
      queue_.PushTcp(FrameType::kData, id, {bytes, static_cast<size_t>(count)});
    } else if (count == 0) {
      stream.read_ended = true;
      queue_.PushTcp(FrameType::kFin, id, {});
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      return Reset(id);
    }
  }
  CloseIfDone(id);
}

void Relay::Reset(uint16_t id) {
  streams_.erase(id);
  queue_.PushTcp(FrameType::kReset, id, {});
}

void Relay::CloseIfDone(uint16_t id) {
  const auto stream = streams_.find(id);
  if (stream != streams_.end() && stream->second->read_ended && stream->second->write_ended()) streams_.erase(stream);
}

bool Relay::Fail(std::string_view why) {
  queue_.PushControl(FrameType::kError, Flow::kVideo, 0, why);
  WriteOutput();
  return false;
}

}  // namespace vizlink
