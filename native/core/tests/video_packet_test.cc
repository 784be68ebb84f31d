#include "video_packet.h"

#include <doctest/doctest.h>

#include "framing.h"

using namespace vizlink;

static std::string Clear(uint32_t frame, uint32_t shard, uint32_t data_shards) {
  std::string datagram(16, '\0');
  datagram[0] = static_cast<char>(0x90);
  PutU32(datagram, 0);
  PutU32(datagram, frame);
  PutU32(datagram, 0);
  PutU32(datagram, (shard << 12) | (data_shards << 22));
  return datagram + std::string(100, 'x');
}

TEST_CASE("Frame number and parity of a datagram") {
  const auto data = ReadVideoPacket(Clear(7, 3, 4));
  REQUIRE((data && data->frame == 7 && !data->parity));
  const auto parity = ReadVideoPacket(Clear(7, 4, 4));
  REQUIRE((parity && parity->parity));
  std::string encrypted(33, '\0');
  encrypted[0] = static_cast<char>(0x90);
  encrypted[11] = 'V';
  encrypted[12] = 9;
  const auto sealed = ReadVideoPacket(encrypted);
  REQUIRE((sealed && sealed->frame == 9 && !sealed->parity));
  REQUIRE(!ReadVideoPacket("PING"));
  REQUIRE(!ReadVideoPacket(std::string(40, 'a')));
}

TEST_CASE("The first packet of a frame says what the frame needs and how large it is") {
  const auto first = [](char kind) {
    std::string datagram = Clear(7, 0, 4);
    datagram[24] = 5;
    datagram[32] = 0x01;
    datagram[35] = kind;
    return datagram;
  };
  const auto kind = [&](const std::string& datagram) { return ReadVideoPacket(datagram)->kind; };
  REQUIRE(kind(first(1)) == FrameKind::kDelta);
  REQUIRE(kind(first(2)) == FrameKind::kFresh);
  REQUIRE(kind(first(5)) == FrameKind::kFresh);
  // Intra refresh takes many frames; an old host's header is the same for all.
  REQUIRE(kind(first(4)) == FrameKind::kUnknown);
  REQUIRE(kind(first(104)) == FrameKind::kUnknown);
  REQUIRE(ReadVideoPacket(first(2))->frame_bytes == 4 * first(2).size());
  std::string longer = first(2);
  longer[32] = static_cast<char>(0x81);
  REQUIRE(kind(longer) == FrameKind::kFresh);
  longer[32] = 0x02;
  REQUIRE(kind(longer) == FrameKind::kUnknown);
  // Three blocks, of which this is the first; then the second.
  std::string block = first(2);
  block[27] = static_cast<char>(2 << 6);
  REQUIRE(ReadVideoPacket(block)->frame_bytes == 12 * block.size());
  block[27] = static_cast<char>(2 << 6 | 1 << 4);
  REQUIRE((kind(block) == FrameKind::kUnknown && ReadVideoPacket(block)->frame_bytes == 0));
  REQUIRE(kind(Clear(7, 0, 4)) == FrameKind::kUnknown);
  REQUIRE(kind(first(2).substr(0, 39)) == FrameKind::kUnknown);
}
