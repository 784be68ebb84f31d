// The endpoint's sockets and their thread: paces datagrams to the library, takes its datagrams, acknowledges video.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "framing.h"
#include "js_channel.h"

namespace vizlink {

class EndpointSockets : public std::enable_shared_from_this<EndpointSockets> {
 public:
  // Binds the sockets; throws std::runtime_error when the system has none.
  EndpointSockets();
  ~EndpointSockets();

  void Run(Napi::Env env, Napi::Function on_send);
  // One datagram of the relay for the library. False when more wait than a relay that keeps its bound ever sends.
  bool Push(Flow flow, std::string datagram);
  // What the first datagram of each flow must carry; forgets the sources of the stream before.
  void Expect(std::optional<std::string> ping_payload, std::optional<uint32_t> connect_data);
  // Ends the thread without waiting for JavaScript.
  void Close();

  uint16_t port(Flow flow) const { return ports_[static_cast<size_t>(flow)]; }
  uint64_t received_bytes() const { return received_; }
  uint64_t sent_bytes() const { return sent_; }
  uint64_t refused_datagrams() const { return refused_; }

 private:
  void Work();
  void SendQueued();
  void ReadSocket(Flow flow, std::string& out);
  bool MayLatch(Flow flow, std::string_view datagram) const;
  void Wake();
  void CloseDescriptors();

  int sockets_[kFlowCount] = {-1, -1, -1};
  uint16_t ports_[kFlowCount] = {};
  int wake_ = -1;
  std::thread thread_;
  JsChannel channel_;
  std::atomic<bool> closing_{false};
  std::atomic<uint64_t> received_{0}, sent_{0}, refused_{0};

  std::mutex mutex_;
  std::deque<std::pair<Flow, std::string>> queue_;
  size_t queued_bytes_ = 0;
  std::optional<std::string> ping_payload_;
  std::optional<uint32_t> connect_data_;
  std::optional<sockaddr_in> sources_[kFlowCount];
  // Video bytes handed on since the start, and the number last acknowledged.
  uint64_t video_handed_on_ = 0;
  uint64_t video_acknowledged_ = 0;
};

}  // namespace vizlink
