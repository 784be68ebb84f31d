#include "connection.h"

#include <Limelight.h>

#include <chrono>
#include <cstring>

namespace vizlink {

namespace {

// Messages that may wait for the JavaScript thread; beyond that whole frames are dropped until a key frame.
constexpr size_t kMessageQueueLimit = 32;
constexpr size_t kHeaderSize = 32;

std::mutex g_active_mutex;
std::shared_ptr<Connection> g_active;

double UnixMilliseconds() {
  using namespace std::chrono;
  return duration<double, std::milli>(system_clock::now().time_since_epoch()).count();
}

template <typename T>
void Put(std::string& message, size_t offset, T value) {
  std::memcpy(message.data() + offset, &value, sizeof value);
}

// The header of src-main/shared/stream-port.ts (little endian, as every platform we build for).
void PutHeader(std::string& message, uint8_t type, uint16_t flags, uint32_t frame, uint32_t rtp_timestamp,
               double received_at) {
  Put<uint8_t>(message, 0, 1);
  Put<uint8_t>(message, 1, type);
  Put<uint16_t>(message, 2, flags);
  Put<uint32_t>(message, 4, frame);
  Put<uint32_t>(message, 8, static_cast<uint32_t>(message.size() - kHeaderSize));
  Put<uint32_t>(message, 12, rtp_timestamp);
  Put<double>(message, 16, received_at);
  Put<double>(message, 24, UnixMilliseconds());
}

// ---- what the library calls ----

int OnVideoSetup(int format, int width, int height, int fps, void*, int) {
  // The page decodes nothing else, and nothing else was asked for.
  if ((format & VIDEO_FORMAT_MASK_H264) == 0) return -1;
  if (auto active = Connection::Active()) active->EmitVideoFormat(width, height, fps);
  return 0;
}

int OnDecodeUnit(PDECODE_UNIT unit) {
  auto active = Connection::Active();
  return active ? active->SubmitDecodeUnit(unit) : DR_OK;
}

int OnAudioInit(int, const POPUS_MULTISTREAM_CONFIGURATION, void*, int) { return 0; }

// Nothing plays sound yet. It is counted here and goes no further: 200 packets a second would take the pictures' places
// in the queue to JavaScript. The library passes nothing (no data) where a packet is lost.
void OnAudio(char* data, int) {
  if (data == nullptr) return;
  if (auto active = Connection::Active()) active->counters().audio_packets++;
}

void OnStageStarting(int stage) {
  auto active = Connection::Active();
  if (!active) return;
  // LiStartConnection begins by forgetting interrupts: one that came just before would be lost.
  if (active->stop_requested()) LiInterruptConnection();
  active->EmitStage(LiGetStageName(stage), "starting", 0);
}

void OnStageComplete(int stage) {
  if (auto active = Connection::Active()) active->EmitStage(LiGetStageName(stage), "complete", 0);
}

void OnStageFailed(int stage, int code) {
  if (auto active = Connection::Active()) active->EmitStage(LiGetStageName(stage), "failed", code);
}

void OnTerminated(int code) {
  if (auto active = Connection::Active()) active->EmitCode("terminated", code);
}

void OnStatus(int status) {
  if (auto active = Connection::Active()) active->EmitCode("quality", status);
}

// The library's log is dropped: its useful part reaches JavaScript as stages and codes, and it may name addresses.
void OnLog(const char*, ...) {}

}  // namespace

std::shared_ptr<Connection> Connection::Claim() {
  std::lock_guard lock(g_active_mutex);
  if (g_active) return nullptr;
  g_active = std::shared_ptr<Connection>(new Connection());
  return g_active;
}

std::shared_ptr<Connection> Connection::Active() {
  std::lock_guard lock(g_active_mutex);
  return g_active;
}

Connection::~Connection() {
  // The worker itself may hold the last reference: a thread cannot join itself.
  if (worker_.joinable()) worker_.detach();
}

void Connection::Bind(Napi::Env env, Napi::Function on_message, Napi::Function on_event) {
  messages_.Open(env, on_message, "vizlink stream messages", kMessageQueueLimit);
  events_.Open(env, on_event, "vizlink stream events", 0);
}

Napi::Promise Connection::Run(Napi::Env env, StartOptions options) {
  started_ = std::make_unique<Napi::Promise::Deferred>(env);
  Napi::Promise promise = started_->Promise();
  auto self = shared_from_this();
  std::lock_guard lock(mutex_);
  worker_ = std::thread([self, options = std::move(options)] { self->Work(options); });
  return promise;
}

void Connection::Work(StartOptions options) {
  auto self = shared_from_this();
  SERVER_INFORMATION server;
  LiInitializeServerInformation(&server);
  server.address = options.address.c_str();
  server.serverInfoAppVersion = options.app_version.c_str();
  server.serverInfoGfeVersion = options.gfe_version.c_str();
  server.rtspSessionUrl = options.rtsp_session_url.c_str();
  server.serverCodecModeSupport = options.server_codec_mode_support;

  STREAM_CONFIGURATION stream;
  LiInitializeStreamConfiguration(&stream);
  stream.width = options.width;
  stream.height = options.height;
  stream.fps = options.fps;
  stream.bitrate = options.bitrate_kbps;
  stream.packetSize = options.packet_size;
  // AUTO would set the packet size to 1024, because 127/8 is not "private" to the library.
  stream.streamingRemotely = STREAM_CFG_LOCAL;
  stream.audioConfiguration = AUDIO_CONFIGURATION_STEREO;
  stream.supportedVideoFormats = options.supported_video_formats;
  stream.colorSpace = COLORSPACE_REC_709;
  stream.colorRange = COLOR_RANGE_LIMITED;
  stream.encryptionFlags = options.encryption_flags;
  std::memcpy(stream.remoteInputAesKey, options.key, sizeof options.key);
  const uint32_t id = static_cast<uint32_t>(options.key_id);
  const uint8_t id_bytes[4] = {uint8_t(id >> 24), uint8_t(id >> 16), uint8_t(id >> 8), uint8_t(id)};
  std::memcpy(stream.remoteInputAesIv, id_bytes, sizeof id_bytes);

  DECODER_RENDERER_CALLBACKS video;
  LiInitializeVideoCallbacks(&video);
  video.setup = OnVideoSetup;
  video.submitDecodeUnit = OnDecodeUnit;
  AUDIO_RENDERER_CALLBACKS audio;
  LiInitializeAudioCallbacks(&audio);
  audio.init = OnAudioInit;
  audio.decodeAndPlaySample = OnAudio;
  audio.capabilities = CAPABILITY_DIRECT_SUBMIT;
  CONNECTION_LISTENER_CALLBACKS listener;
  LiInitializeConnectionCallbacks(&listener);
  listener.stageStarting = OnStageStarting;
  listener.stageComplete = OnStageComplete;
  listener.stageFailed = OnStageFailed;
  listener.connectionTerminated = OnTerminated;
  listener.connectionStatusUpdate = OnStatus;
  listener.logMessage = OnLog;

  bool start = false;
  {
    std::lock_guard lock(mutex_);
    start = in_start_call_ = !stop_requested_;
  }
  const int code = start ? LiStartConnection(&server, &stream, &listener, &video, &audio, nullptr, 0, nullptr, 0) : -1;
  {
    std::unique_lock lock(mutex_);
    in_start_call_ = false;
    streaming_ = code == 0 && !stop_requested_;
    events_.Call([self, code](Napi::Env env, Napi::Function) {
      if (self->started_) self->started_->Resolve(Napi::Number::New(env, code));
      self->started_.reset();
    });
    if (code == 0) wake_.wait(lock, [this] { return stop_requested_; });
  }
  streaming_ = false;
  if (code == 0) LiStopConnection();

  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    // Last words on the event channel. Joined first, so that a new start may follow the promise at once.
    events_.Call([self](Napi::Env env, Napi::Function) {
      if (self->worker_.joinable()) self->worker_.join();
      if (self->stopped_) self->stopped_->Resolve(env.Undefined());
      self->stopped_.reset();
    });
  }
  messages_.Close();
  events_.Close();
  std::lock_guard lock(g_active_mutex);
  if (g_active == self) g_active.reset();
}

Napi::Promise Connection::Stop(Napi::Env env) {
  {
    std::lock_guard lock(mutex_);
    if (stopped_) return stopped_->Promise();
    if (ended_) {
      auto deferred = Napi::Promise::Deferred::New(env);
      deferred.Resolve(env.Undefined());
      return deferred.Promise();
    }
    stopped_ = std::make_unique<Napi::Promise::Deferred>(env);
  }
  StopQuietly();
  return stopped_->Promise();
}

void Connection::StopQuietly() {
  std::lock_guard lock(mutex_);
  stop_requested_ = true;
  // From now on the worker may free what input and requests for key frames go through.
  streaming_ = false;
  // A start that hangs in a connect or in RTSP returns soon after this; an interrupt outside a start is never sent.
  if (in_start_call_) LiInterruptConnection();
  wake_.notify_all();
}

void Connection::StopAndJoin() {
  StopQuietly();
  if (worker_.joinable()) worker_.join();
}

int Connection::SubmitDecodeUnit(const _DECODE_UNIT* unit) {
  counters_.frames_received++;
  counters_.video_bytes += static_cast<uint64_t>(unit->fullLength);
  const bool key_frame = unit->frameType == FRAME_TYPE_IDR;
  if (key_frame) {
    counters_.key_frames++;
    need_key_frame_ = false;
  } else if (need_key_frame_) {
    counters_.frames_dropped++;
    return DR_OK;
  }
  auto message = std::make_unique<std::string>();
  message->reserve(kHeaderSize + static_cast<size_t>(unit->fullLength));
  message->resize(kHeaderSize);
  for (PLENTRY entry = unit->bufferList; entry != nullptr; entry = entry->next) {
    message->append(entry->data, static_cast<size_t>(entry->length));
  }
  // The last shard's zero padding: no NAL unit ends with a zero byte.
  while (message->size() > kHeaderSize && message->back() == 0) message->pop_back();
  const double age_ms = static_cast<double>(LiGetMicroseconds() - unit->receiveTimeUs) / 1000.0;
  PutHeader(*message, 2, key_frame ? 1 : 0, static_cast<uint32_t>(unit->frameNumber), unit->rtpTimestamp,
            UnixMilliseconds() - age_ms);
  if (Post(std::move(message))) return DR_OK;
  counters_.frames_dropped++;
  need_key_frame_ = true;
  return DR_NEED_IDR;
}

bool Connection::Post(std::unique_ptr<std::string> message) {
  return messages_.Call([held = std::move(message)](Napi::Env env, Napi::Function function) mutable {
    Napi::HandleScope scope(env);
    function.Call({Napi::Buffer<char>::Copy(env, held->data(), held->size())});
  });
}

void Connection::EmitStage(const char* name, const char* status, int code) {
  events_.Call([name = std::string(name ? name : ""), status, code](Napi::Env env, Napi::Function function) {
    Napi::Object event = Napi::Object::New(env);
    event.Set("type", "stage");
    event.Set("name", name);
    event.Set("status", status);
    event.Set("code", code);
    function.Call({event});
  });
}

void Connection::EmitCode(const char* type, int code) {
  events_.Call([type, code](Napi::Env env, Napi::Function function) {
    Napi::Object event = Napi::Object::New(env);
    event.Set("type", type);
    event.Set("code", code);
    function.Call({event});
  });
}

void Connection::EmitVideoFormat(int width, int height, int fps) {
  events_.Call([width, height, fps](Napi::Env env, Napi::Function function) {
    Napi::Object event = Napi::Object::New(env);
    event.Set("type", "video-format");
    event.Set("codec", "H.264");
    event.Set("width", width);
    event.Set("height", height);
    event.Set("fps", fps);
    function.Call({event});
  });
}

}  // namespace vizlink
