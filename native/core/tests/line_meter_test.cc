#include "line_meter.h"

#include <doctest/doctest.h>

#include "line_simulation.h"

using namespace vizlink;

static constexpr Micros kMs = 1000;
static constexpr Micros kSecond = 1000 * kMs;

static double CarriedKbps(const Simulation& simulation) { return simulation.meter.rate() * 8 / 1000; }

static Simulation Line(double line_kbps, Micros path, double video_kbps) {
  Simulation simulation;
  simulation.line_kbps = line_kbps;
  simulation.path = path;
  simulation.video_kbps = video_kbps;
  return simulation;
}

// SSH and frames take 5 % in the simulation.
TEST_CASE("A line that is too slow is proved narrow, its rate and path are known, and nothing waits for long in it") {
  for (const double line : {500., 1000., 2000., 4000., 8000.}) {
    for (const Micros path : {5 * kMs, 20 * kMs, 100 * kMs}) {
      CAPTURE(line);
      CAPTURE(path);
      Simulation simulation = Line(line, path, 15'000);
      simulation.Run(line < 1000 ? 4 * kSecond : 3 * kSecond);
      simulation.Forget();
      simulation.Run(5 * kSecond);
      REQUIRE(simulation.meter.narrow(simulation.now));
      REQUIRE(CarriedKbps(simulation) > line * 0.9);
      REQUIRE(CarriedKbps(simulation) < line);
      REQUIRE(simulation.meter.path() < path + 10 * kMs);
      REQUIRE(simulation.worst_control < path + 150 * kMs);
    }
  }
}

TEST_CASE("Without bounds in time the same line is seconds behind") {
  Simulation simulation = Line(2000, 20 * kMs, 8000);
  simulation.bounds_in_time = false;
  simulation.Run(8 * kSecond);
  REQUIRE(simulation.age() > 3 * kSecond);
}

TEST_CASE("A stream that fits a line proved narrow loses nothing and is on time; the proof ends") {
  for (const double line : {500., 1000., 2000., 4000.}) {
    CAPTURE(line);
    Simulation simulation = Line(line, 20 * kMs, 8000);
    simulation.Run(4 * kSecond);
    REQUIRE(simulation.meter.narrow(simulation.now));
    simulation.video_kbps = line * 0.75;
    // The last key frame of before, of more than a second on the slowest.
    simulation.Run(line < 1000 ? 4 * kSecond : 2 * kSecond);
    const uint32_t dropped = simulation.queue.dropped_frames();
    simulation.Forget();
    simulation.Run(5 * kSecond);
    REQUIRE(simulation.shown == 150);
    REQUIRE(simulation.worst_age < 100 * kMs);
    REQUIRE(simulation.queue.dropped_frames() == dropped);
    REQUIRE(!simulation.meter.narrow(simulation.now));
    // What it carried is still known, and so are its bounds.
    REQUIRE(CarriedKbps(simulation) > line * 0.9);
    REQUIRE(simulation.meter.Bounds(0));
  }
}

// A rate that is taken from a stream that fits would lead the stream down step by step.
TEST_CASE("What a fitting stream sends is not taken for what the line carries") {
  Simulation simulation = Line(4000, 20 * kMs, 8000);
  simulation.Run(4 * kSecond);
  for (int step = 0; step < 6; step++) {
    simulation.video_kbps = CarriedKbps(simulation) * 0.8;
    simulation.Run(3 * kSecond);
    REQUIRE(CarriedKbps(simulation) > 3600);
  }
}

TEST_CASE("A client that does not get the processor for up to half a second loses nothing on a fast line") {
  for (const Micros stall : {100 * kMs, 200 * kMs, 300 * kMs, 500 * kMs}) {
    for (const Micros every : {600 * kMs, kSecond, 3 * kSecond}) {
      for (const double line : {50'000., 1'000'000.}) {
        CAPTURE(stall);
        CAPTURE(every);
        CAPTURE(line);
        Simulation simulation = Line(line, 20 * kMs, 15'000);
        simulation.client_stalls = [=](Micros now) { return now % every < stall; };
        for (int step = 0; step < 200; step++) {
          simulation.Run(100 * kMs);
          REQUIRE(!simulation.meter.narrow(simulation.now));
        }
        REQUIRE(simulation.queue.dropped_frames() == 0);
      }
    }
  }
}

TEST_CASE("A network that stops for up to half a second loses nothing on a line that has room") {
  for (const Micros stall : {100 * kMs, 200 * kMs, 300 * kMs, 500 * kMs}) {
    for (const double line : {30'000., 50'000., 1'000'000.}) {
      CAPTURE(stall);
      CAPTURE(line);
      Simulation simulation = Line(line, 20 * kMs, 15'000);
      simulation.network_stalls = [=](Micros now) { return now % (3 * kSecond) < stall; };
      for (int step = 0; step < 200; step++) {
        simulation.Run(100 * kMs);
        REQUIRE(!simulation.meter.narrow(simulation.now));
      }
      REQUIRE(simulation.queue.dropped_frames() == 0);
    }
  }
}

TEST_CASE("A line that shrinks is seen within seconds, one that grows, too") {
  Simulation simulation = Line(20'000, 20 * kMs, 15'000);
  simulation.Run(10 * kSecond);
  REQUIRE(!simulation.meter.narrow(simulation.now));
  REQUIRE(simulation.queue.dropped_frames() == 0);
  simulation.line_kbps = 2000;
  simulation.Run(kSecond);
  REQUIRE(simulation.meter.narrow(simulation.now));
  simulation.Run(3 * kSecond);
  simulation.video_kbps = 1500;
  simulation.Run(kSecond);
  simulation.Forget();
  simulation.Run(3 * kSecond);
  REQUIRE(simulation.worst_age < 150 * kMs);
  simulation.line_kbps = 1000;
  simulation.Run(3 * kSecond);
  REQUIRE(CarriedKbps(simulation) < 1000);
  simulation.line_kbps = 20'000;
  simulation.Run(4 * kSecond);
  const uint32_t dropped = simulation.queue.dropped_frames();
  for (double video = 1500; video < 15'000; video *= 1.5) {
    simulation.video_kbps = video;
    simulation.Run(2 * kSecond);
    REQUIRE(!simulation.meter.narrow(simulation.now));
    REQUIRE(CarriedKbps(simulation) > video * 0.9);
  }
  REQUIRE(simulation.queue.dropped_frames() == dropped);
}

TEST_CASE("After stalls that no rate survives the rate is found again") {
  Simulation simulation = Line(20'000, 20 * kMs, 15'000);
  simulation.network_stalls = [](Micros now) { return now % (600 * kMs) < 500 * kMs; };
  simulation.Run(20 * kSecond);
  simulation.network_stalls = [](Micros) { return false; };
  simulation.Run(4 * kSecond);
  simulation.Forget();
  simulation.Run(2 * kSecond);
  REQUIRE(simulation.shown == 60);
}

TEST_CASE("A picture that is still for minutes does not make a slow line fast") {
  Simulation simulation = Line(2000, 20 * kMs, 8000);
  simulation.Run(4 * kSecond);
  simulation.still = true;
  simulation.Run(3 * kSecond);
  simulation.Forget();
  simulation.Run(120 * kSecond);
  REQUIRE(simulation.shown == 3600);
  REQUIRE(simulation.key_frames == 0);
  simulation.still = false;
  simulation.Forget();
  simulation.Run(4 * kSecond);
  REQUIRE(simulation.worst_age < 700 * kMs);
  REQUIRE(simulation.worst_control < 150 * kMs);
}

// A key frame of half a second, and small frames behind it: each dropped one would ask for another key frame.
TEST_CASE("The key frames of a still picture do not fill a slow line") {
  Simulation simulation = Line(1000, 20 * kMs, 8000);
  simulation.Run(4 * kSecond);
  simulation.still = true;
  simulation.Run(4 * kSecond);
  simulation.Forget();
  simulation.Run(10 * kSecond);
  REQUIRE(simulation.shown == 300);
  REQUIRE(simulation.key_frames == 0);
}

TEST_CASE("Acknowledgements that mean nothing change nothing") {
  LineMeter meter;
  meter.Sent(1000, 1000, 1000, false);
  meter.Acknowledge(2000, {2000, 5000, 0});
  REQUIRE(!meter.known());
  // Held back for longer than it took, and clocks that are none.
  meter.Acknowledge(2000, {100, 5000, 5000});
  meter.Acknowledge(2000, {200, -1, 0});
  meter.Acknowledge(2000, {300, INT64_MAX, 0});
  REQUIRE(!meter.known());
  meter.Acknowledge(3000, {1000, 5000, 500});
  REQUIRE(meter.path() == 1500);
  meter.Acknowledge(9000, {1000, 5000, 0});
  REQUIRE(meter.path() == 1500);
  REQUIRE(meter.queue(9000) == 0);
}
