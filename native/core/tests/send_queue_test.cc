#include "send_queue.h"

#include <doctest/doctest.h>

#include <map>

#include "video_packet.h"

using namespace vizlink;

static std::string Shard(uint32_t frame, uint32_t shard, uint32_t data_shards, size_t size) {
  std::string datagram(16, '\0');
  datagram[0] = static_cast<char>(0x90);
  PutU32(datagram, 0);
  PutU32(datagram, frame);
  PutU32(datagram, 0);
  PutU32(datagram, (shard << 12) | (data_shards << 22));
  datagram.resize(size, 'v');
  return datagram;
}

static std::vector<Frame> TakeAll(SendQueue& queue) {
  std::string wire;
  queue.Take(wire, 64 << 20);
  FrameDecoder decoder;
  decoder.Feed(wire);
  std::vector<Frame> frames;
  while (auto frame = decoder.Next()) frames.push_back(*frame);
  return frames;
}

TEST_CASE("Control before audio before TCP before video") {
  SendQueue queue;
  queue.PushVideo(Shard(1, 0, 1, 200));
  queue.PushTcp(FrameType::kData, 5, "tcp");
  queue.PushAudio("audio");
  queue.PushControl(FrameType::kDatagram, Flow::kControl, 0, "control");
  const auto frames = TakeAll(queue);
  REQUIRE(frames.size() == 4);
  REQUIRE((frames[0].payload == "control" && frames[1].payload == "audio" && frames[2].payload == "tcp"));
  REQUIRE(frames[3].flow == Flow::kVideo);
}

TEST_CASE("Old sound gives way to new") {
  SendQueue queue;
  for (int index = 0; index < 100; index++) queue.PushAudio(std::to_string(index));
  const auto frames = TakeAll(queue);
  REQUIRE(frames.size() == 30);
  REQUIRE((frames.front().payload == "70" && frames.back().payload == "99"));
}

TEST_CASE("What was taken waits no more") {
  SendQueue queue;
  queue.PushTcp(FrameType::kData, 1, "tcp");
  queue.PushControl(FrameType::kPong, Flow::kVideo, 0, "control");
  queue.PushVideo(Shard(1, 0, 1, 200));
  REQUIRE(queue.waiting_tcp_bytes() == kFrameHeaderSize + 3);
  REQUIRE(queue.waiting_control_bytes() == kFrameHeaderSize + 7);
  REQUIRE(queue.waiting_video_bytes() == 200);
  TakeAll(queue);
  REQUIRE((queue.waiting_tcp_bytes() == 0 && queue.waiting_control_bytes() == 0 && queue.waiting_video_bytes() == 0));
  REQUIRE(!queue.HasSomething());
}

// What has gone out is taken in portions of about the size that was asked for.
TEST_CASE("Portions are bounded") {
  SendQueue queue;
  for (int index = 0; index < 100; index++) queue.PushTcp(FrameType::kData, 1, std::string(1000, 't'));
  for (uint32_t frame = 0; frame < 100; frame++) queue.PushVideo(Shard(frame, 0, 1, 1000));
  while (queue.HasSomething()) {
    std::string wire;
    queue.Take(wire, 10'000);
    REQUIRE((!wire.empty() && wire.size() < 10'000 + 1000 + kFrameHeaderSize));
    queue.Acknowledge(queue.unacknowledged());
  }
}

TEST_CASE("Acknowledgements never go back") {
  SendQueue queue(64 * 1024);
  for (uint32_t frame = 0; frame < 10; frame++) queue.PushVideo(Shard(frame, 0, 1, 1000));
  TakeAll(queue);
  queue.Acknowledge(7000);
  queue.Acknowledge(2000);
  REQUIRE(queue.unacknowledged() == 3000);
  queue.Acknowledge(10'001);
  REQUIRE(queue.unacknowledged() == 3000);
  queue.Acknowledge(10'000);
  REQUIRE(queue.unacknowledged() == 0);
}

TEST_CASE("Parity is left out") {
  SendQueue queue;
  for (uint32_t shard = 0; shard < 6; shard++) queue.PushVideo(Shard(1, shard, 4, 200));
  REQUIRE(TakeAll(queue).size() == 4);
}

TEST_CASE("Unacknowledged video is bounded") {
  SendQueue queue(64 * 1024);
  for (uint32_t frame = 1; frame <= 60; frame++) {
    for (uint32_t shard = 0; shard < 4; shard++) queue.PushVideo(Shard(frame, shard, 4, 1000));
  }
  TakeAll(queue);
  REQUIRE((queue.unacknowledged() >= 64 * 1024 && queue.unacknowledged() < 66 * 1024));
  REQUIRE(!queue.HasSomething());
  // Control passes although video may not.
  queue.PushControl(FrameType::kDatagram, Flow::kControl, 0, "control");
  REQUIRE(TakeAll(queue).size() == 1);
  queue.Acknowledge(1ull << 40);
  REQUIRE(!queue.HasSomething());
  queue.Acknowledge(queue.unacknowledged());
  REQUIRE(queue.HasSomething());
}

// Whatever the host sends to a reader that stalls, memory stays bounded; frames of the relay's own are never lost.
TEST_CASE("Control is bounded") {
  SendQueue queue;
  const std::string datagram(1000, 'c');
  for (int index = 0; index < 5000; index++) queue.PushControl(FrameType::kDatagram, Flow::kControl, 0, datagram);
  queue.PushControl(FrameType::kPong, Flow::kVideo, 0, "pong");
  REQUIRE(queue.waiting_control_bytes() < 1100 * 1024);
  const auto frames = TakeAll(queue);
  REQUIRE((frames.size() > 1000 && frames.back().type == FrameType::kPong));
  REQUIRE(queue.waiting_control_bytes() == 0);
}

// A reader that stalls and comes back: memory stays bounded, and what arrives are whole frames only.
TEST_CASE("Stalled reader loses whole frames") {
  SendQueue queue(64 * 1024);
  std::map<uint32_t, uint32_t> arrived;
  uint64_t handed_on = 0;
  for (uint32_t frame = 1; frame <= 500; frame++) {
    for (uint32_t shard = 0; shard < 8; shard++) {
      queue.PushVideo(Shard(frame, shard, 8, 1000));
      REQUIRE(queue.waiting_video_bytes() < 64 * 1024 + 9 * 1000);
    }
    const bool stalled = frame > 50 && frame < 250;
    for (const Frame& taken : TakeAll(queue)) {
      arrived[ReadVideoPacket(taken.payload)->frame]++;
      handed_on += taken.payload.size();
    }
    if (!stalled) queue.Acknowledge(handed_on);
  }
  queue.Acknowledge(handed_on);
  for (const Frame& taken : TakeAll(queue)) arrived[ReadVideoPacket(taken.payload)->frame]++;
  for (const auto& [frame, shards] : arrived) REQUIRE(shards == 8);
  REQUIRE(queue.dropped_frames() > 100);
  REQUIRE(arrived.size() + queue.dropped_frames() == 500);
  REQUIRE(arrived.count(499) == 1);
}

// Dropping begins above the bound and ends at a quarter of it: not earlier, and not later.
TEST_CASE("Dropping ends at a quarter") {
  SendQueue queue(64 * 1024);
  uint32_t frame = 0;
  uint64_t handed_on = 0;
  const auto push = [&] { queue.PushVideo(Shard(++frame, 0, 1, 1000)); };
  const auto drain_to = [&](size_t bytes) {
    while (queue.waiting_video_bytes() > bytes) {
      std::string wire;
      queue.Take(wire, 1);
      handed_on += 1000;
      queue.Acknowledge(handed_on);
    }
  };
  while (queue.dropped_frames() == 0) push();
  REQUIRE(queue.waiting_video_bytes() == 66'000);
  drain_to(17'000);
  push();
  REQUIRE((queue.dropped_frames() == 2 && queue.waiting_video_bytes() == 17'000));
  drain_to(16'000);
  push();
  REQUIRE((queue.dropped_frames() == 2 && queue.waiting_video_bytes() == 17'000));
}

// A host that never ends a frame: what it sends is dropped, and the next frame passes.
TEST_CASE("A frame without end is dropped") {
  SendQueue queue(64 * 1024);
  const std::string shard = Shard(1, 0, 1000, 1000);
  for (int index = 0; index < 40'000; index++) queue.PushVideo(shard);
  REQUIRE(queue.waiting_video_bytes() < 17 * 1024 * 1024);
  REQUIRE(queue.dropped_frames() == 1);
  uint64_t handed_on = 0;
  for (auto frames = TakeAll(queue); !frames.empty(); frames = TakeAll(queue)) {
    for (const Frame& taken : frames) handed_on += taken.payload.size();
    queue.Acknowledge(handed_on);
  }
  queue.PushVideo(Shard(2, 0, 1, 1000));
  REQUIRE(TakeAll(queue).size() == 1);
}
