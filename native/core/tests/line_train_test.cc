// A line is measured beside video, and no picture is lost or late for that.
#include "line_train.h"

#include <doctest/doctest.h>

#include "line_simulation.h"

using namespace vizlink;

static constexpr Micros kMs = 1000;

// A stream on a line that was found too narrow for the first one, at a rate that fits.
static Simulation Fitting(double line, Micros path, double bucket = 0) {
  Simulation simulation;
  simulation.bucket = bucket;
  simulation.line_kbps = line;
  simulation.path = path;
  simulation.video_kbps = 3 * line;
  simulation.Run(4000 * kMs);
  simulation.video_kbps = 0.6 * line;
  simulation.Run(6000 * kMs);
  REQUIRE(simulation.meter.Bounds(0));
  simulation.Forget();
  return simulation;
}

// Runs one measurement to its end.
static LineTrain Measure(Simulation& simulation) {
  simulation.train.emplace(simulation.now, 400 * kMs, simulation.meter);
  while (!simulation.train->over(simulation.now)) simulation.Run(kMs);
  const LineTrain train = *simulation.train;
  simulation.train.reset();
  return train;
}

TEST_CASE("A line that has not grown is found to be as it was, and pictures pass") {
  for (const double line : {1000., 2000., 4000.}) {
    for (const auto& [path, bucket] : {std::pair{2 * kMs, 0.}, {40 * kMs, 0.}, {2 * kMs, line * 8}}) {
      CAPTURE(line);
      CAPTURE(path);
      CAPTURE(bucket);
      Simulation simulation = Fitting(line, path, bucket);
      const uint32_t dropped = simulation.queue.dropped_frames();
      for (int round = 0; round < 10; round++) {
        const LineTrain train = Measure(simulation);
        REQUIRE(!train.faster());
        REQUIRE(train.limited());
        simulation.Run(2000 * kMs);
      }
      REQUIRE(simulation.queue.dropped_frames() == dropped);
      REQUIRE(simulation.worst_age < 200 * kMs + path);
    }
  }
}

TEST_CASE("A line that has grown is seen by one measurement") {
  for (const double grown : {8000., 20'000., 200'000.}) {
    CAPTURE(grown);
    Simulation simulation = Fitting(2000, 10 * kMs);
    const uint32_t dropped = simulation.queue.dropped_frames();
    simulation.line_kbps = grown;
    const LineTrain train = Measure(simulation);
    REQUIRE(train.faster());
    const double kbps = train.rate() * 8 / 1000;
    REQUIRE(kbps > std::min(grown * 0.6, 10'000.));
    REQUIRE(kbps < grown * 1.1);
    REQUIRE(simulation.queue.dropped_frames() == dropped);
  }
}

TEST_CASE("A train ends with its time, also where nothing comes through") {
  LineMeter meter;
  meter.Sent(0, 64, 0, false);
  meter.Acknowledge(1000, {64, 500, 0});
  LineTrain train(2000, 400 * kMs, meter);
  REQUIRE(train.Take(2000, 64, 0, meter) == 4096);
  REQUIRE(train.on_its_way() == 4096);
  REQUIRE(train.Take(3000, 64, 4096, meter) == 0);
  REQUIRE(!train.over(402 * kMs - 1));
  REQUIRE(train.over(402 * kMs));
  REQUIRE(!train.faster());
}
