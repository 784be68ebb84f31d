#include "input_records.h"

#include <Limelight.h>

#include <cstring>

namespace vizlink {

namespace {

constexpr size_t kRecordSize = 12;
constexpr size_t kMaximumRecords = 256;
enum Kind : uint8_t { kKey = 1, kPosition = 2, kMove = 3, kButton = 4, kScroll = 5 };

struct Record {
  uint8_t kind, action;
  uint16_t code;
  int16_t a, b, c, d;
};
static_assert(sizeof(Record) == kRecordSize);

bool Valid(const Record& record) {
  if (record.action > 1) return false;
  switch (record.kind) {
    case kKey:
      return record.code <= 255 && record.a >= 0 && record.a <= 15;
    case kPosition:
      return record.c > 0 && record.d > 0;
    case kMove:
    case kScroll:
      return true;
    case kButton:
      return record.code >= 1 && record.code <= 5;
    default:
      return false;
  }
}

void Send(const Record& record) {
  switch (record.kind) {
    case kKey:
      // 0x8000 marks a virtual key code, as every Moonlight client sends it.
      LiSendKeyboardEvent(static_cast<short>(0x8000 | record.code), record.action ? KEY_ACTION_DOWN : KEY_ACTION_UP,
                          static_cast<char>(record.a));
      break;
    case kPosition:
      LiSendMousePositionEvent(record.a, record.b, record.c, record.d);
      break;
    case kMove:
      LiSendMouseMoveEvent(record.a, record.b);
      break;
    case kButton:
      LiSendMouseButtonEvent(record.action ? BUTTON_ACTION_PRESS : BUTTON_ACTION_RELEASE, record.code);
      break;
    case kScroll:
      if (record.a != 0) LiSendHighResScrollEvent(record.a);
      if (record.b != 0) LiSendHighResHScrollEvent(record.b);
      break;
  }
}

}  // namespace

int SendInputRecords(const uint8_t* data, size_t length) {
  const size_t count = length / kRecordSize;
  if (length % kRecordSize != 0 || count > kMaximumRecords) return -1;
  Record record;
  for (size_t index = 0; index < count; index++) {
    std::memcpy(&record, data + index * kRecordSize, kRecordSize);
    if (!Valid(record)) return -1;
  }
  for (size_t index = 0; index < count; index++) {
    std::memcpy(&record, data + index * kRecordSize, kRecordSize);
    Send(record);
  }
  return static_cast<int>(count);
}

}  // namespace vizlink
