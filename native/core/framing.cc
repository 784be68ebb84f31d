#include "framing.h"

#include <algorithm>

namespace vizlink {

namespace {

template <typename T>
void Put(std::string& out, T value) {
  for (size_t index = 0; index < sizeof(T); index++) out.push_back(static_cast<char>(value >> (index * 8)));
}

template <typename T>
T Get(std::string_view bytes, size_t offset) {
  T value = 0;
  for (size_t index = 0; index < sizeof(T); index++) {
    value = static_cast<T>(value | (static_cast<T>(static_cast<uint8_t>(bytes[offset + index])) << (index * 8)));
  }
  return value;
}

constexpr size_t kMaximumAddress = 64;

}  // namespace

void PutU16(std::string& out, uint16_t value) { Put(out, value); }
void PutU32(std::string& out, uint32_t value) { Put(out, value); }
void PutU64(std::string& out, uint64_t value) { Put(out, value); }
uint16_t GetU16(std::string_view bytes, size_t offset) { return Get<uint16_t>(bytes, offset); }
uint32_t GetU32(std::string_view bytes, size_t offset) { return Get<uint32_t>(bytes, offset); }
uint64_t GetU64(std::string_view bytes, size_t offset) { return Get<uint64_t>(bytes, offset); }

void AppendFrame(std::string& out, FrameType type, Flow flow, uint16_t stream, std::string_view payload) {
  PutU32(out, static_cast<uint32_t>(payload.size()));
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(flow));
  PutU16(out, stream);
  out.append(payload);
}

bool FrameDecoder::Feed(std::string_view bytes) {
  if (broken_) return false;
  if (start_ > 0 && start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  } else if (start_ > 256 * 1024) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_.append(bytes);
  return true;
}

std::optional<Frame> FrameDecoder::Next() {
  if (broken_ || buffer_.size() - start_ < kFrameHeaderSize) return std::nullopt;
  const std::string_view rest = std::string_view(buffer_).substr(start_);
  const uint32_t length = GetU32(rest, 0);
  const uint8_t type = static_cast<uint8_t>(rest[4]);
  const uint8_t flow = static_cast<uint8_t>(rest[5]);
  const bool known =
      type >= static_cast<uint8_t>(FrameType::kHello) && type <= static_cast<uint8_t>(FrameType::kMeasured);
  if (length > kMaximumPayload || !known || flow >= kFlowCount) {
    broken_ = true;
    buffer_.clear();
    return std::nullopt;
  }
  if (rest.size() < kFrameHeaderSize + length) return std::nullopt;
  Frame frame{static_cast<FrameType>(type), static_cast<Flow>(flow), GetU16(rest, 6),
              std::string(rest.substr(kFrameHeaderSize, length))};
  start_ += kFrameHeaderSize + length;
  return frame;
}

std::string EncodeAck(const Acknowledgement& acknowledgement) {
  std::string out;
  PutU64(out, acknowledgement.bytes);
  PutU64(out, static_cast<uint64_t>(acknowledgement.arrived));
  PutU32(out, static_cast<uint32_t>(std::clamp<Micros>(acknowledgement.held, 0, UINT32_MAX)));
  return out;
}

std::optional<Acknowledgement> DecodeAck(std::string_view payload) {
  if (payload.size() != 8 + 8 + 4) return std::nullopt;
  return Acknowledgement{GetU64(payload, 0), static_cast<Micros>(GetU64(payload, 8)), Micros{GetU32(payload, 16)}};
}

std::string EncodeStart(const StartMessage& message) {
  std::string out;
  PutU32(out, message.maximum_unacknowledged);
  for (uint16_t port : message.udp_ports) PutU16(out, port);
  for (uint16_t port : message.tcp_ports) PutU16(out, port);
  return out + message.address;
}

std::optional<StartMessage> DecodeStart(std::string_view payload) {
  constexpr size_t kFixed = 4 + 2 * 7;
  if (payload.size() <= kFixed || payload.size() > kFixed + kMaximumAddress) return std::nullopt;
  StartMessage message;
  message.maximum_unacknowledged = GetU32(payload, 0);
  for (size_t index = 0; index < kFlowCount; index++) message.udp_ports[index] = GetU16(payload, 4 + index * 2);
  for (size_t index = 0; index < 4; index++) message.tcp_ports[index] = GetU16(payload, 10 + index * 2);
  message.address = payload.substr(kFixed);
  if (message.maximum_unacknowledged < 64 * 1024) return std::nullopt;
  return message;
}

}  // namespace vizlink
