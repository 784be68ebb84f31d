#include "stream_session.h"

#include <Limelight.h>
#include <uv.h>

#include <string>

#include "input_records.h"

namespace vizlink {

namespace {

Napi::Error CodedError(Napi::Env env, const char* code, const std::string& text) {
  Napi::Error error = Napi::Error::New(env, text);
  error.Set("code", code);
  return error;
}

std::string Text(const Napi::Object& options, const char* name, size_t limit) {
  const Napi::Value value = options.Get(name);
  if (!value.IsString()) throw Napi::TypeError::New(options.Env(), std::string(name) + " must be a string");
  std::string text = value.As<Napi::String>();
  if (text.size() > limit) throw Napi::RangeError::New(options.Env(), std::string(name) + " is too long");
  return text;
}

int Integer(const Napi::Object& options, const char* name, double minimum, double maximum) {
  const Napi::Value value = options.Get(name);
  if (!value.IsNumber()) throw Napi::TypeError::New(options.Env(), std::string(name) + " must be a number");
  const double number = value.As<Napi::Number>();
  if (!(number >= minimum && number <= maximum) || number != static_cast<double>(static_cast<int64_t>(number))) {
    throw Napi::RangeError::New(options.Env(), std::string(name) + " is out of range");
  }
  return static_cast<int>(number);
}

void ReadKey(const Napi::Object& options, uint8_t (&key)[16]) {
  const std::string hex = Text(options, "remoteInputKey", 32);
  if (hex.size() != 32 || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
    throw Napi::RangeError::New(options.Env(), "remoteInputKey must be 32 hex digits");
  }
  for (size_t index = 0; index < 16; index++) {
    key[index] = static_cast<uint8_t>(std::stoi(hex.substr(index * 2, 2), nullptr, 16));
  }
}

// GameStream alone is not secure: the library talks to an endpoint (or a host) on this machine, and to no other.
bool IsLoopback(const std::string& address) {
  uint8_t parsed[4] = {};
  return uv_inet_pton(AF_INET, address.c_str(), parsed) == 0 && parsed[0] == 127;
}

// `rtsp://ADDRESS:PORT` or `rtspenc://ADDRESS:PORT` with the loopback address that the stream uses.
bool IsSessionUrl(const std::string& url, const std::string& address) {
  for (const std::string scheme : {"rtsp://", "rtspenc://"}) {
    const std::string start = scheme + address + ":";
    if (url.rfind(start, 0) != 0) continue;
    const std::string port = url.substr(start.size());
    return !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  }
  return false;
}

StartOptions ReadOptions(const Napi::Object& object) {
  StartOptions options;
  options.address = Text(object, "address", 64);
  if (!IsLoopback(options.address)) throw Napi::RangeError::New(object.Env(), "address must be on loopback");
  options.app_version = Text(object, "appVersion", 64);
  options.gfe_version = Text(object, "gfeVersion", 64);
  options.rtsp_session_url = Text(object, "rtspSessionUrl", 256);
  if (!IsSessionUrl(options.rtsp_session_url, options.address)) {
    throw Napi::RangeError::New(object.Env(), "rtspSessionUrl must name a port at the address");
  }
  options.server_codec_mode_support = Integer(object, "serverCodecModeSupport", 1, 0x7fffffff);
  options.width = Integer(object, "width", 64, 8192);
  options.height = Integer(object, "height", 64, 8192);
  options.fps = Integer(object, "fps", 1, 480);
  options.bitrate_kbps = Integer(object, "bitrateKbps", 100, 500000);
  options.packet_size = Integer(object, "packetSize", 784, 8192);
  options.supported_video_formats = Integer(object, "supportedVideoFormats", 1, 0xffff);
  options.encryption_flags = Integer(object, "encryptionFlags", -1, 3);
  options.key_id = Integer(object, "remoteInputKeyId", -2147483648.0, 2147483647.0);
  ReadKey(object, options.key);
  return options;
}

// At the end of the environment (process exit, worker end) the library's threads must be down before its code goes.
void StopActive(void*) {
  if (auto active = Connection::Active()) active->StopAndJoin();
}

}  // namespace

void StreamSession::Init(Napi::Env env, Napi::Object exports) {
  exports.Set("StreamSession", DefineClass(env, "StreamSession",
                                           {
                                               InstanceMethod<&StreamSession::Start>("start"),
                                               InstanceMethod<&StreamSession::Stop>("stop"),
                                               InstanceMethod<&StreamSession::RequestKeyFrame>("requestKeyFrame"),
                                               InstanceMethod<&StreamSession::SendInput>("sendInput"),
                                               InstanceMethod<&StreamSession::Statistics>("statistics"),
                                           }));
  napi_add_env_cleanup_hook(env, StopActive, nullptr);
}

StreamSession::StreamSession(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StreamSession>(info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "callbacks are needed");
  Napi::Object callbacks = info[0].As<Napi::Object>();
  if (!callbacks.Get("onMessage").IsFunction() || !callbacks.Get("onEvent").IsFunction()) {
    throw Napi::TypeError::New(env, "onMessage and onEvent must be functions");
  }
  on_message_ = Napi::Persistent(callbacks.Get("onMessage").As<Napi::Function>());
  on_event_ = Napi::Persistent(callbacks.Get("onEvent").As<Napi::Function>());
}

StreamSession::~StreamSession() {
  if (connection_) connection_->StopQuietly();
}

Napi::Value StreamSession::Start(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) throw Napi::TypeError::New(env, "options are needed");
  StartOptions options = ReadOptions(info[0].As<Napi::Object>());
  auto connection = Connection::Claim();
  if (!connection) throw CodedError(env, "EBUSY", "another stream of this process is active");
  connection->Bind(env, on_message_.Value(), on_event_.Value());
  connection_ = connection;
  return connection->Run(env, std::move(options));
}

Napi::Value StreamSession::Stop(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (connection_) return connection_->Stop(env);
  auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Resolve(env.Undefined());
  return deferred.Promise();
}

Napi::Value StreamSession::RequestKeyFrame(const Napi::CallbackInfo& info) {
  if (connection_ && connection_->streaming()) LiRequestIdrFrame();
  return info.Env().Undefined();
}

Napi::Value StreamSession::SendInput(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsBuffer()) throw Napi::TypeError::New(env, "a Buffer of input records is needed");
  if (!connection_ || !connection_->streaming()) return Napi::Number::New(env, 0);
  auto payload = info[0].As<Napi::Buffer<uint8_t>>();
  return Napi::Number::New(env, SendInputRecords(payload.Data(), payload.Length()));
}

Napi::Value StreamSession::Statistics(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Object result = Napi::Object::New(env);
  const bool streaming = connection_ && connection_->streaming();
  const auto count = [&](const char* name, uint64_t value) { result.Set(name, static_cast<double>(value)); };
  static StreamCounters none;
  StreamCounters& counters = connection_ ? connection_->counters() : none;
  count("framesReceived", counters.frames_received);
  count("framesDropped", counters.frames_dropped);
  count("keyFrames", counters.key_frames);
  count("videoBytes", counters.video_bytes);
  count("audioPackets", counters.audio_packets);
  uint32_t rtt = 0, variance = 0;
  if (streaming && LiGetEstimatedRttInfo(&rtt, &variance)) result.Set("roundTripMs", rtt);
  else result.Set("roundTripMs", env.Null());
  return result;
}

}  // namespace vizlink
