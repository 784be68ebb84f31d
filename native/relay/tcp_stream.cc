#include "tcp_stream.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vizlink {

namespace {

constexpr size_t kMaximumPending = 1024 * 1024;

}  // namespace

TcpStream::TcpStream(const sockaddr_in& address) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return;
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) connected_ = true;
  else if (errno != EINPROGRESS) {
    close(fd_);
    fd_ = -1;
  }
}

TcpStream::~TcpStream() {
  if (fd_ >= 0) close(fd_);
}

bool TcpStream::FinishConnect() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return false;
  connected_ = true;
  return true;
}

bool TcpStream::Write(std::string_view bytes) {
  if (pending_.size() + bytes.size() > kMaximumPending) return false;
  pending_ += bytes;
  return !connected_ || Flush();
}

void TcpStream::EndWrite() {
  end_after_flush_ = true;
  if (connected_) Flush();
}

bool TcpStream::Flush() {
  while (!pending_.empty()) {
    const ssize_t sent = send(fd_, pending_.data(), pending_.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    pending_.erase(0, static_cast<size_t>(sent));
  }
  if (end_after_flush_ && !write_ended_) {
    write_ended_ = true;
    shutdown(fd_, SHUT_WR);
  }
  return true;
}

}  // namespace vizlink
