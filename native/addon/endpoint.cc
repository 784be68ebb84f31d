#include "endpoint.h"

#include <stdexcept>

namespace vizlink {

namespace {

const char* TypeName(FrameType type) {
  switch (type) {
    case FrameType::kHello:
      return "hello";
    case FrameType::kStarted:
      return "started";
    case FrameType::kOpened:
      return "opened";
    case FrameType::kRefused:
      return "refused";
    case FrameType::kData:
      return "data";
    case FrameType::kFin:
      return "fin";
    case FrameType::kReset:
      return "reset";
    case FrameType::kPong:
      return "pong";
    case FrameType::kDropped:
      return "dropped";
    case FrameType::kError:
      return "error";
    case FrameType::kLine:
      return "line";
    case FrameType::kWanted:
      return "wanted";
    case FrameType::kMeasured:
      return "measured";
    default:
      return nullptr;
  }
}

std::string BytesOf(const Napi::Value& value) {
  if (value.IsBuffer()) {
    auto buffer = value.As<Napi::Buffer<char>>();
    return {buffer.Data(), buffer.Length()};
  }
  if (value.IsUndefined()) return {};
  throw Napi::TypeError::New(value.Env(), "a Buffer is needed");
}

uint16_t Port(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 1 && number <= 65535)) throw Napi::RangeError::New(object.Env(), std::string(name) + " is no port");
  return static_cast<uint16_t>(number);
}

Napi::Value ToBuffer(Napi::Env env, const std::string& bytes) {
  return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size());
}

}  // namespace

void Endpoint::Init(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor = DefineClass(env, "Endpoint",
                                           {
                                               InstanceMethod<&Endpoint::Receive>("receive"),
                                               InstanceMethod<&Endpoint::Expect>("expect"),
                                               InstanceMethod<&Endpoint::Statistics>("statistics"),
                                               InstanceMethod<&Endpoint::Ports>("ports"),
                                               InstanceMethod<&Endpoint::Close>("close"),
                                               StaticMethod<&Endpoint::MakeFrame>("frame"),
                                               StaticMethod<&Endpoint::MakeStartFrame>("startFrame"),
                                               StaticValue("protocolVersion", Napi::Number::New(env, kProtocolVersion)),
                                               StaticValue("buildId", Napi::String::New(env, kBuildId)),
                                           });
  exports.Set("Endpoint", constructor);
}

Endpoint::Endpoint(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Endpoint>(info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsFunction()) throw Napi::TypeError::New(env, "onSend must be a function");
  try {
    sockets_ = std::make_shared<EndpointSockets>();
  } catch (const std::runtime_error& error) {
    throw Napi::Error::New(env, error.what());
  }
  sockets_->Run(env, info[0].As<Napi::Function>());
}

Endpoint::~Endpoint() { sockets_->Close(); }

Napi::Value Endpoint::Receive(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsBuffer()) throw Napi::TypeError::New(env, "a Buffer is needed");
  auto chunk = info[0].As<Napi::Buffer<char>>();
  decoder_.Feed({chunk.Data(), chunk.Length()});
  Napi::Array frames = Napi::Array::New(env);
  uint32_t count = 0;
  while (auto frame = decoder_.Next()) {
    if (frame->type == FrameType::kDatagram || frame->type == FrameType::kPadding) {
      const bool taken = frame->type == FrameType::kPadding ? sockets_->PushPadding(frame->payload.size())
                                                            : sockets_->Push(frame->flow, std::move(frame->payload));
      if (!taken) {
        throw Napi::Error::New(env, "the relay sends more than it was allowed");
      }
      continue;
    }
    const char* name = TypeName(frame->type);
    if (name == nullptr) throw Napi::Error::New(env, "the relay sent a frame that only an endpoint sends");
    Napi::Object object = Napi::Object::New(env);
    object.Set("type", name);
    object.Set("stream", frame->stream);
    object.Set("payload", ToBuffer(env, frame->payload));
    frames.Set(count++, object);
  }
  if (decoder_.broken()) throw Napi::Error::New(env, "the relay sent bytes that are no frame");
  return frames;
}

Napi::Value Endpoint::MakeFrame(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  static const std::pair<const char*, FrameType> kTypes[] = {
      {"open", FrameType::kOpen},   {"data", FrameType::kData}, {"fin", FrameType::kFin},
      {"reset", FrameType::kReset}, {"ping", FrameType::kPing}, {"measure", FrameType::kMeasure}};
  const std::string type = info.Length() > 0 && info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "";
  const uint32_t stream = info.Length() > 1 && info[1].IsNumber() ? info[1].As<Napi::Number>().Uint32Value() : 0;
  for (const auto& [name, value] : kTypes) {
    if (type != name) continue;
    const std::string payload = BytesOf(info[2]);
    if (payload.size() > kMaximumPayload || stream > 65535)
      throw Napi::RangeError::New(env, "payload or stream too large");
    std::string out;
    AppendFrame(out, value, Flow::kVideo, static_cast<uint16_t>(stream), payload);
    return ToBuffer(env, out);
  }
  throw Napi::TypeError::New(env, "unknown frame type");
}

Napi::Value Endpoint::MakeStartFrame(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "options are needed");
  const Napi::Object options = info[0].As<Napi::Object>();
  StartMessage message;
  message.maximum_unacknowledged = options.Get("maximumUnacknowledgedBytes").ToNumber().Uint32Value();
  const char* udp[] = {"video", "control", "audio"};
  const char* tcp[] = {"http", "https", "web", "rtsp"};
  for (size_t index = 0; index < 3; index++) message.udp_ports[index] = Port(options, udp[index]);
  for (size_t index = 0; index < 4; index++) message.tcp_ports[index] = Port(options, tcp[index]);
  message.address = options.Get("address").ToString().Utf8Value();
  const std::string payload = EncodeStart(message);
  if (!DecodeStart(payload)) throw Napi::RangeError::New(env, "address or bound out of range");
  std::string out;
  AppendFrame(out, FrameType::kStart, Flow::kVideo, 0, payload);
  return ToBuffer(env, out);
}

Napi::Value Endpoint::Expect(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "options are needed");
  const Napi::Object options = info[0].As<Napi::Object>();
  std::optional<std::string> ping;
  std::optional<uint32_t> connect;
  if (options.Get("pingPayload").IsString()) {
    ping = options.Get("pingPayload").As<Napi::String>().Utf8Value();
    if (ping->size() != 16) throw Napi::RangeError::New(env, "pingPayload must be 16 characters");
  }
  if (options.Get("connectData").IsNumber()) connect = options.Get("connectData").As<Napi::Number>().Uint32Value();
  sockets_->Expect(std::move(ping), connect);
  return env.Undefined();
}

Napi::Value Endpoint::Statistics(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("receivedBytes", static_cast<double>(sockets_->received_bytes()));
  result.Set("sentBytes", static_cast<double>(sockets_->sent_bytes()));
  result.Set("refusedDatagrams", static_cast<double>(sockets_->refused_datagrams()));
  return result;
}

Napi::Value Endpoint::Ports(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("video", sockets_->port(Flow::kVideo));
  result.Set("control", sockets_->port(Flow::kControl));
  result.Set("audio", sockets_->port(Flow::kAudio));
  return result;
}

Napi::Value Endpoint::Close(const Napi::CallbackInfo& info) {
  sockets_->Close();
  return info.Env().Undefined();
}

}  // namespace vizlink
