#include "output_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

namespace vizlink {

bool BoundOutput(int descriptor, size_t bytes) {
  const int size = static_cast<int>(bytes);
  if (fcntl(descriptor, F_SETPIPE_SZ, size) >= 0) return true;
  if (errno == EBUSY) return false;
  // The kernel takes it twice, and counts its own records with the bytes (socket(7)).
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return true;
}

}  // namespace vizlink
