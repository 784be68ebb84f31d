#include "video_packet.h"

#include "framing.h"

namespace vizlink {

namespace {

constexpr size_t kClearHeader = 32;
constexpr size_t kEncryptedPrefix = 32;

}  // namespace

std::optional<VideoPacket> ReadVideoPacket(std::string_view datagram) {
  if (datagram.size() < kClearHeader) return std::nullopt;
  // The encryption prefix begins with its IV, whose twelfth byte is always 'V'; in a clear datagram that byte
  // belongs to the RTP source id, which is zero.
  if (datagram[11] == 'V') {
    if (datagram.size() <= kEncryptedPrefix) return std::nullopt;
    return VideoPacket{GetU32(datagram, 12), false};
  }
  if (static_cast<uint8_t>(datagram[0]) != 0x90) return std::nullopt;
  const uint32_t fec = GetU32(datagram, 28);
  const uint32_t shard = (fec >> 12) & 0x3ff;
  const uint32_t data_shards = (fec >> 22) & 0x3ff;
  return VideoPacket{GetU32(datagram, 20), shard >= data_shards};
}

}  // namespace vizlink
