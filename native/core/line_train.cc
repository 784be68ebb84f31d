#include "line_train.h"

#include <algorithm>

namespace vizlink {

namespace {

// The first one, at the line's known rate.
constexpr double kFirstSeconds = 0.04;
constexpr size_t kLeast = 4 * 1024;
constexpr size_t kMost = 256 * 1024;
// Acknowledgements are held back for up to 10 ms: a train that took this long says how fast the line is.
constexpr Micros kLongTrain = 40'000;
// More than a shaper's bucket has room for: where the time is over then, the line carries that at least.
constexpr size_t kBeyondBucket = 4;
// So much faster, and the line is another.
constexpr double kFaster = 1.5;
// A busy computer acknowledges late: the line is said to be as it was after so many trains.
constexpr int kSlowTrains = 3;
constexpr Micros kPause = 60'000;
constexpr Micros kShortQueue = 10'000;
constexpr Micros kLeastTime = 1000;

}  // namespace

LineTrain::LineTrain(Micros now, Micros limit, const LineMeter& meter)
    : end_(now + limit),
      known_(meter.rate()),
      first_(std::clamp(static_cast<size_t>(known_ * kFirstSeconds), kLeast, kMost)),
      size_(first_),
      next_at_(now) {}

void LineTrain::Arrive(Micros now, const LineMeter& meter) {
  flies_ = false;
  // What came before it took a part of the time.
  const Micros time = std::max(kLeastTime, now - sent_at_ - meter.path());
  const double rate = static_cast<double>(size_) * 1e6 / static_cast<double>(time);
  if (rate <= known_ * kFaster) {
    rate_ = 0;
    size_ = first_;
    next_at_ = now + kPause;
    over_ = ++slow_ == kSlowTrains;
  } else if (time < kLongTrain && size_ < kMost) {
    if (size_ >= kBeyondBucket * first_) rate_ = rate;
    size_ = std::min(kMost, 2 * size_);
  } else if (!candidate_) {
    // A shaper lets the first bytes after a pause pass at once (a token bucket): the next train finds it empty.
    candidate_ = rate;
  } else {
    rate_ = std::min(*candidate_, rate);
    limited_ = time >= kLongTrain;
    over_ = true;
  }
}

size_t LineTrain::Take(Micros now, uint64_t acknowledged, size_t under_way, const LineMeter& meter) {
  if (over(now)) return 0;
  if (flies_) {
    if (acknowledged >= target_) Arrive(now, meter);
    return 0;
  }
  if (now < next_at_ || meter.queue(now) >= kShortQueue) return 0;
  flies_ = true;
  sent_at_ = now;
  // First in, first out: all that is under way comes before it.
  target_ = acknowledged + under_way + size_;
  return size_;
}

}  // namespace vizlink
