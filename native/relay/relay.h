// The relay's loop: frames on standard input and output on one side, the host's sockets on the other.
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "framing.h"
#include "line_meter.h"
#include "line_probe.h"
#include "line_train.h"
#include "send_queue.h"
#include "tcp_stream.h"

namespace vizlink {

class Relay {
 public:
  // A client that says nothing for this long is gone (it pings every second).
  static constexpr int kSilenceMs = 60'000;

  Relay(int input, int output, int silence_ms = kSilenceMs) : input_(input), output_(output), silence_ms_(silence_ms) {}
  // Runs until standard input ends, breaks or stays silent; returns the exit status.
  int Run();

 private:
  bool ReadInput();
  bool WriteOutput();
  void ReadUdp(Flow flow);
  void ServeTcp(uint16_t id, short events);
  bool Handle(const Frame& frame);
  bool Acknowledge(const Frame& frame);
  void Answer(const Frame& ping);
  bool Measure(const Frame& frame);
  void Measured(bool limited, double rate);
  // What follows from time alone: requests, reports and padding.
  void Tick();
  size_t Turn() const;
  void BoundBuffer(size_t turn);
  void ReportLine(Micros now);
  int Patience() const;
  bool Start(const Frame& frame);
  void Open(const Frame& frame);
  void Reset(uint16_t id);
  void CloseIfDone(uint16_t id);
  bool Fail(std::string_view why);

  int input_;
  int output_;
  int silence_ms_;
  std::chrono::steady_clock::time_point heard_ = std::chrono::steady_clock::now();
  FrameDecoder decoder_;
  SendQueue queue_;
  LineMeter meter_;
  // Before there is video, and beside it.
  std::optional<LineProbe> probe_;
  std::optional<LineTrain> train_;
  std::optional<Micros> first_video_at_;
  Micros line_reported_at_ = 0;
  size_t buffer_ = 0;
  std::string writing_;
  size_t written_ = 0;
  std::optional<StartMessage> start_;
  int udp_[kFlowCount] = {-1, -1, -1};
  in_addr host_ = {};
  std::map<uint16_t, std::unique_ptr<TcpStream>> streams_;
  uint32_t reported_drops_ = 0;
};

}  // namespace vizlink
