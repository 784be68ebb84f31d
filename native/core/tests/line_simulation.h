// A host, a relay, a line and a client in virtual time, in steps of a millisecond: the relay's parts are the real ones.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "line_meter.h"
#include "line_probe.h"
#include "line_train.h"
#include "send_queue.h"
#include "video_packet.h"

namespace vizlink {

// One clear datagram as a host sends it; `kind` is the type in the frame's own header (1 delta, 2 key frame).
inline std::string VideoDatagram(uint32_t frame, uint32_t shard, uint32_t shards, char kind, size_t size = 1408) {
  std::string datagram(size, 'v');
  datagram.replace(0, 40, 40, '\0');
  datagram[0] = static_cast<char>(0x90);
  for (size_t index = 0; index < 4; index++) {
    datagram[20 + index] = static_cast<char>(frame >> (8 * index));
    datagram[28 + index] = static_cast<char>(((shard << 12) | (shards << 22)) >> (8 * index));
  }
  datagram[24] = static_cast<char>(1 | (shard == 0 ? 4 : 0) | (shard + 1 == shards ? 2 : 0));
  if (shard == 0) datagram[32] = 0x01, datagram[35] = kind;
  return datagram;
}

struct Simulation {
  static constexpr Micros kStep = 1000;

  // ---- the world; may be changed between two runs ----
  double line_kbps = 20'000;
  // Bytes that a shaper lets pass at once after a pause.
  double bucket = 0;
  Micros path = 20'000;
  double video_kbps = 8'000;
  int fps = 30;
  // Of the usual frame's size.
  double key_frame = 2;
  // The host sends its last picture again and again.
  bool still = false;
  std::function<bool(Micros)> client_stalls = [](Micros) { return false; };
  std::function<bool(Micros)> network_stalls = [](Micros) { return false; };
  bool host_answers = true;
  bool bounds_in_time = true;
  // Measures beside video, as the relay does.
  std::optional<LineTrain> train;

  // ---- what came of it ----
  SendQueue queue;
  LineMeter meter;
  Micros now = 5'000'000;
  int shown = 0;
  int key_frames = 0;
  int asked = 0;
  // Of the picture on the screen, at its worst.
  Micros worst_age = 0;
  Micros worst_control = 0;

  void Forget() { shown = key_frames = asked = 0, worst_age = worst_control = 0; }

  void Run(Micros time) {
    if (frame_ == 0 && queue.video_sent() == 0) {
      queue.PushPadding(64, now);
      next_frame_ = now + 500'000;
    }
    for (const Micros end = now + time; now < end; now += kStep) Step();
  }
  Micros age() const { return now - shown_made_; }

  struct Measured {
    double kbps;
    bool limited;
    Micros took;
  };
  // As the relay measures for an endpoint, before there is video.
  Measured Measure(size_t bytes, Micros limit) {
    next_frame_ = INT64_MAX / 2;
    queue.PushPadding(64, now);
    for (int step = 0; step < 300; step++, now += kStep) Step();
    const Micros began = now;
    LineProbe probe(now, bytes, limit);
    for (;; now += kStep) {
      const size_t under_way = queue.unacknowledged() + queue.waiting_video_bytes();
      queue.PushPadding(probe.Take(now, under_way, meter), now);
      if (probe.over(now, under_way)) break;
      Step();
    }
    const bool limited = meter.Conclude();
    next_frame_ = now;
    shown_made_ = now;
    return {(limited ? meter.rate() : probe.rate()) * 8 / 1000, limited, now - began};
  }

 private:
  struct InSsh {
    std::string bytes;
    uint64_t video_end;
    Micros written;
  };
  struct OnWire {
    InSsh what;
    Micros at;
  };

  void Step() {
    Host();
    // The relay's turn.
    while (!acknowledgements_.empty() && acknowledgements_.front().first <= now) {
      queue.Acknowledge(acknowledgements_.front().second.bytes);
      Acknowledgement acknowledgement = acknowledgements_.front().second;
      meter.Acknowledge(now, acknowledgement);
      acknowledgements_.pop_front();
    }
    const size_t turn = bounds_in_time ? meter.Turn() : 32 * 1024;
    // The pipe before SSH holds no more than a turn, so that its packets are no longer; they arrive whole.
    ssh_packet_ = std::bit_ceil(turn) + 200;
    auto bounds = meter.Bounds(queue.fresh_bytes());
    if (bounds && train) bounds->flight += train->on_its_way(), bounds->under_way += train->on_its_way();
    if (bounds_in_time) queue.SetLineBounds(bounds, meter.Flight(now));
    if (train) {
      const size_t under_way = queue.unacknowledged() + queue.waiting_video_bytes();
      queue.PushPadding(train->Take(now, queue.acknowledged(), under_way, meter), now);
    }
    if (queue.dropped_frames() != dropped_) {
      dropped_ = queue.dropped_frames();
      meter.Lacks(now);
    }
    if (queue.WantsKeyFrame(now)) {
      queue.PushControl(FrameType::kWanted, Flow::kVideo, 0, {});
      asked++;
    }
    for (;;) {
      std::string out;
      queue.Take(out, turn);
      if (out.empty()) break;
      meter.Sent(now, queue.video_sent(), queue.last_pushed(), queue.waiting_video_bytes() > 0);
      ssh_.push_back({std::move(out), queue.video_sent(), now});
    }
    Line();
    Client();
    worst_age = std::max(worst_age, age());
  }

  void Host() {
    while (!requests_.empty() && requests_.front() <= now) requests_.pop_front(), key_due_ = host_answers;
    if (now < next_frame_) return;
    next_frame_ = std::max(next_frame_, now - kStep) + 1'000'000 / fps;
    frame_++;
    made_.emplace_back(frame_, now);
    const bool key = key_due_ || frame_ == 1;
    key_due_ = false;
    const double usual = video_kbps * 1000 / 8 / fps;
    const double bytes = key ? usual * key_frame : still ? 300 : usual;
    const uint32_t shards = std::max(1u, static_cast<uint32_t>(bytes / 1376));
    key_frames += key;
    for (uint32_t shard = 0; shard < shards; shard++)
      queue.PushVideo(VideoDatagram(frame_, shard, shards, key ? 2 : 1), now);
  }

  // Bytes leave SSH one packet after the other, at the line's rate.
  void Line() {
    if (network_stalls(now)) return;
    credit_ += line_kbps * 1000 / 8 / 1e6 * kStep;
    for (;;) {
      if (packet_.empty()) {
        size_t size = 0;
        while (!ssh_.empty() && (size == 0 || size + ssh_.front().bytes.size() <= ssh_packet_)) {
          size += ssh_.front().bytes.size();
          packet_.push_back(std::move(ssh_.front()));
          ssh_.pop_front();
        }
        packet_left_ = static_cast<double>(size) * 1.05;
      }
      if (packet_.empty()) {
        credit_ = std::min(credit_, bucket);
        return;
      }
      const double take = std::min(credit_, packet_left_);
      credit_ -= take;
      packet_left_ -= take;
      if (packet_left_ > 0) return;
      for (InSsh& part : packet_) wire_.push_back({std::move(part), now + path / 2});
      packet_.clear();
    }
  }

  void Client() {
    while (!wire_.empty() && wire_.front().at <= now && !client_stalls(now)) {
      InSsh& part = wire_.front().what;
      worst_control = std::max(worst_control, now - part.written);
      decoder_.Feed(part.bytes);
      while (auto frame = decoder_.Next()) Receive(*frame);
      handed_on_ = part.video_end;
      arrived_ = now;
      wire_.pop_front();
    }
    if (handed_on_ == acknowledged_ || (now - acknowledged_at_ < 10'000 && handed_on_ - acknowledged_ < 32 * 1024))
      return;
    acknowledged_ = handed_on_;
    acknowledged_at_ = now;
    // A clock of the client's own.
    acknowledgements_.push_back({now + path / 2, {handed_on_, arrived_ + 77'000'000, now - arrived_}});
  }

  void Receive(const Frame& frame) {
    if (frame.type == FrameType::kWanted) requests_.push_back(now + path / 2);
    if (frame.type != FrameType::kDatagram) return;
    const auto packet = ReadVideoPacket(frame.payload);
    if (packet->kind != FrameKind::kUnknown) {
      decodes_ = packet->kind == FrameKind::kFresh || (decodes_ && packet->frame == decoded_ + 1);
      if (decodes_) decoded_ = packet->frame;
    }
    const bool last = (frame.payload[24] & 2) != 0;
    if (!last || !decodes_ || packet->frame != decoded_) return;
    while (made_.front().first < decoded_) made_.pop_front();
    shown_made_ = made_.front().second;
    shown++;
  }

  std::deque<Micros> requests_;
  bool key_due_ = false;
  Micros next_frame_ = 0;
  uint32_t frame_ = 0;
  uint32_t dropped_ = 0;
  std::deque<std::pair<uint32_t, Micros>> made_;
  std::deque<InSsh> ssh_;
  std::deque<InSsh> packet_;
  size_t ssh_packet_ = 0;
  double packet_left_ = 0;
  double credit_ = 0;
  std::deque<OnWire> wire_;
  FrameDecoder decoder_;
  uint64_t handed_on_ = 0;
  Micros arrived_ = 0;
  uint64_t acknowledged_ = 0;
  Micros acknowledged_at_ = 0;
  std::deque<std::pair<Micros, Acknowledgement>> acknowledgements_;
  bool decodes_ = false;
  uint32_t decoded_ = 0;
  Micros shown_made_ = 5'000'000;
};

}  // namespace vizlink
