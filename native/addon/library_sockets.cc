// The library takes datagrams from any sender, and every program of this machine can send on its loopback. Its calls of
// the four functions of datagrams are renamed to these (CMakeLists.txt): a socket takes datagrams from that address
// alone to which it first sent one.
#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <cstring>

namespace {

// The kernel keeps the datagrams of all others away from a connected socket. False where it is not connected. One that
// is gets no address with a datagram: macOS refuses that.
bool ConnectOnce(int fd, const sockaddr* address, socklen_t size) {
  sockaddr_storage peer;
  socklen_t peer_size = sizeof peer;
  const int before = errno;
  const bool connected = getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 ||
                         (address != nullptr && connect(fd, address, size) == 0);
  errno = before;
  return connected;
}

// What waited already when the socket was connected may be anybody's.
bool IsPeer(int fd, const sockaddr_storage& source, socklen_t size) {
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof peer;
  return getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 && peer_size == size &&
         std::memcmp(&peer, &source, size) == 0;
}

// Connected sockets alone learn that no program listens at a port (any more); the library knows such an end by silence.
template <typename Call>
ssize_t Repeat(Call call) {
  ssize_t result;
  do result = call();
  while (result < 0 && errno == ECONNREFUSED);
  return result;
}

}  // namespace

extern "C" {

ssize_t VizlinkSendTo(int fd, const void* bytes, size_t length, int flags, const sockaddr* to, socklen_t size) {
  if (ConnectOnce(fd, to, size)) to = nullptr, size = 0;
  return Repeat([&] { return sendto(fd, bytes, length, flags, to, size); });
}

ssize_t VizlinkSendMessage(int fd, const msghdr* message, int flags) {
  msghdr own = *message;
  if (ConnectOnce(fd, static_cast<const sockaddr*>(own.msg_name), own.msg_namelen)) {
    own.msg_name = nullptr;
    own.msg_namelen = 0;
  }
  return Repeat([&] { return sendmsg(fd, &own, flags); });
}

ssize_t VizlinkReceiveFrom(int fd, void* bytes, size_t length, int flags, sockaddr* from, socklen_t* size) {
  sockaddr_storage source;
  socklen_t source_size;
  ssize_t count;
  do {
    source = {};
    source_size = sizeof source;
    count =
        Repeat([&] { return recvfrom(fd, bytes, length, flags, reinterpret_cast<sockaddr*>(&source), &source_size); });
  } while (count >= 0 && !IsPeer(fd, source, source_size));
  if (count >= 0 && from != nullptr && size != nullptr) {
    std::memcpy(from, &source, *size < source_size ? *size : source_size);
    *size = source_size;
  }
  return count;
}

ssize_t VizlinkReceiveMessage(int fd, msghdr* message, int flags) {
  const msghdr asked = *message;
  sockaddr_storage source;
  ssize_t count;
  do {
    source = {};
    *message = asked;
    message->msg_name = &source;
    message->msg_namelen = sizeof source;
    count = Repeat([&] { return recvmsg(fd, message, flags); });
  } while (count >= 0 && !IsPeer(fd, source, message->msg_namelen));
  const socklen_t source_size = message->msg_namelen;
  message->msg_name = asked.msg_name;
  message->msg_namelen = asked.msg_namelen;
  if (count >= 0 && asked.msg_name != nullptr) {
    std::memcpy(asked.msg_name, &source, asked.msg_namelen < source_size ? asked.msg_namelen : source_size);
    message->msg_namelen = source_size;
  }
  return count;
}

}  // extern "C"
