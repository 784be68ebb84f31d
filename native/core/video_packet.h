// What the relay reads of a GameStream video datagram (layout: moonlight-common-c, Video.h, RtpVideoQueue.c and
// VideoDepacketizer.c; Sunshine, stream.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vizlink {

enum class FrameKind : uint8_t {
  // Encrypted, of a host that names no kinds, or not the first packet of its frame.
  kUnknown,
  // Needs the frames before it.
  kDelta,
  // Can be decoded after a gap: a key frame, or one after references were invalidated.
  kFresh,
};

struct VideoPacket {
  uint32_t frame = 0;
  // A shard that is useful only after loss; never known when video is encrypted.
  bool parity = false;
  FrameKind kind = FrameKind::kUnknown;
  // Bytes of the whole frame's data shards, as far as its first packet says; 0: unknown.
  size_t frame_bytes = 0;
};

// Reads a clear (RTP) or encrypted datagram; nothing if it is neither.
std::optional<VideoPacket> ReadVideoPacket(std::string_view datagram);

}  // namespace vizlink
