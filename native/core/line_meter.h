// What the line to the endpoint carries, from acknowledgements of video: rate, path and queue, and whether it is
// narrow.
//
// Acknowledgements say when the bytes arrived by the endpoint's own clock, so that a full way back is not taken for a
// queue on the way there. A line is narrow once its queue has been there for a while and bytes went on arriving in it:
// after a stall, of the network or of a client that did not get the processor, everything that waits arrives at once,
// and the queue is gone at once. Rates are taken from windows that begin and end inside one queue, over the longer of
// the times of sending and arriving (as BBR does), so that bytes which a stall held back do not count as a faster line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace vizlink {

// Microseconds of a clock that never goes back.
using Micros = int64_t;

struct Acknowledgement {
  // Cumulative.
  uint64_t bytes = 0;
  // When the last of them arrived, by the endpoint's clock.
  Micros arrived = 0;
  // For how long the endpoint held this back after that.
  Micros held = 0;
};

// A host that does not answer a request for a key frame within this, beside what the way takes, is asked again.
constexpr Micros kHostAnswer = 1'000'000;

// What may be under way on a narrow line, in bytes of video.
struct LineBounds {
  // Sent and not acknowledged.
  size_t flight = 0;
  // Sent and not acknowledged, or waiting, with the frame that comes.
  size_t under_way = 0;
  // With no more than this under way a frame of any size may follow.
  size_t calm = 0;
  // After this a key frame that was asked for and has not come is asked for again.
  Micros answer = 0;
};

class LineMeter {
 public:
  // `total`: cumulative bytes after this write; `since`: when the last of them had come; `more`: others wait for the
  // bound.
  void Sent(Micros now, uint64_t total, Micros since, bool more);
  // Bytes that were never sent, or are acknowledged already, are ignored.
  void Acknowledge(Micros now, const Acknowledgement& acknowledgement);

  // Frames were dropped because of its bounds.
  void Lacks(Micros now);

  // The line is slower than what it was given, or was until a few seconds ago.
  bool narrow(Micros now) const;
  // Where the line is narrow, or was and has not carried more for half a minute since; elsewhere nothing.
  // `frame_bytes`: of the largest frame that is to be expected.
  std::optional<LineBounds> Bounds(size_t frame_bytes) const;
  // Bytes that may be sent and not acknowledged on any other line: they grow as the line takes them, as TCP begins; and
  // while nothing comes through nothing is sent: what is kept back can still be overtaken and dropped.
  size_t Flight(Micros now) const;
  // Bytes to be written at a time: SSH's packets arrive whole, and nothing overtakes a long one.
  size_t Turn() const;
  // Bytes per second: what a narrow line carries; of any other line what came through it last. 0: unknown.
  double rate() const { return rate_; }
  // Round trip without queue; 0 before the first acknowledgement.
  Micros path() const { return path_.value_or(0); }
  // For how long what is sent now will wait for the line.
  Micros queue(Micros now) const;
  bool known() const { return path_.has_value(); }

  // A packet train has shown that the line carries that, in bytes per second.
  void Carries(double rate);

  // Takes what has been seen up to now for the line's rate (after a measurement, which is too short for a proof).
  // False where nothing waited: the rate is then only what was sent.
  bool Conclude();

 private:
  struct Point {
    Micros sent;
    Micros arrived;
    uint64_t bytes;
  };
  struct Portion {
    uint64_t end;
    Micros sent;
    // Bytes under way with it.
    uint64_t flight;
    // Before it was sent.
    Micros waited;
    bool more;
  };
  struct Least {
    std::optional<Micros> value, next;
    Micros since = 0;
    void Add(Micros now, Micros sample, bool alone);
  };

  bool guarded() const { return guard_left_ > 0; }
  size_t BytesIn(Micros time) const;
  void Measure(Micros now, const Point& point, Micros queue, bool more);
  void Judge(Micros now, Micros arrived, Micros late);
  void AddRate(double rate);
  void Observe(const Point& point);

  std::deque<Portion> under_way_;
  uint64_t sent_ = 0;
  uint64_t acknowledged_ = 0;
  // What may be under way on a line of which nothing is known but what it took.
  uint64_t allowance_ = 64 * 1024;
  std::optional<Micros> path_;
  Least round_trip_, one_way_;
  Micros last_queue_ = 0;
  // Acknowledged one after the other in one queue.
  std::deque<Point> run_;
  std::optional<Micros> standing_since_;
  Micros latest_ = 0;
  Micros limited_at_ = 0;
  bool narrow_ = false;
  Micros guard_left_ = 0;
  // The guard is there by a measurement: no stream has proved it.
  bool measured_ = false;
  double rate_ = 0;
  // For how long there was a queue, in all, and the highest rates by it.
  Micros limited_for_ = 0;
  std::deque<std::pair<Micros, double>> highest_;
  // Where the present window of what came through began.
  std::optional<Point> observed_;
};

}  // namespace vizlink
