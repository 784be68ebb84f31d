// How much of what a program has written may wait for its reader: what is there cannot be overtaken.
#pragma once

#include <cstddef>

namespace vizlink {

// Bounds the buffer of a pipe or of a Unix socket to about `bytes`; the kernel has a least size of its own.
// False: it holds more now, and may be bounded later. What is neither stays as it is.
bool BoundOutput(int descriptor, size_t bytes);

}  // namespace vizlink
