#include "video_packet.h"

#include "check.h"
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

int main() {
  const auto data = ReadVideoPacket(Clear(7, 3, 4));
  CHECK(data && data->frame == 7 && !data->parity);
  const auto parity = ReadVideoPacket(Clear(7, 4, 4));
  CHECK(parity && parity->parity);
  std::string encrypted(33, '\0');
  encrypted[0] = static_cast<char>(0x90);
  encrypted[11] = 'V';
  encrypted[12] = 9;
  const auto sealed = ReadVideoPacket(encrypted);
  CHECK(sealed && sealed->frame == 9 && !sealed->parity);
  CHECK(!ReadVideoPacket("PING"));
  CHECK(!ReadVideoPacket(std::string(40, 'a')));
}
