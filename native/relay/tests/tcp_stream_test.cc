// What may wait for a host that does not take it is bounded to the byte, and an end waits for what is before it.
#include "tcp_stream.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

using namespace vizlink;

namespace {

constexpr size_t kMegabyte = 1024 * 1024;

// A listening socket on loopback; its connections wait until somebody accepts them.
struct Listener {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  explicit Listener(int backlog) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(fd, backlog) == 0);
    REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  }
  ~Listener() { close(fd); }
};

bool Writable(const TcpStream& stream, int wait_ms) {
  pollfd poll_for{stream.fd(), POLLOUT, 0};
  return poll(&poll_for, 1, wait_ms) > 0;
}

// Connections stay half open once the listener's queue is full: then nothing of what is written goes anywhere.
TEST_CASE("Waiting bytes are bounded") {
  const Listener listener(0);
  std::vector<std::unique_ptr<TcpStream>> streams;
  TcpStream* stuck = nullptr;
  while (stuck == nullptr) {
    REQUIRE(streams.size() < 16);
    streams.push_back(std::make_unique<TcpStream>(listener.address));
    REQUIRE(streams.back()->fd() >= 0);
    if (!streams.back()->connected() && !Writable(*streams.back(), 50)) stuck = streams.back().get();
  }
  REQUIRE(stuck->Write(std::string(kMegabyte - 1, 'x')));
  REQUIRE(stuck->Write("x"));
  REQUIRE(!stuck->Write("x"));
  REQUIRE(stuck->WantsWrite());
}

TEST_CASE("An end comes after all bytes") {
  const Listener listener(4);
  TcpStream stream(listener.address);
  REQUIRE(stream.WantsWrite());
  const std::string bytes(kMegabyte, 'y');
  REQUIRE(stream.Write(bytes));
  stream.EndWrite();
  REQUIRE(!stream.write_ended());
  REQUIRE((Writable(stream, 5000) && stream.FinishConnect() && stream.connected()));
  const int far = accept(listener.fd, nullptr, nullptr);
  size_t got = 0;
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    REQUIRE(stream.Flush());
    const ssize_t count = read(far, buffer.data(), buffer.size());
    REQUIRE(count >= 0);
    if (count == 0) break;
    got += static_cast<size_t>(count);
  }
  REQUIRE((got == bytes.size() && stream.write_ended() && !stream.WantsWrite()));
  close(far);
}

TEST_CASE("A refused connection is reported") {
  sockaddr_in unused{};
  {
    const Listener gone(1);
    unused = gone.address;
  }
  TcpStream stream(unused);
  if (stream.fd() < 0) return;
  REQUIRE(Writable(stream, 5000));
  REQUIRE((!stream.FinishConnect() && !stream.connected()));
}

}  // namespace
