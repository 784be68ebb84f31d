// What waits for the reader of a program's output is bounded, whatever the output is.
#include "output_buffer.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace {

// Bytes that can be written while the other end reads nothing.
size_t Room(int descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  const std::string portion(1024, 'x');
  size_t room = 0;
  for (ssize_t count = 0; (count = write(descriptor, portion.data(), portion.size())) > 0;)
    room += static_cast<size_t>(count);
  return room;
}

constexpr size_t kBound = 8 * 1024;

}  // namespace

TEST_CASE("A pipe holds what it is bounded to") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  CHECK(vizlink::BoundOutput(ends[1], kBound));
  CHECK(Room(ends[1]) == kBound);
  // Full: it cannot be made smaller.
  CHECK_FALSE(vizlink::BoundOutput(ends[1], kBound / 2));
  CHECK(vizlink::BoundOutput(ends[1], 4 * kBound));
  CHECK(Room(ends[1]) == 3 * kBound);
}

TEST_CASE("A Unix socket holds hardly more than it is bounded to") {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CHECK(vizlink::BoundOutput(ends[1], kBound));
  const size_t room = Room(ends[1]);
  CHECK(room >= 1024);
  CHECK(room <= 2 * kBound);
}
