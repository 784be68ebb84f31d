#include "line_probe.h"

#include <doctest/doctest.h>

#include "line_simulation.h"

using namespace vizlink;

static constexpr Micros kMs = 1000;
static constexpr size_t kBytes = 1024 * 1024;

TEST_CASE("A slow line is measured in less than 400 ms, and is no fuller then than a moment's video would make it") {
  for (const double line : {500., 1000., 2000., 4000., 8000.}) {
    for (const Micros path : {5 * kMs, 20 * kMs, 100 * kMs}) {
      CAPTURE(line);
      CAPTURE(path);
      Simulation simulation;
      simulation.line_kbps = line;
      simulation.path = path;
      const auto measured = simulation.Measure(kBytes, 400 * kMs);
      REQUIRE(measured.took <= 400 * kMs);
      // On a long way the larger of them are not filled in that time.
      if (measured.limited || path < 100 * kMs) {
        REQUIRE(measured.limited);
        REQUIRE(measured.kbps > line * 0.85);
      }
      REQUIRE(measured.kbps <= line);
      const double left = static_cast<double>(simulation.queue.unacknowledged()) * 8 / line;
      REQUIRE(left < static_cast<double>(path / kMs) + 320);
    }
  }
}

TEST_CASE("A fast line carries at least what was sent") {
  for (const double line : {100'000., 1'000'000.}) {
    CAPTURE(line);
    Simulation simulation;
    simulation.line_kbps = line;
    const auto measured = simulation.Measure(kBytes, 400 * kMs);
    REQUIRE(!measured.limited);
    REQUIRE(measured.took < 400 * kMs);
    REQUIRE(measured.kbps > 20'000);
    // Packets arrive whole.
    REQUIRE(measured.kbps <= line * 1.05);
    REQUIRE(!simulation.meter.Bounds(0));
  }
}

TEST_CASE("A stream on a line that was measured is bounded from its first frame on") {
  for (const double line : {1000., 2000.}) {
    CAPTURE(line);
    Simulation simulation;
    simulation.line_kbps = line;
    simulation.video_kbps = 15'000;
    REQUIRE(simulation.Measure(kBytes, 400 * kMs).limited);
    REQUIRE(!simulation.meter.narrow(simulation.now));
    simulation.Run(300 * kMs);
    simulation.Forget();
    simulation.Run(3000 * kMs);
    REQUIRE(simulation.worst_control < 150 * kMs);
    REQUIRE(simulation.meter.narrow(simulation.now));
  }
}

TEST_CASE("No more is sent than was allowed, and nothing after the end") {
  LineMeter meter;
  LineProbe probe(0, 1000, 400 * kMs);
  // Nothing is known before the first bytes have come through.
  REQUIRE(probe.Take(0, 0, meter) == 64);
  REQUIRE(probe.Take(10 * kMs, 64, meter) == 0);
  meter.Sent(0, 64, 0, false);
  meter.Acknowledge(20 * kMs, {64, 5, 0});
  REQUIRE(probe.Take(20 * kMs, 0, meter) == 936);
  REQUIRE(probe.Take(21 * kMs, 0, meter) == 0);
  REQUIRE(!probe.over(21 * kMs, 936));
  REQUIRE(probe.over(21 * kMs, 0));
  REQUIRE(probe.over(400 * kMs, 936));
  LineProbe late(0, 1000, 400 * kMs);
  REQUIRE(late.Take(0, 0, meter) == 64);
  REQUIRE(late.Take(399 * kMs, 0, meter) == 0);
}

TEST_CASE("A measurement that no stream has proved right holds for half a minute") {
  Simulation simulation;
  simulation.line_kbps = 8000;
  REQUIRE(simulation.Measure(kBytes, 400 * kMs).limited);
  // What made the line slow is over.
  simulation.line_kbps = 1'000'000;
  simulation.video_kbps = 3000;
  simulation.Run(25'000 * kMs);
  REQUIRE(simulation.meter.Bounds(0));
  simulation.Run(10'000 * kMs);
  REQUIRE(!simulation.meter.Bounds(0));
  REQUIRE(simulation.queue.dropped_frames() == 0);
}

TEST_CASE("SSH's packets are short on a slow line, and long where there is much video on a fast one") {
  Simulation slow;
  slow.line_kbps = 1000;
  slow.Measure(kBytes, 400 * kMs);
  REQUIRE(slow.meter.Turn() == 4 * 1024);
  Simulation fast;
  fast.line_kbps = 1'000'000;
  fast.video_kbps = 80'000;
  fast.Run(2000 * kMs);
  REQUIRE(fast.meter.Turn() == 32 * 1024);
}
