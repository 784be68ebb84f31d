// What the relay reads of a GameStream video datagram (layout: moonlight-common-c, Video.h and RtpVideoQueue.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vizlink {

struct VideoPacket {
  uint32_t frame = 0;
  // A shard that is useful only after loss; never known when video is encrypted.
  bool parity = false;
};

// Reads a clear (RTP) or encrypted datagram; nothing if it is neither.
std::optional<VideoPacket> ReadVideoPacket(std::string_view datagram);

}  // namespace vizlink
