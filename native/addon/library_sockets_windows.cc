// library_sockets.cc for Windows: the same rule for Winsock's functions, by which the library and its ENet send and
// receive datagrams there.
#include <winsock2.h>
#include <ws2tcpip.h>
// After winsock2.h.
#include <mswsock.h>

#include <cstring>

namespace {

bool SameAddress(const sockaddr_storage& a, const sockaddr_storage& b) {
  if (a.ss_family != b.ss_family) return false;
  if (a.ss_family == AF_INET) {
    const auto& left = reinterpret_cast<const sockaddr_in&>(a);
    const auto& right = reinterpret_cast<const sockaddr_in&>(b);
    return left.sin_port == right.sin_port && left.sin_addr.s_addr == right.sin_addr.s_addr;
  }
  const auto& left = reinterpret_cast<const sockaddr_in6&>(a);
  const auto& right = reinterpret_cast<const sockaddr_in6&>(b);
  return left.sin6_port == right.sin6_port &&
         std::memcmp(&left.sin6_addr, &right.sin6_addr, sizeof left.sin6_addr) == 0;
}

// The address that the socket is connected to; false where to none.
bool Peer(SOCKET socket, sockaddr_storage* peer) {
  int size = sizeof *peer;
  return getpeername(socket, reinterpret_cast<sockaddr*>(peer), &size) == 0;
}

// The system keeps the datagrams of all others away from a connected socket. False where it is not connected.
bool ConnectOnce(SOCKET socket, const sockaddr* address, int size) {
  sockaddr_storage peer{};
  if (Peer(socket, &peer)) return true;
  return address != nullptr && connect(socket, address, size) == 0;
}

// What waited already when the socket was connected may be anybody's.
bool IsPeer(SOCKET socket, const sockaddr_storage& source) {
  sockaddr_storage peer{};
  return Peer(socket, &peer) && SameAddress(peer, source);
}

// No program listens at the port (any more): the library knows such an end by silence.
bool PortIsClosed() { return WSAGetLastError() == WSAECONNRESET; }

LPFN_WSARECVMSG g_receive_message = nullptr;

int WSAAPI ReceiveMessage(SOCKET socket, LPWSAMSG message, LPDWORD count, LPWSAOVERLAPPED overlapped,
                          LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
  const WSAMSG asked = *message;
  sockaddr_storage source;
  int result;
  do {
    source = {};
    *message = asked;
    message->name = reinterpret_cast<sockaddr*>(&source);
    message->namelen = sizeof source;
    result = g_receive_message(socket, message, count, overlapped, routine);
  } while (result == 0 ? !IsPeer(socket, source) : PortIsClosed());
  const int size = message->namelen;
  message->name = asked.name;
  message->namelen = asked.name == nullptr ? 0 : size;
  if (result == 0 && asked.name != nullptr)
    std::memcpy(asked.name, &source, static_cast<size_t>(asked.namelen < size ? asked.namelen : size));
  return result;
}

}  // namespace

extern "C" {

int WSAAPI VizlinkSendTo(SOCKET socket, const char* bytes, int length, int flags, const sockaddr* to, int size) {
  if (ConnectOnce(socket, to, size)) return send(socket, bytes, length, flags);
  return sendto(socket, bytes, length, flags, to, size);
}

int WSAAPI VizlinkSendMessage(SOCKET socket, LPWSAMSG message, DWORD flags, LPDWORD count, LPWSAOVERLAPPED overlapped,
                              LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
  WSAMSG own = *message;
  if (ConnectOnce(socket, message->name, message->namelen)) {
    own.name = nullptr;
    own.namelen = 0;
  }
  return WSASendMsg(socket, &own, flags, count, overlapped, routine);
}

int WSAAPI VizlinkReceiveFrom(SOCKET socket, char* bytes, int length, int flags, sockaddr* from, int* size) {
  sockaddr_storage source;
  int source_size;
  int count;
  do {
    source = {};
    source_size = sizeof source;
    count = recvfrom(socket, bytes, length, flags, reinterpret_cast<sockaddr*>(&source), &source_size);
  } while (count >= 0 ? !IsPeer(socket, source) : PortIsClosed());
  if (count >= 0 && from != nullptr && size != nullptr) {
    std::memcpy(from, &source, static_cast<size_t>(*size < source_size ? *size : source_size));
    *size = source_size;
  }
  return count;
}

// ENet asks the system for the function that receives messages, by this call.
int WSAAPI VizlinkControl(SOCKET socket, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                          LPDWORD returned, LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
  const int result = WSAIoctl(socket, code, in, in_size, out, out_size, returned, overlapped, routine);
  static const GUID kReceiveMessage = WSAID_WSARECVMSG;
  if (result != 0 || code != SIO_GET_EXTENSION_FUNCTION_POINTER || in_size != sizeof(GUID) ||
      std::memcmp(in, &kReceiveMessage, sizeof kReceiveMessage) != 0 || out_size < sizeof(LPFN_WSARECVMSG)) {
    return result;
  }
  std::memcpy(&g_receive_message, out, sizeof g_receive_message);
  const LPFN_WSARECVMSG own = ReceiveMessage;
  std::memcpy(out, &own, sizeof own);
  return 0;
}

}  // extern "C"
