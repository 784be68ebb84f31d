#include "line_probe.h"

#include <doctest/doctest.h>

using namespace vizlink;

namespace {

// A line that takes everything at once, so that the probe is bounded by itself alone.
LineMeter KnownLine(Micros now) {
  LineMeter meter;
  meter.Sent(now, 64, now);
  meter.Acknowledge(now + 1000, {64, now + 500, 0});
  return meter;
}

}  // namespace

TEST_CASE("Video that is under way is not taken for padding that came through") {
  const LineMeter meter = KnownLine(0);
  LineProbe probe(2000, 1024 * 1024, 400'000);
  const size_t video = 30'000;
  size_t padding = probe.Take(2000, video, meter);
  // Nothing of it is acknowledged: its first window at most is under way.
  for (Micros now = 4000; now < 100'000; now += 2000) padding += probe.Take(now, padding + video, meter);
  CHECK(padding <= 16 * 1024);
  CHECK(probe.rate() == 0);
}

TEST_CASE("What came through lets as much again and as much more go") {
  const LineMeter meter = KnownLine(0);
  LineProbe probe(2000, 1024 * 1024, 400'000);
  CHECK(probe.Take(2000, 0, meter) == 64);
  CHECK(probe.Take(3000, 0, meter) == 16 * 1024);
  CHECK(probe.Take(4000, 16 * 1024, meter) == 0);
  CHECK(probe.Take(50'000, 0, meter) > 16 * 1024);
  CHECK(probe.rate() > 0);
}
