#include "send_queue.h"

#include "video_packet.h"

namespace vizlink {

namespace {

// Audio older than this many packets (150 ms of 5 ms packets) is of no use.
constexpr size_t kMaximumAudio = 30;
// Datagrams of the control flow that may wait for a reader.
constexpr size_t kMaximumControl = 1024 * 1024;
// Far above a 4K key frame at 100 Mbit/s.
constexpr size_t kMaximumFrame = 16 * 1024 * 1024;

}  // namespace

SendQueue::SendQueue(size_t maximum_unacknowledged) : maximum_unacknowledged_(maximum_unacknowledged) {}

void SendQueue::PushControl(FrameType type, Flow flow, uint16_t stream, std::string_view payload) {
  // The host repeats control datagrams that get lost; frames of ours are bounded by the relay, which reads no more.
  if (type == FrameType::kDatagram && control_bytes_ > kMaximumControl) return;
  AppendFrame(control_.emplace_back(), type, flow, stream, payload);
  control_bytes_ += control_.back().size();
}

void SendQueue::PushAudio(std::string_view datagram) {
  if (audio_.size() >= kMaximumAudio) audio_.pop_front();
  AppendFrame(audio_.emplace_back(), FrameType::kDatagram, Flow::kAudio, 0, datagram);
}

void SendQueue::PushTcp(FrameType type, uint16_t stream, std::string_view payload) {
  AppendFrame(tcp_.emplace_back(), type, Flow::kVideo, stream, payload);
  tcp_bytes_ += tcp_.back().size();
}

bool SendQueue::DropsFrame(uint32_t frame) {
  if (have_frame_ && frame == current_frame_) {
    // A frame without end: no encoder makes one, and nothing may grow with it.
    if (!dropping_ && video_bytes_ > maximum_unacknowledged_ + kMaximumFrame) {
      dropping_ = true;
      dropped_frames_++;
    }
    return dropping_;
  }
  have_frame_ = true;
  current_frame_ = frame;
  // Dropping starts above the bound and ends well below it, so that what passes then has room to pass whole.
  dropping_ = dropping_ ? video_bytes_ > maximum_unacknowledged_ / 4 : video_bytes_ > maximum_unacknowledged_;
  if (dropping_) dropped_frames_++;
  return dropping_;
}

void SendQueue::PushVideo(std::string_view datagram) {
  const auto packet = ReadVideoPacket(datagram);
  if (!packet || packet->parity) return;
  if (DropsFrame(packet->frame)) return;
  VideoEntry& entry = video_.emplace_back();
  entry.datagram_size = datagram.size();
  AppendFrame(entry.frame, FrameType::kDatagram, Flow::kVideo, 0, datagram);
  video_bytes_ += datagram.size();
}

void SendQueue::Acknowledge(uint64_t bytes) {
  if (bytes > video_acknowledged_ && bytes <= video_sent_) video_acknowledged_ = bytes;
}

void SendQueue::Take(std::string& out, size_t limit) {
  for (auto* queue : {&control_, &audio_, &tcp_}) {
    while (!queue->empty() && out.size() < limit) {
      if (queue == &tcp_) tcp_bytes_ -= queue->front().size();
      if (queue == &control_) control_bytes_ -= queue->front().size();
      out += queue->front();
      queue->pop_front();
    }
  }
  while (!video_.empty() && out.size() < limit && unacknowledged() < maximum_unacknowledged_) {
    VideoEntry& entry = video_.front();
    out += entry.frame;
    video_sent_ += entry.datagram_size;
    video_bytes_ -= entry.datagram_size;
    video_.pop_front();
  }
}

bool SendQueue::HasSomething() const {
  return !control_.empty() || !audio_.empty() || !tcp_.empty() ||
         (!video_.empty() && unacknowledged() < maximum_unacknowledged_);
}

}  // namespace vizlink
