// Measures a line beside video, by packet trains: portions of padding that go at once. One that came through much
// faster than the line was known to be lets twice as much go, until one takes long enough to say how fast the line is.
// One that did not shows that the line is as it was, and is no longer than a picture may wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "line_meter.h"

namespace vizlink {

class LineTrain {
 public:
  // Ends after `limit` microseconds at the latest.
  LineTrain(Micros now, Micros limit, const LineMeter& meter);

  // Bytes of padding to send now. `acknowledged` and `under_way` (sent and not acknowledged, or waiting): bytes of
  // video and padding.
  size_t Take(Micros now, uint64_t acknowledged, size_t under_way, const LineMeter& meter);
  // Bytes of the train that has not come through; video has its own room beside it.
  size_t on_its_way() const { return flies_ ? size_ : 0; }
  bool over(Micros now) const { return over_ || now >= end_; }
  // The line is much faster than it was known to be.
  bool faster() const { return rate_ > 0; }
  // Bytes per second that it carries, or at least carries, then.
  double rate() const { return rate_; }
  // The line carries hardly more than that, or more was not seen.
  bool limited() const { return limited_ || !faster(); }

 private:
  void Arrive(Micros now, const LineMeter& meter);

  Micros end_;
  double known_;
  size_t first_;
  size_t size_;
  std::optional<double> candidate_;
  uint64_t target_ = 0;
  Micros sent_at_ = 0;
  Micros next_at_;
  bool flies_ = false;
  int slow_ = 0;
  bool over_ = false;
  double rate_ = 0;
  bool limited_ = false;
};

}  // namespace vizlink
