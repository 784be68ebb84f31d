// The endpoint's sockets and their thread: paces datagrams to the library, takes its datagrams, acknowledges video.
// The thread runs a loop of libuv's own (decision 0018).
#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "framing.h"
#include "js_channel.h"

namespace vizlink {

class EndpointSockets : public std::enable_shared_from_this<EndpointSockets> {
 public:
  // Binds the sockets; throws std::runtime_error when the system has none.
  EndpointSockets();
  ~EndpointSockets();
  EndpointSockets(const EndpointSockets&) = delete;
  EndpointSockets& operator=(const EndpointSockets&) = delete;

  void Run(Napi::Env env, Napi::Function on_send);
  // One datagram of the relay for the library. False when more wait than a relay that keeps its bound ever sends.
  bool Push(Flow flow, std::string datagram);
  // Bytes of a measurement: acknowledged like video, and given to no program.
  bool PushPadding(size_t bytes);
  // What the first datagram of each flow must carry; forgets the sources of the stream before.
  void Expect(std::optional<std::string> ping_payload, std::optional<uint32_t> connect_data);
  // Ends the thread without waiting for JavaScript.
  void Close();

  uint16_t port(Flow flow) const { return flows_[static_cast<size_t>(flow)].port; }
  uint64_t received_bytes() const { return received_; }
  uint64_t sent_bytes() const { return sent_; }
  uint64_t refused_datagrams() const { return refused_; }

 private:
  // One of the three sockets; its handle's `data` is this.
  struct Socket {
    EndpointSockets* owner = nullptr;
    Flow flow = Flow::kVideo;
    uv_udp_t handle{};
    uint16_t port = 0;
    // Where libuv puts the datagram that it reads.
    char bytes[kMaximumPayload];
  };

  struct Arrived {
    Flow flow;
    std::string datagram;
    // Bytes that an acknowledgement counts, and when they came.
    size_t counted;
    Micros at;
  };

  int OpenSocket(Socket& socket);
  void CloseHandles();
  void Work();
  // The end of each turn of the loop: what was read in it goes to JavaScript.
  void EndTurn();
  void SendQueued();
  void TakeDatagram(Flow flow, std::string_view datagram, const sockaddr_in& from);
  bool Enqueue(Arrived arrived);
  void Acknowledge();
  bool MayLatch(Flow flow, std::string_view datagram) const;

  uv_loop_t loop_{};
  uv_async_t wake_{};
  uv_check_t turn_{};
  uv_timer_t again_{};
  Socket flows_[kFlowCount];
  std::thread thread_;
  JsChannel channel_;
  std::atomic<bool> closing_{false};
  std::atomic<uint64_t> received_{0}, sent_{0}, refused_{0};
  // Frames for the channel that this turn of the loop has made; the thread's own.
  std::string out_;

  std::mutex mutex_;
  std::deque<Arrived> queue_;
  size_t queued_bytes_ = 0;
  std::optional<std::string> ping_payload_;
  std::optional<uint32_t> connect_data_;
  std::optional<sockaddr_in> sources_[kFlowCount];
  // Video bytes handed on since the start, when the last of them arrived, the number last acknowledged and when; the
  // thread's own.
  uint64_t video_handed_on_ = 0;
  Micros arrived_ = 0;
  uint64_t video_acknowledged_ = 0;
  Micros acknowledged_at_ = 0;
};

}  // namespace vizlink
