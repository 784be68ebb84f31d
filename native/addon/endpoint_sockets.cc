#include "endpoint_sockets.h"

#include <cstring>
#include <stdexcept>

#include "own_sockets.h"

namespace vizlink {

namespace {

constexpr int kSocketBuffer = 4 * 1024 * 1024;
// The library's receive buffer holds about 184 datagrams where the system's limits are low; a burst must leave it time.
constexpr size_t kDatagramsPerTurn = 64;
constexpr size_t kAcknowledgeEvery = 32 * 1024;
// Often enough for a relay that measures the line by it, and not for each of a burst's datagrams.
constexpr uint64_t kAcknowledgeEveryMs = 10;
constexpr size_t kMaximumSendQueue = 1024;
// After this JavaScript is asked again to take an acknowledgement, where nothing else happens before.
constexpr uint64_t kAgainMs = 100;
// A relay that keeps its bound of unacknowledged bytes stays far below these.
constexpr size_t kMaximumDatagrams = 16 * 1024;
constexpr size_t kMaximumQueuedBytes = 8 * 1024 * 1024;
constexpr size_t kPingPayloadSize = 16;
// An ENet CONNECT with sent time: 4 bytes of datagram header, 48 of command, whose last 4 are the connect data.
constexpr size_t kEnetConnectSize = 52;
constexpr uint8_t kEnetConnect = 2;

Micros Now() { return static_cast<Micros>(uv_hrtime() / 1000); }

bool SameSource(const sockaddr_in& a, const sockaddr_in& b) {
  return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

}  // namespace

EndpointSockets::EndpointSockets() {
  if (uv_loop_init(&loop_) != 0) throw std::runtime_error("no event loop");
  loop_.data = this;
  // Neither fails before a handle is open.
  uv_async_init(&loop_, &wake_, [](uv_async_t*) {});
  uv_check_init(&loop_, &turn_);
  uv_timer_init(&loop_, &again_);
  int problem = 0;
  for (size_t flow = 0; flow < kFlowCount && problem == 0; flow++) {
    flows_[flow].owner = this;
    flows_[flow].flow = static_cast<Flow>(flow);
    problem = OpenSocket(flows_[flow]);
  }
  if (problem == 0) return;
  CloseHandles();
  throw std::runtime_error("no UDP socket on loopback");
}

int EndpointSockets::OpenSocket(Socket& socket) {
  sockaddr_in address{};
  int size = sizeof address;
  // Each call's result is 0 or what went wrong.
  int problem = uv_ip4_addr("127.0.0.1", 0, &address);
  // Made at once, not at the first use.
  if (problem == 0) problem = uv_udp_init_ex(&loop_, &socket.handle, AF_INET);
  if (problem == 0) problem = uv_udp_bind(&socket.handle, reinterpret_cast<const sockaddr*>(&address), 0);
  if (problem == 0) problem = uv_udp_getsockname(&socket.handle, reinterpret_cast<sockaddr*>(&address), &size);
  if (problem != 0) return problem;
  socket.handle.data = &socket;
  socket.port = ntohs(address.sin_port);
  // A system that gives less than that serves, too.
  for (auto* set : {uv_recv_buffer_size, uv_send_buffer_size}) {
    int bytes = kSocketBuffer;
    set(reinterpret_cast<uv_handle_t*>(&socket.handle), &bytes);
  }
  return 0;
}

EndpointSockets::~EndpointSockets() {
  // The thread holds a reference: it has ended, or was never there.
  if (thread_.joinable()) thread_.detach();
  else CloseHandles();
}

void EndpointSockets::CloseHandles() {
  uv_walk(
      &loop_,
      [](uv_handle_t* handle, void*) {
        if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
      },
      nullptr);
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

void EndpointSockets::Run(Napi::Env env, Napi::Function on_send) {
  channel_.Open(env, on_send, "vizlink endpoint", kMaximumSendQueue);
  thread_ = std::thread([self = shared_from_this()] { self->Work(); });
}

bool EndpointSockets::Push(Flow flow, std::string datagram) {
  if (closing_) return true;
  received_ += datagram.size();
  const size_t counted = flow == Flow::kVideo ? datagram.size() : 0;
  return Enqueue({flow, std::move(datagram), counted, Now()});
}

bool EndpointSockets::PushPadding(size_t bytes) { return closing_ || Enqueue({Flow::kVideo, {}, bytes, Now()}); }

bool EndpointSockets::Enqueue(Arrived arrived) {
  {
    std::lock_guard lock(mutex_);
    const size_t size = arrived.datagram.size();
    if (queue_.size() >= kMaximumDatagrams || queued_bytes_ + size > kMaximumQueuedBytes) return false;
    queued_bytes_ += size;
    queue_.push_back(std::move(arrived));
  }
  uv_async_send(&wake_);
  return true;
}

void EndpointSockets::Expect(std::optional<std::string> ping_payload, std::optional<uint32_t> connect_data) {
  std::lock_guard lock(mutex_);
  if (ping_payload) {
    if (ping_payload_ != ping_payload)
      sources_[static_cast<size_t>(Flow::kVideo)].reset(), sources_[static_cast<size_t>(Flow::kAudio)].reset();
    ping_payload_ = std::move(ping_payload);
  }
  if (connect_data) {
    if (connect_data_ != connect_data) sources_[static_cast<size_t>(Flow::kControl)].reset();
    connect_data_ = connect_data;
  }
}

void EndpointSockets::Close() {
  // Once alone: the handle is gone soon after.
  if (closing_.exchange(true)) return;
  uv_async_send(&wake_);
  channel_.Close();
}

void EndpointSockets::Work() {
  turn_.data = this;
  uv_check_start(&turn_, [](uv_check_t* turn) { static_cast<EndpointSockets*>(turn->data)->EndTurn(); });
  for (Socket& socket : flows_) {
    uv_udp_recv_start(
        &socket.handle,
        [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
          Socket& own = *static_cast<Socket*>(handle->data);
          *buffer = uv_buf_init(own.bytes, sizeof own.bytes);
        },
        [](uv_udp_t* handle, ssize_t count, const uv_buf_t* buffer, const sockaddr* from, unsigned) {
          // Nothing (more) to read, or the notice that no program listens at a port any more.
          if (count < 0 || from == nullptr) return;
          const Socket& own = *static_cast<Socket*>(handle->data);
          sockaddr_in source;
          std::memcpy(&source, from, sizeof source);
          own.owner->TakeDatagram(own.flow, {buffer->base, static_cast<size_t>(count)}, source);
        });
  }
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

void EndpointSockets::EndTurn() {
  if (closing_) {
    // The loop ends when they are closed: nothing stays open until the object is collected.
    uv_walk(
        &loop_, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
    return;
  }
  SendQueued();
  const uint64_t acknowledged = video_acknowledged_;
  Acknowledge();
  if (out_.empty()) return;
  sent_ += out_.size();
  const bool passed = channel_.Call([out = std::move(out_)](Napi::Env env, Napi::Function function) {
    Napi::HandleScope scope(env);
    function.Call({Napi::Buffer<char>::Copy(env, out.data(), out.size())});
  });
  out_.clear();
  // JavaScript was too busy to take it: datagrams may be lost, the acknowledgement is repeated.
  if (passed) return;
  video_acknowledged_ = acknowledged;
  uv_timer_start(
      &again_, [](uv_timer_t*) {}, kAgainMs, 0);
}

void EndpointSockets::Acknowledge() {
  if (video_handed_on_ == video_acknowledged_) return;
  const Micros now = Now();
  const uint64_t since_ms = static_cast<uint64_t>(now - acknowledged_at_) / 1000;
  if (video_handed_on_ - video_acknowledged_ < kAcknowledgeEvery) {
    {
      std::lock_guard lock(mutex_);
      // More of it comes at once.
      if (!queue_.empty()) return;
    }
    if (since_ms < kAcknowledgeEveryMs) {
      uv_timer_start(
          &again_, [](uv_timer_t*) {}, kAcknowledgeEveryMs - since_ms, 0);
      return;
    }
  }
  AppendFrame(out_, FrameType::kAck, Flow::kVideo, 0, EncodeAck({video_handed_on_, arrived_, now - arrived_}));
  video_acknowledged_ = video_handed_on_;
  acknowledged_at_ = now;
}

void EndpointSockets::SendQueued() {
  for (;;) {
    std::deque<Arrived> turn;
    std::optional<sockaddr_in> sources[kFlowCount];
    {
      std::lock_guard lock(mutex_);
      while (!queue_.empty() && turn.size() < kDatagramsPerTurn) {
        queued_bytes_ -= queue_.front().datagram.size();
        turn.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      for (size_t flow = 0; flow < kFlowCount; flow++) sources[flow] = sources_[flow];
    }
    if (turn.empty()) return;
    for (const auto& [flow, datagram, counted, at] : turn) {
      if (counted > 0) video_handed_on_ += counted, arrived_ = at;
      // Padding.
      if (datagram.empty() && counted > 0) continue;
      const auto& source = sources[static_cast<size_t>(flow)];
      // No receiver yet: a datagram of a stream that has not begun here, or has ended.
      if (!source) continue;
      const uv_buf_t buffer = uv_buf_init(const_cast<char*>(datagram.data()), static_cast<unsigned>(datagram.size()));
      // Loopback takes it or has no room: what is lost here is lost like any datagram.
      uv_udp_try_send(&flows_[static_cast<size_t>(flow)].handle, &buffer, 1,
                      reinterpret_cast<const sockaddr*>(&*source));
    }
    std::this_thread::yield();
    if (video_handed_on_ - video_acknowledged_ >= kAcknowledgeEvery) {
      uv_async_send(&wake_);
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

void EndpointSockets::TakeDatagram(Flow flow, std::string_view datagram, const sockaddr_in& from) {
  std::unique_lock lock(mutex_);
  auto& source = sources_[static_cast<size_t>(flow)];
  if (!source && MayLatch(flow, datagram)) {
    // Frames are passed on meanwhile.
    lock.unlock();
    const bool own = IsOwnUdpPort(ntohs(from.sin_port));
    lock.lock();
    if (own && MayLatch(flow, datagram)) source = from;
  }
  if (!source || !SameSource(*source, from)) {
    refused_++;
    return;
  }
  AppendFrame(out_, FrameType::kDatagram, flow, 0, datagram);
}

}  // namespace vizlink
