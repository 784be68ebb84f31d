#include "send_queue.h"

#include <doctest/doctest.h>

#include <map>

#include "line_simulation.h"
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

TEST_CASE("Sound has no parity behind a channel that loses nothing") {
  SendQueue queue;
  queue.PushAudio("\x80\x61sound");
  queue.PushAudio("\x80\x7fparity");
  const auto frames = TakeAll(queue);
  REQUIRE(frames.size() == 1);
  REQUIRE(frames[0].payload == "\x80\x61sound");
}

TEST_CASE("On a narrow line packets of sound go together, or with anything else") {
  SendQueue queue;
  queue.SetLineBounds(LineBounds{4096, 8192, 1024, 100'000}, 4096);
  for (int index = 0; index < 3; index++) queue.PushAudio("sound");
  REQUIRE(!queue.HasSomething());
  REQUIRE(TakeAll(queue).empty());
  queue.PushAudio("sound");
  REQUIRE(TakeAll(queue).size() == 4);
  queue.PushAudio("sound");
  queue.PushControl(FrameType::kDatagram, Flow::kControl, 0, "control");
  REQUIRE(TakeAll(queue).size() == 2);
  queue.PushAudio("sound");
  queue.SetLineBounds(std::nullopt, 4096);
  REQUIRE(TakeAll(queue).size() == 1);
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
      REQUIRE(queue.unacknowledged() + queue.waiting_video_bytes() < 128 * 1024 + 9 * 1000);
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

// Dropping begins where twice the bound is under way or waits, and ends where a quarter of it waits: not earlier, not
// later.
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
  REQUIRE(queue.waiting_video_bytes() == 132'000);
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

// ---- bounds in time ----

static constexpr Micros kMs = 1000;
// 1 Mbit/s: 80, 150 and 30 ms of it.
static constexpr LineBounds kSlow = {10'000, 18'750, 3'750, 2000 * kMs};

static void PushFrame(SendQueue& queue, uint32_t frame, uint32_t shards, char kind) {
  for (uint32_t shard = 0; shard < shards; shard++) queue.PushVideo(VideoDatagram(frame, shard, shards, kind, 1000));
}

static std::vector<uint32_t> FrameNumbers(const std::vector<Frame>& frames) {
  std::vector<uint32_t> numbers;
  for (const Frame& frame : frames) {
    const uint32_t number = ReadVideoPacket(frame.payload)->frame;
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  }
  return numbers;
}

// Sends and acknowledges everything.
static std::vector<uint32_t> Drain(SendQueue& queue) {
  std::vector<Frame> all;
  for (auto frames = TakeAll(queue); !frames.empty(); frames = TakeAll(queue)) {
    all.insert(all.end(), frames.begin(), frames.end());
    queue.Acknowledge(queue.video_sent());
  }
  return FrameNumbers(all);
}

TEST_CASE("On a narrow line so much is sent, and so much may wait with it") {
  SendQueue queue;
  queue.SetLineBounds(kSlow);
  for (uint32_t frame = 1; frame <= 10; frame++) PushFrame(queue, frame, 3, frame == 1 ? 2 : 1);
  REQUIRE(queue.waiting_video_bytes() == 18'000);
  REQUIRE(queue.dropped_frames() == 4);
  TakeAll(queue);
  REQUIRE(queue.unacknowledged() == 10'000);
  // Control goes at once.
  queue.PushControl(FrameType::kDatagram, Flow::kControl, 0, "control");
  REQUIRE(TakeAll(queue).front().payload == "control");
}

TEST_CASE("After a gap only a frame that can be decoded passes, and it is asked for when there is room, once") {
  SendQueue queue;
  queue.SetLineBounds(kSlow);
  for (uint32_t frame = 1; frame <= 10; frame++) PushFrame(queue, frame, 3, frame == 1 ? 2 : 1);
  REQUIRE(!queue.WantsKeyFrame(0));
  REQUIRE(Drain(queue) == std::vector<uint32_t>{1, 2, 3, 4, 5, 6});
  REQUIRE(queue.WantsKeyFrame(0));
  for (Micros now = 0; now < 2000 * kMs; now += 33 * kMs) {
    PushFrame(queue, static_cast<uint32_t>(11 + now / (33 * kMs)), 1, 1);
    REQUIRE(!queue.WantsKeyFrame(now));
  }
  REQUIRE(Drain(queue).empty());
  // A frame far beyond the bound: it is the one that was asked for.
  PushFrame(queue, 100, 60, 2);
  PushFrame(queue, 101, 1, 1);
  REQUIRE(Drain(queue) == std::vector<uint32_t>{100, 101});
  REQUIRE(!queue.WantsKeyFrame(10'000 * kMs));
  REQUIRE(queue.fresh_bytes() == 60'000);
}

TEST_CASE("A key frame that had no room is asked for again") {
  SendQueue queue;
  queue.SetLineBounds(kSlow);
  for (uint32_t frame = 1; frame <= 10; frame++) PushFrame(queue, frame, 3, frame == 1 ? 2 : 1);
  Drain(queue);
  REQUIRE(queue.WantsKeyFrame(0));
  // Something else takes the room that it was asked for.
  queue.PushPadding(15'000, 0);
  PushFrame(queue, 11, 10, 2);
  Drain(queue);
  REQUIRE(queue.WantsKeyFrame(10 * kMs));
}

TEST_CASE("A host that answers no request gets its frames passed on as they come") {
  SendQueue queue;
  queue.SetLineBounds(kSlow);
  for (uint32_t frame = 1; frame <= 10; frame++) PushFrame(queue, frame, 3, frame == 1 ? 2 : 1);
  Drain(queue);
  int asked = 0;
  for (Micros now = 0; now < 10'000 * kMs; now += 100 * kMs) asked += queue.WantsKeyFrame(now);
  REQUIRE(asked == 3);
  PushFrame(queue, 11, 3, 1);
  PushFrame(queue, 12, 3, 1);
  REQUIRE(Drain(queue) == std::vector<uint32_t>{11, 12});
}

TEST_CASE(
    "Where datagrams do not say which frame can be decoded, frames pass when there is room, and nothing is asked") {
  SendQueue queue;
  queue.SetLineBounds(kSlow);
  uint32_t frame = 0;
  while (queue.dropped_frames() < 5) {
    frame++;
    for (uint32_t shard = 0; shard < 3; shard++) queue.PushVideo(Shard(frame, shard, 3, 1000));
  }
  REQUIRE(queue.waiting_video_bytes() <= 18'750 + 3000);
  Drain(queue);
  REQUIRE(!queue.WantsKeyFrame(5000 * kMs));
  for (uint32_t shard = 0; shard < 3; shard++) queue.PushVideo(Shard(100, shard, 3, 1000));
  REQUIRE(Drain(queue) == std::vector<uint32_t>{100});
}

TEST_CASE("A line that turns out to be narrow: what waits is dropped, save the rest of the frame that is being sent") {
  SendQueue queue;
  for (uint32_t frame = 1; frame <= 100; frame++) PushFrame(queue, frame, 3, frame == 1 ? 2 : 1);
  // The last one is still coming.
  for (uint32_t shard = 0; shard < 2; shard++) queue.PushVideo(VideoDatagram(101, shard, 3, 1, 1000));
  std::string wire;
  queue.Take(wire, 1000);
  REQUIRE(queue.unacknowledged() == 1000);
  queue.SetLineBounds(kSlow);
  REQUIRE(queue.waiting_video_bytes() == 2000);
  REQUIRE(queue.dropped_frames() == 100);
  queue.PushVideo(VideoDatagram(101, 2, 3, 1, 1000));
  REQUIRE(Drain(queue) == std::vector<uint32_t>{1});
  REQUIRE(queue.WantsKeyFrame(0));
  PushFrame(queue, 102, 3, 2);
  REQUIRE(Drain(queue) == std::vector<uint32_t>{102});
  REQUIRE(queue.dropped_frames() == 100);
}

TEST_CASE("Small frames behind a large one pass, and frames that fill the line do not") {
  const auto behind_large = [](uint32_t shards) {
    SendQueue queue;
    queue.SetLineBounds(kSlow);
    PushFrame(queue, 1, 60, 2);
    uint32_t dropped_by = 0;
    for (uint32_t frame = 2; frame < 100 && queue.dropped_frames() == 0; frame++) {
      std::string wire;
      // 33 ms of the line.
      queue.Take(wire, 4000);
      queue.Acknowledge(queue.video_sent());
      PushFrame(queue, frame, shards, 1);
      dropped_by = frame;
    }
    return queue.dropped_frames() == 0 ? 0 : dropped_by;
  };
  REQUIRE(behind_large(1) == 0);
  REQUIRE(behind_large(4) > 2);
  REQUIRE(behind_large(12) == 2);
}

TEST_CASE("Padding goes the way of video, and bytes that may not go yet wait") {
  SendQueue queue;
  queue.PushPadding(2500, 0);
  REQUIRE(queue.waiting_video_bytes() == 2500);
  queue.SetLineBounds(std::nullopt, 0);
  REQUIRE((TakeAll(queue).empty() && !queue.HasSomething()));
  queue.SetLineBounds(std::nullopt, 1024);
  const auto frames = TakeAll(queue);
  REQUIRE((frames.size() == 1 && frames[0].type == FrameType::kPadding && frames[0].payload.size() == 1024));
  queue.Acknowledge(1024);
  REQUIRE(queue.HasSomething());
}
