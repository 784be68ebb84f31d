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
