// One TCP connection from the relay to the host, non-blocking.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace vizlink {

class TcpStream {
 public:
  // Begins to connect; `fd()` is -1 if even that failed.
  explicit TcpStream(const sockaddr_in& address);
  ~TcpStream();
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  int fd() const { return fd_; }
  bool connected() const { return connected_; }
  // After the socket became writable: whether the connection is open.
  bool FinishConnect();
  // Queues bytes for the host; false when it takes too few of them (the stream is then reset).
  bool Write(std::string_view bytes);
  // No more bytes for the host once the queue is empty.
  void EndWrite();
  bool WantsWrite() const { return !connected_ || !pending_.empty(); }
  // Sends what can be sent; false when the connection broke.
  bool Flush();

  // Both directions have ended.
  bool read_ended = false;
  bool write_ended() const { return write_ended_; }

 private:
  int fd_ = -1;
  bool connected_ = false;
  bool end_after_flush_ = false;
  bool write_ended_ = false;
  std::string pending_;
};

}  // namespace vizlink
