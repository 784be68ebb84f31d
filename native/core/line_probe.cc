#include "line_probe.h"

#include <algorithm>

namespace vizlink {

namespace {

// Alone on the line, so that its round trip is the path's.
constexpr size_t kFirst = 64;
// A quarter of a second at 500 kbit/s.
constexpr size_t kWindow = 16 * 1024;
// A queue as long as this is enough to see what the line carries.
constexpr Micros kEnough = 60'000;
constexpr Micros kLeastWindow = 20'000;
// The answer comes behind what was sent.
constexpr Micros kDrain = 150'000;

}  // namespace

size_t LineProbe::Take(Micros now, size_t under_way, const LineMeter& meter) {
  const size_t through = taken_ - std::min(taken_, under_way);
  const Micros window = std::max(kLeastWindow, meter.path());
  through_.emplace_back(now, through);
  while (through_.size() > 1 && now - through_[1].first >= window) through_.pop_front();
  if (now - through_.front().first >= window) {
    const double time = static_cast<double>(now - through_.front().first) / 1e6;
    rate_ = std::max(rate_, static_cast<double>(through - through_.front().second) / time);
  }
  if (now >= end_ - kDrain || left_ == 0) {
    left_ = 0;
    return 0;
  }
  size_t bytes = 0;
  if (taken_ == 0) {
    bytes = kFirst;
  } else if (meter.known() && meter.queue(now) < kEnough) {
    // What was acknowledged since lets as much again and as much more go, as TCP begins.
    window_ = std::max(kWindow, through);
    if (window_ > under_way) bytes = window_ - under_way;
  }
  bytes = std::min(bytes, left_);
  left_ -= bytes;
  taken_ += bytes;
  return bytes;
}

}  // namespace vizlink
