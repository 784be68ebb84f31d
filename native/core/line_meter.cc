#include "line_meter.h"

#include <algorithm>

namespace vizlink {

namespace {

constexpr double kSecond = 1e6;
// Beside the path's own delay: what waits for its turn on the line at most; of it what is sent, so that control and
// input never wait for longer, and so that the queue of a small router, of 50 ms, does not overflow and lose it; and
// what is as good as nothing.
constexpr Micros kUnderWay = 150'000;
constexpr Micros kFlight = 60'000;
constexpr Micros kCalm = 30'000;
constexpr Micros kTurn = 5'000;
// Two datagrams.
constexpr size_t kLeastFlight = 2816;
// A page: no pipe is smaller.
constexpr size_t kLeastTurn = 4 * 1024;
constexpr size_t kMostTurn = 32 * 1024;
// A second at 500 kbit/s, and more than any relay's own bound.
constexpr uint64_t kLeastAllowance = 64 * 1024;
constexpr uint64_t kMostAllowance = uint64_t{1} << 32;
// Bytes that waited for less may have waited for anything.
constexpr Micros kLimited = 25'000;
// A queue of this length that stays for so long, and does not shrink by more than two frames leave between them, is the
// line's; shortly after another proof less time is enough.
constexpr Micros kStanding = 60'000;
constexpr Micros kShrinks = 40'000;
constexpr Micros kProof = 150'000;
constexpr Micros kProofAgain = 100'000;
// Two acknowledgements of one queue may be further apart by this.
constexpr Micros kIdle = 5'000;
// A rate is taken over at least this: acknowledgements come every 10 ms, and SSH's packets of 32 KiB arrive whole.
constexpr Micros kRateWindow = 100'000;
// For how long a rate counts beside lower ones, in time in which there was a queue, of which one gap counts for no more
// than so much: the first bytes after a stall do not say that the line is slower.
constexpr Micros kRateMemory = 2'000'000;
constexpr Micros kLongestGap = 250'000;
constexpr Micros kNarrowMemory = 3'000'000;
constexpr Micros kGuard = 30'000'000;
constexpr Micros kLeastWindow = 10'000'000;
constexpr Micros kObserved = 500'000;
// What is sent with less than this under way measures the path, and not its own queue.
constexpr uint64_t kAlone = 8 * 1024;
// Clocks beyond are no clocks.
constexpr Micros kLatest = Micros{1} << 60;

}  // namespace

void LineMeter::Least::Add(Micros now, Micros sample, bool alone) {
  if (!value || sample < *value) value = sample;
  if (alone) next = std::min(sample, next.value_or(sample));
  if (now - since < kLeastWindow) return;
  // A window in which nothing was sent alone says nothing: the queue of a busy line is not its path.
  if (next) value = next;
  next.reset();
  since = now;
}

void LineMeter::Sent(Micros now, uint64_t total, Micros since, bool more) {
  if (total <= sent_) return;
  sent_ = total;
  under_way_.push_back({total, now, total - acknowledged_, now - since, more});
}

void LineMeter::Acknowledge(Micros now, const Acknowledgement& acknowledgement) {
  if (acknowledgement.bytes <= acknowledged_ || acknowledgement.bytes > sent_) return;
  allowance_ = std::min(kMostAllowance, allowance_ + acknowledgement.bytes - acknowledged_);
  acknowledged_ = acknowledgement.bytes;
  while (under_way_.front().end < acknowledged_) under_way_.pop_front();
  const Portion last = under_way_.front();
  if (last.end == acknowledged_) under_way_.pop_front();
  const auto [bytes, arrived, held] = acknowledgement;
  if (arrived < 0 || arrived > kLatest || held < 0 || held > now - last.sent) return;
  const Micros one_way = arrived - last.sent;
  const bool alone = last.flight <= kAlone;
  round_trip_.Add(now, now - last.sent - held, alone);
  one_way_.Add(now, one_way, alone);
  path_ = round_trip_.value;
  last_queue_ = one_way - *one_way_.value;
  const Point point{last.sent, arrived, bytes};
  Measure(now, point, last_queue_, last.more);
  Judge(now, arrived, last_queue_ + last.waited);
  Observe(point);
}

void LineMeter::Measure(Micros now, const Point& point, Micros queue, bool more) {
  // What waited for so long had the line busy for so long. Before that it may have been idle: another queue begins.
  const bool continues = !run_.empty() && point.arrived - run_.back().arrived <= queue + kIdle;
  if (queue < kLimited || !continues) run_.clear();
  if (queue >= kLimited) {
    const Micros since = run_.empty() ? 0 : std::clamp<Micros>(point.arrived - run_.back().arrived, 0, kLongestGap);
    run_.push_back(point);
    // From the newest point that is old enough; those before it are of no use any more.
    while (run_.size() > 2 && point.arrived - run_[1].arrived >= kRateWindow) run_.pop_front();
    const Point& from = run_.front();
    const Micros time = std::max(point.arrived - from.arrived, point.sent - from.sent);
    const double rate =
        time < kRateWindow ? 0 : static_cast<double>(point.bytes - from.bytes) * kSecond / static_cast<double>(time);
    // Within its bounds a stream that has nothing more to send says only what the line carries at least.
    if (!guarded() || more || rate > rate_) {
      limited_for_ += since;
      if (rate > 0) AddRate(rate), limited_at_ = now;
    }
  }
}

// `late`: by the queue in the relay and the one on the line.
void LineMeter::Judge(Micros now, Micros arrived, Micros late) {
  if (late < kStanding) {
    standing_since_.reset();
  } else {
    limited_at_ = now;
    // A queue that shrinks is what a stall has left.
    if (!standing_since_ || late < latest_ - kShrinks) standing_since_ = arrived, latest_ = 0;
    latest_ = std::max(latest_, late);
    const Micros needed = guarded() ? kProofAgain : kProof;
    if (arrived - *standing_since_ >= needed && !highest_.empty()) {
      narrow_ = true;
      guard_left_ = kGuard;
      measured_ = false;
    }
  }
  narrow_ = narrow(now);
}

void LineMeter::Lacks(Micros now) {
  if (!guarded()) return;
  narrow_ = true;
  limited_at_ = now;
}

bool LineMeter::narrow(Micros now) const { return narrow_ && now - limited_at_ < kNarrowMemory; }

size_t LineMeter::BytesIn(Micros time) const {
  return static_cast<size_t>(rate_ * static_cast<double>(time) / kSecond);
}

std::optional<LineBounds> LineMeter::Bounds(size_t frame_bytes) const {
  if (!guarded() || rate_ <= 0) return std::nullopt;
  const Micros duration = static_cast<Micros>(static_cast<double>(frame_bytes) * kSecond / rate_);
  return LineBounds{std::max(kLeastFlight, BytesIn(path() + kFlight)), BytesIn(path() + kUnderWay),
                    BytesIn(path() + kCalm), kHostAnswer + path() + 2 * duration};
}

void LineMeter::AddRate(double rate) {
  while (!highest_.empty() && highest_.back().second <= rate) highest_.pop_back();
  highest_.emplace_back(limited_for_, rate);
  while (limited_for_ - highest_.front().first > kRateMemory) highest_.pop_front();
  rate_ = highest_.front().second;
}

// What came through, with or without a queue: the line carries at least that.
void LineMeter::Observe(const Point& point) {
  if (!observed_ || point.arrived < observed_->arrived) observed_ = point;
  const Micros time = std::max(point.arrived - observed_->arrived, point.sent - observed_->sent);
  if (time < kObserved) return;
  const double rate = static_cast<double>(point.bytes - observed_->bytes) * kSecond / static_cast<double>(time);
  // A line that took little is not given much at once.
  allowance_ = std::max(kLeastAllowance, std::min(allowance_, 4 * (point.bytes - observed_->bytes)));
  observed_ = point;
  if (guarded()) {
    // A picture that does not move says nothing about the line.
    if (rate >= rate_ / 2 || measured_) guard_left_ -= time;
    if (rate > rate_) AddRate(rate);
  } else {
    rate_ = rate;
    highest_.clear();
  }
}

size_t LineMeter::Flight(Micros now) const {
  if (known() && queue(now) > kUnderWay) return 0;
  return static_cast<size_t>(allowance_);
}

size_t LineMeter::Turn() const { return std::clamp(BytesIn(kTurn), kLeastTurn, kMostTurn); }

Micros LineMeter::queue(Micros now) const {
  if (under_way_.empty()) return 0;
  return std::max(last_queue_, now - under_way_.front().sent - path());
}

void LineMeter::Carries(double rate) { AddRate(std::max(rate, rate_)); }

bool LineMeter::Conclude() {
  if (highest_.empty()) return false;
  guard_left_ = kGuard;
  measured_ = true;
  // More was sent than any stream sends: whether the line is too slow for one is not known yet.
  narrow_ = false;
  standing_since_.reset();
  return true;
}

}  // namespace vizlink
