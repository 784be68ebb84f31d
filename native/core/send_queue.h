// What the relay has to send and in which order: control before audio before TCP before video.
//
// Video is bounded twice: so much is under way to the endpoint (sshd's and the network's buffers would otherwise take
// seconds of it, and nothing overtakes what is in there), and when too much waits here, whole frames are dropped, never
// parts of one (save one of impossible size). The bounds are bytes on a line that takes everything, and times, in bytes
// of its own rate, on one that was proved narrow.
//
// After a gap only a frame that can be decoded is passed on, where the datagrams say which one can. It is asked for
// when there is room for it, one request at a time: frames that cannot be decoded would fill the line that it needs.
// Where datagrams do not say it, the next frame passes whole once there is room; the client notices the gap by it and
// asks itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "framing.h"
#include "line_meter.h"
#include "video_packet.h"

namespace vizlink {

class SendQueue {
 public:
  explicit SendQueue(size_t maximum_unacknowledged = 1024 * 1024);

  void PushControl(FrameType type, Flow flow, uint16_t stream, std::string_view payload);
  void PushAudio(std::string_view datagram);
  void PushTcp(FrameType type, uint16_t stream, std::string_view payload);
  // Parity is left out, as of sound: the channel behind loses nothing.
  void PushVideo(std::string_view datagram, Micros now = 0);
  // Goes the way of video.
  void PushPadding(size_t bytes, Micros now);

  // Cumulative bytes that the endpoint handed on; numbers from the past or the future are ignored.
  void Acknowledge(uint64_t bytes);
  void SetMaximumUnacknowledged(size_t bytes) { maximum_unacknowledged_ = bytes; }
  // `bounds`: nothing where the bounds are bytes; of these `flight` may be under way if that is less. Waiting frames
  // beyond a new bound are dropped.
  void SetLineBounds(std::optional<LineBounds> bounds, size_t flight = SIZE_MAX);

  // Moves frames to `out` in order of priority until it holds at least `limit` bytes.
  void Take(std::string& out, size_t limit);
  bool HasSomething() const;
  // True once for each time that a key frame is to be asked for.
  bool WantsKeyFrame(Micros now);

  size_t waiting_control_bytes() const { return control_bytes_; }
  size_t waiting_tcp_bytes() const { return tcp_bytes_; }
  size_t waiting_video_bytes() const { return video_bytes_; }
  uint64_t video_sent() const { return video_sent_; }
  // When the last datagram of video that was taken had come.
  Micros last_pushed() const { return last_pushed_; }
  uint64_t acknowledged() const { return video_acknowledged_; }
  uint64_t unacknowledged() const { return video_sent_ - video_acknowledged_; }
  uint32_t dropped_frames() const { return dropped_frames_; }
  // Of the last frame that could be decoded by itself.
  size_t fresh_bytes() const { return fresh_bytes_; }

 private:
  struct VideoEntry {
    std::string frame;
    size_t datagram_size;
    // 0: padding.
    uint32_t frame_number;
    Micros pushed;
  };
  // What the frames since a gap are dropped for.
  enum class Gap { kNone, kRoom, kFreshFrame };

  bool DropsFrame(const VideoPacket& packet);
  bool Passes(const VideoPacket& packet) const;
  // What may be under way because a large frame is.
  size_t BehindLarge() const;
  size_t flight_bound() const { return line_ ? line_->flight : std::min(maximum_unacknowledged_, flight_); }
  size_t under_way_bound() const;
  void DropWaiting();
  void BeginGap();
  bool HasVideo() const;
  bool HasAudio() const;
  bool HasRoom(size_t frame_bytes) const;
  bool IsCalm() const;

  std::deque<std::string> control_, audio_, tcp_;
  std::deque<VideoEntry> video_;
  size_t control_bytes_ = 0;
  size_t tcp_bytes_ = 0;
  size_t video_bytes_ = 0;
  size_t maximum_unacknowledged_;
  std::optional<LineBounds> line_;
  size_t flight_ = SIZE_MAX;
  uint64_t video_sent_ = 0;
  uint64_t video_acknowledged_ = 0;
  Micros last_pushed_ = 0;
  // The frame whose datagrams arrive now, and whether it is being dropped.
  uint32_t current_frame_ = 0;
  bool have_frame_ = false;
  // The frame of which datagrams have been sent.
  uint32_t sent_frame_ = 0;
  // Datagrams say which frame can be decoded after a gap.
  bool names_kinds_ = false;
  bool dropping_ = false;
  Gap gap_ = Gap::kNone;
  std::optional<Micros> asked_at_;
  int unanswered_ = 0;
  size_t fresh_bytes_ = 0;
  // What was under way with the last frame that was larger than the bound, and what had been acknowledged then.
  size_t large_ = 0;
  uint64_t large_from_ = 0;
  uint32_t dropped_frames_ = 0;
};

}  // namespace vizlink
