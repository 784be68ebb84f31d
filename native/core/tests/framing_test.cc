#include "framing.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <random>

using namespace vizlink;

TEST_CASE("Whole frames from any portions") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; round++) {
    std::string wire;
    std::vector<std::string> payloads;
    for (int index = 0; index < 8; index++) {
      payloads.emplace_back(random() % 3000, static_cast<char>('a' + index));
      AppendFrame(wire, FrameType::kDatagram, static_cast<Flow>(index % 3), static_cast<uint16_t>(index),
                  payloads.back());
    }
    FrameDecoder decoder;
    size_t at = 0, seen = 0;
    while (at < wire.size()) {
      const size_t portion = 1 + random() % 500;
      REQUIRE(decoder.Feed(std::string_view(wire).substr(at, portion)));
      at += portion;
      while (auto frame = decoder.Next()) {
        REQUIRE(frame->payload == payloads[seen]);
        REQUIRE((frame->stream == seen && frame->flow == static_cast<Flow>(seen % 3)));
        seen++;
      }
    }
    REQUIRE(seen == payloads.size());
  }
}

TEST_CASE("Wrong bytes break for good") {
  const auto broken = [](std::string wire) {
    FrameDecoder decoder;
    decoder.Feed(wire);
    while (decoder.Next()) continue;
    return decoder.broken() && !decoder.Feed("x");
  };
  std::string too_long;
  PutU32(too_long, kMaximumPayload + 1);
  too_long += std::string("\x04\x00\x00\x00", 4);
  REQUIRE(broken(too_long));
  REQUIRE(broken(std::string("\0\0\0\0\x00\0\0\0", 8)));    // type 0
  REQUIRE(broken(std::string("\0\0\0\0\x15\0\0\0", 8)));    // type 21
  REQUIRE(broken(std::string("\0\0\0\0\x04\x03\0\0", 8)));  // flow 3
}

TEST_CASE("The longest frame passes") {
  std::string wire;
  AppendFrame(wire, FrameType::kError, Flow::kAudio, 0xffff, std::string(kMaximumPayload, 'x'));
  FrameDecoder decoder;
  REQUIRE(decoder.Feed(wire));
  const auto frame = decoder.Next();
  REQUIRE((frame && frame->payload.size() == kMaximumPayload && frame->stream == 0xffff));
}

static size_t MostMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) * 1024;
}

// Frames that never end where a portion does: what was read is given back all the same.
TEST_CASE("What was read is given back") {
  std::string frame;
  AppendFrame(frame, FrameType::kData, Flow::kVideo, 1, std::string(1000, 'd'));
  FrameDecoder decoder;
  decoder.Feed(frame.substr(0, 500));
  const std::string portion = frame.substr(500) + frame.substr(0, 500);
  const size_t before = MostMemory();
  for (size_t round = 0; round < 64 * 1024; round++) {
    decoder.Feed(portion);
    REQUIRE(decoder.Next());
  }
  REQUIRE(MostMemory() - before < 8 * 1024 * 1024);
}

TEST_CASE("Noise never harms") {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; round++) {
    FrameDecoder decoder;
    std::string noise(random() % 400, '\0');
    for (char& byte : noise) byte = static_cast<char>(random() % (round % 2 ? 256 : 6));
    decoder.Feed(noise);
    while (decoder.Next()) continue;
    DecodeStart(noise);
  }
}

TEST_CASE("Start round trip") {
  StartMessage message;
  message.maximum_unacknowledged = 512 * 1024;
  message.udp_ports[0] = 47998;
  message.tcp_ports[3] = 48010;
  message.address = "127.0.0.1";
  const auto read = DecodeStart(EncodeStart(message));
  REQUIRE((read && read->address == "127.0.0.1" && read->udp_ports[0] == 47998 && read->tcp_ports[3] == 48010));
  REQUIRE(!DecodeStart("short"));
  message.maximum_unacknowledged = 64 * 1024;
  REQUIRE(DecodeStart(EncodeStart(message)));
  message.maximum_unacknowledged--;
  REQUIRE(!DecodeStart(EncodeStart(message)));
  message.maximum_unacknowledged = 64 * 1024;
  message.address = std::string(64, '1');
  REQUIRE(DecodeStart(EncodeStart(message)));
  message.address += '1';
  REQUIRE(!DecodeStart(EncodeStart(message)));
  message.address.clear();
  REQUIRE(!DecodeStart(EncodeStart(message)));
}

TEST_CASE("An acknowledgement survives the wire, and a malformed one is none") {
  const auto read = DecodeAck(EncodeAck({1ull << 40, Micros{1} << 41, 123'456}));
  REQUIRE((read && read->bytes == 1ull << 40 && read->arrived == Micros{1} << 41 && read->held == 123'456));
  // Longer than its field: as long as that holds.
  REQUIRE(DecodeAck(EncodeAck({1, 2, Micros{1} << 40}))->held == UINT32_MAX);
  REQUIRE(DecodeAck(EncodeAck({1, 2, -1}))->held == 0);
  for (const size_t size : {0, 8, 19, 21}) REQUIRE(!DecodeAck(std::string(size, 'x')));
}
