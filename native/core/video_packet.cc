#include "video_packet.h"

#include "framing.h"

namespace vizlink {

namespace {

constexpr size_t kClearHeader = 32;
constexpr size_t kEncryptedPrefix = 32;
constexpr uint8_t kStartOfFrame = 4;
// The frame's own header follows that of its first packet: 8 bytes, or 44 of another kind; the fourth byte is the type.
constexpr size_t kFrameHeader = 8;

FrameKind KindOf(std::string_view datagram) {
  if (datagram.size() < kClearHeader + kFrameHeader) return FrameKind::kUnknown;
  const uint8_t first = static_cast<uint8_t>(datagram[kClearHeader]);
  if (first != 0x01 && first != 0x81) return FrameKind::kUnknown;
  switch (datagram[kClearHeader + 3]) {
    case 1:
      return FrameKind::kDelta;
    case 2:
    case 5:
      return FrameKind::kFresh;
    default:
      // Old Sunshine writes the same header for every frame.
      return FrameKind::kUnknown;
  }
}

}  // namespace

std::optional<VideoPacket> ReadVideoPacket(std::string_view datagram) {
  if (datagram.size() < kClearHeader) return std::nullopt;
  // The encryption prefix begins with its IV, whose twelfth byte is always 'V'; in a clear datagram that byte
  // belongs to the RTP source id, which is zero.
  if (datagram[11] == 'V') {
    if (datagram.size() <= kEncryptedPrefix) return std::nullopt;
    return VideoPacket{GetU32(datagram, 12), false, FrameKind::kUnknown, 0};
  }
  if (static_cast<uint8_t>(datagram[0]) != 0x90) return std::nullopt;
  const uint32_t fec = GetU32(datagram, 28);
  const uint32_t shard = (fec >> 12) & 0x3ff;
  const uint32_t data_shards = (fec >> 22) & 0x3ff;
  VideoPacket packet{GetU32(datagram, 20), shard >= data_shards, FrameKind::kUnknown, 0};
  // Blocks of one frame have about the same number of shards.
  const uint8_t blocks = static_cast<uint8_t>(datagram[27]);
  const bool first = (static_cast<uint8_t>(datagram[24]) & kStartOfFrame) != 0 && ((blocks >> 4) & 3) == 0;
  if (!first || shard != 0) return packet;
  packet.kind = KindOf(datagram);
  packet.frame_bytes = datagram.size() * data_shards * (static_cast<size_t>(blocks >> 6) + 1);
  return packet;
}

}  // namespace vizlink
