#include "send_queue.h"

#include <algorithm>

namespace vizlink {

namespace {

// Audio older than this many packets (150 ms of 5 ms packets) is of no use.
constexpr size_t kMaximumAudio = 30;
// RTP's payload type of parity shards (moonlight-common-c, RtpAudioQueue.c).
constexpr uint8_t kAudioParity = 127;
// On a narrow line so many packets go together, unless something else goes: each alone costs twice its size in headers.
constexpr size_t kAudioTogether = 4;
// Datagrams of the control flow that may wait for a reader.
constexpr size_t kMaximumControl = 1024 * 1024;
// Far above a 4K key frame at 100 Mbit/s.
constexpr size_t kMaximumFrame = 16 * 1024 * 1024;
// A host that does not answer so many requests has no key frame for us: frames pass as they come.
constexpr int kMaximumUnanswered = 3;

}  // namespace

SendQueue::SendQueue(size_t maximum_unacknowledged) : maximum_unacknowledged_(maximum_unacknowledged) {}

void SendQueue::PushControl(FrameType type, Flow flow, uint16_t stream, std::string_view payload) {
  // The host repeats control datagrams that get lost; frames of ours are bounded by the relay, which reads no more.
  if (type == FrameType::kDatagram && control_bytes_ > kMaximumControl) return;
  AppendFrame(control_.emplace_back(), type, flow, stream, payload);
  control_bytes_ += control_.back().size();
}

void SendQueue::PushAudio(std::string_view datagram) {
  if (datagram.size() > 1 && static_cast<uint8_t>(datagram[1]) == kAudioParity) return;
  if (audio_.size() >= kMaximumAudio) audio_.pop_front();
  AppendFrame(audio_.emplace_back(), FrameType::kDatagram, Flow::kAudio, 0, datagram);
}

void SendQueue::PushTcp(FrameType type, uint16_t stream, std::string_view payload) {
  AppendFrame(tcp_.emplace_back(), type, Flow::kVideo, stream, payload);
  tcp_bytes_ += tcp_.back().size();
}

bool SendQueue::HasRoom(size_t frame_bytes) const {
  if (!line_) return unacknowledged() + video_bytes_ <= 2 * maximum_unacknowledged_;
  return IsCalm() || unacknowledged() + video_bytes_ + frame_bytes <= under_way_bound();
}

size_t SendQueue::under_way_bound() const { return std::max(line_->under_way, BehindLarge()); }

// A small frame behind a large one comes hardly later than that. By and by the room is that of every other frame: what
// follows has to leave a quarter of the line.
size_t SendQueue::BehindLarge() const {
  return large_ - static_cast<size_t>(std::min<uint64_t>(large_, (video_acknowledged_ - large_from_) / 4));
}

void SendQueue::SetLineBounds(std::optional<LineBounds> bounds, size_t flight) {
  line_ = bounds;
  flight_ = flight;
  if (line_ && video_bytes_ > under_way_bound()) DropWaiting();
}

// Whole frames: all but the rest of the one that the client has begun to receive.
void SendQueue::DropWaiting() {
  std::deque<VideoEntry> kept;
  uint32_t last = sent_frame_;
  for (VideoEntry& entry : video_) {
    if (entry.frame_number == 0 || entry.frame_number == sent_frame_) {
      kept.push_back(std::move(entry));
      continue;
    }
    video_bytes_ -= entry.datagram_size;
    if (entry.frame_number != last) dropped_frames_++;
    last = entry.frame_number;
  }
  video_ = std::move(kept);
  if (last == sent_frame_) return;
  // The rest of it follows.
  if (last == current_frame_) dropping_ = true;
  large_ = 0;
  BeginGap();
}

void SendQueue::BeginGap() {
  asked_at_.reset();
  unanswered_ = 0;
  gap_ = names_kinds_ ? Gap::kFreshFrame : Gap::kRoom;
}

// Well below the bound, so that what passes then has room to pass whole.
bool SendQueue::IsCalm() const {
  return line_ ? unacknowledged() + video_bytes_ <= line_->calm : video_bytes_ <= maximum_unacknowledged_ / 4;
}

bool SendQueue::Passes(const VideoPacket& packet) const {
  if (packet.kind == FrameKind::kFresh || gap_ == Gap::kNone) return HasRoom(packet.frame_bytes);
  return IsCalm() && (gap_ == Gap::kRoom || packet.kind == FrameKind::kUnknown);
}

bool SendQueue::DropsFrame(const VideoPacket& packet) {
  if (have_frame_ && packet.frame == current_frame_) {
    // A frame without end: no encoder makes one, and nothing may grow with it.
    if (!dropping_ && video_bytes_ > maximum_unacknowledged_ + kMaximumFrame) {
      dropping_ = true;
      dropped_frames_++;
    }
    return dropping_;
  }
  have_frame_ = true;
  current_frame_ = packet.frame;
  dropping_ = !Passes(packet);
  const bool fresh = packet.kind == FrameKind::kFresh;
  names_kinds_ = packet.kind != FrameKind::kUnknown;
  if (fresh) fresh_bytes_ = packet.frame_bytes;
  if (!dropping_) {
    const size_t under_way = unacknowledged() + video_bytes_ + packet.frame_bytes;
    if (line_ && under_way > under_way_bound()) large_ = under_way + line_->calm, large_from_ = video_acknowledged_;
    gap_ = Gap::kNone;
    return false;
  }
  dropped_frames_++;
  // The answer itself had no room: another one is wanted.
  if (fresh || gap_ == Gap::kNone) BeginGap();
  return true;
}

bool SendQueue::WantsKeyFrame(Micros now) {
  if (gap_ != Gap::kFreshFrame || !IsCalm()) return false;
  if (asked_at_ && now - *asked_at_ < (line_ ? line_->answer : kHostAnswer)) return false;
  if (asked_at_ && ++unanswered_ == kMaximumUnanswered) {
    gap_ = Gap::kRoom;
    return false;
  }
  asked_at_ = now;
  return true;
}

void SendQueue::PushVideo(std::string_view datagram, Micros now) {
  const auto packet = ReadVideoPacket(datagram);
  if (!packet || packet->parity) return;
  if (DropsFrame(*packet)) return;
  VideoEntry& entry = video_.emplace_back();
  entry.datagram_size = datagram.size();
  entry.frame_number = packet->frame;
  entry.pushed = now;
  AppendFrame(entry.frame, FrameType::kDatagram, Flow::kVideo, 0, datagram);
  video_bytes_ += datagram.size();
}

void SendQueue::PushPadding(size_t bytes, Micros now) {
  while (bytes > 0) {
    const size_t portion = std::min<size_t>(bytes, 1024);
    VideoEntry& entry = video_.emplace_back();
    entry.datagram_size = portion;
    entry.frame_number = 0;
    entry.pushed = now;
    AppendFrame(entry.frame, FrameType::kPadding, Flow::kVideo, 0, std::string(portion, '\0'));
    video_bytes_ += portion;
    bytes -= portion;
  }
}

void SendQueue::Acknowledge(uint64_t bytes) {
  if (bytes > video_acknowledged_ && bytes <= video_sent_) video_acknowledged_ = bytes;
}

bool SendQueue::HasVideo() const { return !video_.empty() && unacknowledged() < flight_bound(); }

bool SendQueue::HasAudio() const { return audio_.size() >= (line_ ? kAudioTogether : 1); }

void SendQueue::Take(std::string& out, size_t limit) {
  if (!HasSomething()) return;
  for (auto* queue : {&control_, &audio_, &tcp_}) {
    while (!queue->empty() && out.size() < limit) {
      if (queue == &tcp_) tcp_bytes_ -= queue->front().size();
      if (queue == &control_) control_bytes_ -= queue->front().size();
      out += queue->front();
      queue->pop_front();
    }
  }
  while (HasVideo() && out.size() < limit) {
    VideoEntry& entry = video_.front();
    out += entry.frame;
    video_sent_ += entry.datagram_size;
    video_bytes_ -= entry.datagram_size;
    last_pushed_ = entry.pushed;
    if (entry.frame_number != 0) sent_frame_ = entry.frame_number;
    video_.pop_front();
  }
}

bool SendQueue::HasSomething() const { return !control_.empty() || HasAudio() || !tcp_.empty() || HasVideo(); }

}  // namespace vizlink
