// Measures the line before there is video: padding in portions that grow as the line takes them, for a time that is
// bounded.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "line_meter.h"

namespace vizlink {

class LineProbe {
 public:
  // At most so many bytes of padding, in at most so many microseconds.
  LineProbe(Micros now, size_t bytes, Micros limit) : left_(bytes), end_(now + limit) {}

  // Bytes of padding to send now. `under_way`: of it, sent and not acknowledged, or waiting.
  size_t Take(Micros now, size_t under_way, const LineMeter& meter);
  // Bytes per second that came through when it was most: the line carries at least that.
  double rate() const { return rate_; }
  // Nothing more is to be sent or learned.
  bool over(Micros now, size_t under_way) const { return now >= end_ || (left_ == 0 && under_way == 0); }

 private:
  size_t left_;
  Micros end_;
  size_t window_ = 0;
  size_t taken_ = 0;
  double rate_ = 0;
  // What had come through, and when.
  std::deque<std::pair<Micros, size_t>> through_;
};

}  // namespace vizlink
