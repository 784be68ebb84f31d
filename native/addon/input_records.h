// Input records of src-main/shared/stream-input.ts: parsed with bounds, handed to the library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vizlink {

// Sends every record to the library (which queues and never blocks).
// Returns the number of records sent, or -1 if any byte is not as specified (then nothing was sent).
int SendInputRecords(const uint8_t* data, size_t length);

}  // namespace vizlink
