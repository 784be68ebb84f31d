// What the relay has to send and in which order: control before audio before TCP before video.
//
// Video is bounded twice: at most `maximum_unacknowledged` bytes are under way to the endpoint (sshd's and the
// network's buffers would otherwise take seconds of it), and when too much waits here, whole frames are dropped, never
// parts of one (save one of impossible size). After a gap the next frame passes whole: the client notices the gap by it
// and asks for a key frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "framing.h"

namespace vizlink {

class SendQueue {
 public:
  explicit SendQueue(size_t maximum_unacknowledged = 1024 * 1024);

  void PushControl(FrameType type, Flow flow, uint16_t stream, std::string_view payload);
  void PushAudio(std::string_view datagram);
  void PushTcp(FrameType type, uint16_t stream, std::string_view payload);
  // Parity is left out: the channel behind loses nothing.
  void PushVideo(std::string_view datagram);

  // Cumulative bytes that the endpoint handed on; numbers from the past or the future are ignored.
  void Acknowledge(uint64_t bytes);
  void SetMaximumUnacknowledged(size_t bytes) { maximum_unacknowledged_ = bytes; }

  // Moves frames to `out` in order of priority until it holds at least `limit` bytes.
  void Take(std::string& out, size_t limit);
  bool HasSomething() const;

  size_t waiting_control_bytes() const { return control_bytes_; }
  size_t waiting_tcp_bytes() const { return tcp_bytes_; }
  size_t waiting_video_bytes() const { return video_bytes_; }
  uint64_t unacknowledged() const { return video_sent_ - video_acknowledged_; }
  uint32_t dropped_frames() const { return dropped_frames_; }

 private:
  struct VideoEntry {
    std::string frame;
    size_t datagram_size;
  };

  bool DropsFrame(uint32_t frame);

  std::deque<std::string> control_, audio_, tcp_;
  std::deque<VideoEntry> video_;
  size_t control_bytes_ = 0;
  size_t tcp_bytes_ = 0;
  size_t video_bytes_ = 0;
  size_t maximum_unacknowledged_;
  uint64_t video_sent_ = 0;
  uint64_t video_acknowledged_ = 0;
  // The frame whose datagrams arrive now, and whether it is being dropped.
  uint32_t current_frame_ = 0;
  bool have_frame_ = false;
  bool dropping_ = false;
  uint32_t dropped_frames_ = 0;
};

}  // namespace vizlink
