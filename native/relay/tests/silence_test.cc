// A relay ends by itself when its client has gone without a word, and not while the client speaks.
#include <doctest/doctest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "framing.h"
#include "relay.h"

// Written down a second time: no test waits a minute to see it move.
static_assert(vizlink::Relay::kSilenceMs == 60 * 1000);

TEST_CASE("A relay ends when its client has gone without a word, and not while it speaks") {
  int input[2];
  int output[2];
  REQUIRE((pipe(input) == 0 && pipe(output) == 0));
  constexpr int kSilenceMs = 2000;
  int status = -1;
  std::thread relay([&] { status = vizlink::Relay(input[0], output[1], kSilenceMs).Run(); });

  // Spoken to for longer than it may be silent: every ping is answered.
  std::string ping;
  vizlink::AppendFrame(ping, vizlink::FrameType::kPing, vizlink::Flow::kVideo, 0, std::string(8, '\0'));
  vizlink::FrameDecoder decoder;
  int pongs = 0;
  for (int turn = 0; turn < 9; turn++) {
    REQUIRE(write(input[1], ping.data(), ping.size()) == static_cast<ssize_t>(ping.size()));
    for (const int before = pongs; pongs == before;) {
      char bytes[4096];
      const ssize_t count = read(output[0], bytes, sizeof bytes);
      REQUIRE(count > 0);
      REQUIRE(decoder.Feed({bytes, static_cast<size_t>(count)}));
      while (auto frame = decoder.Next()) pongs += frame->type == vizlink::FrameType::kPong;
    }
    usleep(400 * 1000);
  }
  REQUIRE(pongs == 9);

  // Both ends of its input stay open: only the silence can end it.
  relay.join();
  REQUIRE(status == 3);
}
