// Frames on the byte channel between relay and endpoint.
//
// | offset | size | field                                                        |
// | 0      | 4 LE | payload length                                               |
// | 4      | 1    | type                                                         |
// | 5      | 1    | flow (datagrams: 0 video, 1 control, 2 audio), else 0        |
// | 6      | 2 LE | stream id (TCP frames), else 0                               |
// then the payload. Nothing is trusted: a decoder refuses unknown types, flows and lengths for good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "line_meter.h"

namespace vizlink {

constexpr uint16_t kProtocolVersion = 2;
// Of this build's sources, 32 characters: a relay of another build is recognised by it.
extern const char kBuildId[];
constexpr size_t kFrameHeaderSize = 8;
constexpr size_t kMaximumPayload = 66 * 1024;

enum class FrameType : uint8_t {
  kHello = 1,     // relay: u16 protocol version, build id (32 characters)
  kStart = 2,     // endpoint: u32 bound of unacknowledged video bytes, u16 video, control, audio port,
                  //           u16 http, https, web, rtsp port, then the host's numeric address
  kStarted = 3,   // relay: the sockets are there
  kDatagram = 4,  // both: one datagram of a flow
  kOpen = 5,      // endpoint: open a TCP connection; u16 port, one of START's
  kOpened = 6,    // relay
  kRefused = 7,   // relay: could not connect; text
  kData = 8,      // both: bytes of a TCP stream
  kFin = 9,       // both: no more bytes in this direction
  kReset = 10,    // both: the stream is gone
  kAck = 11,      // endpoint: u64 bytes of video and padding handed on since the start, u64 µs when the last of them
                  //           arrived by its own clock, u32 µs for which it held this back since
  kPing = 12,     // endpoint: u64 clock of its own
  kPong = 13,     // relay: the same bytes back, u32 unacknowledged and u32 waiting video bytes
  kDropped = 14,  // relay: u32 whole frames dropped since the start
  kError = 15,    // relay: text; the relay ends
  kLine = 16,     // relay: u8 1 where the line is narrow, else 0; u32 kbit/s carried, u32 µs of path, u32 µs of queue
  kWanted = 17,   // relay: frames were dropped and there is room again: a key frame is to be asked for
  kMeasure = 18,  // endpoint: u32 bytes of padding at most, u32 ms at most; once at a time
  kPadding = 19,  // relay: bytes that mean nothing, acknowledged like video
  kMeasured =
      20,  // relay, the answer to MEASURE: u8 1 where the line carries no more, 0 where it carries that at least;
           //           u32 kbit/s, u32 µs of path
};

enum class Flow : uint8_t { kVideo = 0, kControl = 1, kAudio = 2 };
constexpr size_t kFlowCount = 3;

struct Frame {
  FrameType type;
  Flow flow;
  uint16_t stream;
  std::string payload;
};

// Appends one frame to `out`. `payload` is at most kMaximumPayload bytes.
void AppendFrame(std::string& out, FrameType type, Flow flow, uint16_t stream, std::string_view payload);

// Takes bytes in any portions and gives whole frames.
class FrameDecoder {
 public:
  // False (now and for ever) once bytes were not frames.
  bool Feed(std::string_view bytes);
  // The next whole frame, or nothing yet.
  std::optional<Frame> Next();
  bool broken() const { return broken_; }

 private:
  std::string buffer_;
  size_t start_ = 0;
  bool broken_ = false;
};

// What ACK says; nothing where it is malformed.
std::string EncodeAck(const Acknowledgement& acknowledgement);
std::optional<Acknowledgement> DecodeAck(std::string_view payload);

// What START says.
struct StartMessage {
  uint32_t maximum_unacknowledged = 0;
  uint16_t udp_ports[kFlowCount] = {};
  uint16_t tcp_ports[4] = {};
  std::string address;
};
std::string EncodeStart(const StartMessage& message);
std::optional<StartMessage> DecodeStart(std::string_view payload);

void PutU16(std::string& out, uint16_t value);
void PutU32(std::string& out, uint32_t value);
void PutU64(std::string& out, uint64_t value);
uint16_t GetU16(std::string_view bytes, size_t offset);
uint32_t GetU32(std::string_view bytes, size_t offset);
uint64_t GetU64(std::string_view bytes, size_t offset);

}  // namespace vizlink
