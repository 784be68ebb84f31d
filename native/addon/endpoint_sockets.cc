#include "endpoint_sockets.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "own_sockets.h"

namespace vizlink {

namespace {

constexpr int kSocketBuffer = 4 * 1024 * 1024;
// The library's receive buffer holds about 184 datagrams where the system's limits are low; a burst must leave it time.
constexpr size_t kDatagramsPerTurn = 64;
constexpr size_t kAcknowledgeEvery = 32 * 1024;
constexpr size_t kMaximumSendQueue = 1024;
// A relay that keeps its bound of unacknowledged bytes stays far below these.
constexpr size_t kMaximumDatagrams = 16 * 1024;
constexpr size_t kMaximumQueuedBytes = 8 * 1024 * 1024;
constexpr size_t kPingPayloadSize = 16;
// An ENet CONNECT with sent time: 4 bytes of datagram header, 48 of command, whose last 4 are the connect data.
constexpr size_t kEnetConnectSize = 52;
constexpr uint8_t kEnetConnect = 2;

bool SameSource(const sockaddr_in& a, const sockaddr_in& b) {
  return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

}  // namespace

EndpointSockets::EndpointSockets() {
  wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  for (size_t flow = 0; flow < kFlowCount; flow++) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockets_[flow] = fd;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (fd < 0 || wake_ < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      CloseDescriptors();
      throw std::runtime_error("no UDP socket on loopback");
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
    ports_[flow] = ntohs(address.sin_port);
  }
}

EndpointSockets::~EndpointSockets() {
  if (thread_.joinable()) thread_.detach();
  CloseDescriptors();
}

void EndpointSockets::CloseDescriptors() {
  for (int fd : sockets_) {
    if (fd >= 0) close(fd);
  }
  if (wake_ >= 0) close(wake_);
}

void EndpointSockets::Run(Napi::Env env, Napi::Function on_send) {
  channel_.Open(env, on_send, "vizlink endpoint", kMaximumSendQueue);
  thread_ = std::thread([self = shared_from_this()] { self->Work(); });
}

bool EndpointSockets::Push(Flow flow, std::string datagram) {
  if (closing_) return true;
  received_ += datagram.size();
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaximumDatagrams || queued_bytes_ + datagram.size() > kMaximumQueuedBytes) return false;
    queued_bytes_ += datagram.size();
    queue_.emplace_back(flow, std::move(datagram));
  }
  Wake();
  return true;
}

void EndpointSockets::Expect(std::optional<std::string> ping_payload, std::optional<uint32_t> connect_data) {
  std::lock_guard lock(mutex_);
  if (ping_payload) {
    if (ping_payload_ != ping_payload) sources_[static_cast<size_t>(Flow::kVideo)].reset(), sources_[static_cast<size_t>(Flow::kAudio)].reset();
    ping_payload_ = std::move(ping_payload);
  }
  if (connect_data) {
    if (connect_data_ != connect_data) sources_[static_cast<size_t>(Flow::kControl)].reset();
    connect_data_ = connect_data;
  }
}

void EndpointSockets::Close() {
  closing_ = true;
  Wake();
  channel_.Close();
}

void EndpointSockets::Wake() {
  const uint64_t one = 1;
  if (write(wake_, &one, sizeof one) < 0) return;  // Already awake: the counter is full.
}

void EndpointSockets::Work() {
  while (!closing_) {
    pollfd polls[kFlowCount + 1];
    for (size_t flow = 0; flow < kFlowCount; flow++) polls[flow] = {sockets_[flow], POLLIN, 0};
    polls[kFlowCount] = {wake_, POLLIN, 0};
    if (poll(polls, kFlowCount + 1, 1000) < 0) continue;
    if (polls[kFlowCount].revents != 0) {
      uint64_t count = 0;
      if (read(wake_, &count, sizeof count) < 0) count = 0;
    }
    SendQueued();
    std::string out;
    const uint64_t acknowledged = video_acknowledged_;
    for (size_t flow = 0; flow < kFlowCount; flow++) {
      if (polls[flow].revents != 0) ReadSocket(static_cast<Flow>(flow), out);
    }
    {
      std::lock_guard lock(mutex_);
      const bool much = video_handed_on_ - video_acknowledged_ >= kAcknowledgeEvery;
      if (much || (queue_.empty() && video_handed_on_ != video_acknowledged_)) {
        std::string payload;
        PutU64(payload, video_handed_on_);
        AppendFrame(out, FrameType::kAck, Flow::kVideo, 0, payload);
        video_acknowledged_ = video_handed_on_;
      }
    }
    if (out.empty()) continue;
    sent_ += out.size();
    const bool passed = channel_.Call([out = std::move(out)](Napi::Env env, Napi::Function function) {
      Napi::HandleScope scope(env);
      function.Call({Napi::Buffer<char>::Copy(env, out.data(), out.size())});
    });
    // JavaScript was too busy to take it: datagrams may be lost, the acknowledgement is repeated.
    if (!passed) video_acknowledged_ = acknowledged;
  }
  // This thread alone uses them: nothing stays open until the object is collected.
  for (int& fd : sockets_) {
    close(fd);
    fd = -1;
  }
}

void EndpointSockets::SendQueued() {
  for (;;) {
    std::deque<std::pair<Flow, std::string>> turn;
    std::optional<sockaddr_in> sources[kFlowCount];
    {
      std::lock_guard lock(mutex_);
      while (!queue_.empty() && turn.size() < kDatagramsPerTurn) {
        queued_bytes_ -= queue_.front().second.size();
        turn.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      for (size_t flow = 0; flow < kFlowCount; flow++) sources[flow] = sources_[flow];
    }
    if (turn.empty()) return;
    for (const auto& [flow, datagram] : turn) {
      if (flow == Flow::kVideo) video_handed_on_ += datagram.size();
      const auto& source = sources[static_cast<size_t>(flow)];
      // No receiver yet: a datagram of a stream that has not begun here, or has ended.
      if (!source) continue;
      sendto(sockets_[static_cast<size_t>(flow)], datagram.data(), datagram.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&*source), sizeof *source);
    }
    sched_yield();
    if (video_handed_on_ - video_acknowledged_ >= kAcknowledgeEvery) {
      Wake();
      return;
    }
  }
}

bool EndpointSockets::MayLatch(Flow flow, std::string_view datagram) const {
  if (flow == Flow::kControl) {
    if (!connect_data_ || datagram.size() < kEnetConnectSize || (datagram[4] & 0x0f) != kEnetConnect) return false;
    uint32_t data = 0;
    std::memcpy(&data, datagram.data() + kEnetConnectSize - 4, sizeof data);
    return ntohl(data) == *connect_data_;
  }
  return ping_payload_ && datagram.size() >= kPingPayloadSize && datagram.substr(0, kPingPayloadSize) == *ping_payload_;
}

void EndpointSockets::ReadSocket(Flow flow, std::string& out) {
  char bytes[kMaximumPayload];
  for (size_t turn = 0; turn < kDatagramsPerTurn; turn++) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t count =
        recvfrom(sockets_[static_cast<size_t>(flow)], bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (count < 0) return;
    const std::string_view datagram(bytes, static_cast<size_t>(count));
    std::unique_lock lock(mutex_);
    auto& source = sources_[static_cast<size_t>(flow)];
    if (!source && MayLatch(flow, datagram)) {
      // Frames go on meanwhile.
      lock.unlock();
      const bool own = IsOwnUdpPort(ntohs(from.sin_port));
      lock.lock();
      if (own && MayLatch(flow, datagram)) source = from;
    }
    if (!source || !SameSource(*source, from)) {
      refused_++;
      continue;
    }
    AppendFrame(out, FrameType::kDatagram, flow, 0, datagram);
  }
}

}  // namespace vizlink
