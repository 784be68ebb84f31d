// The one active connection of moonlight-common-c: its threads, its callbacks, its way to JavaScript.
#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "js_channel.h"

struct _DECODE_UNIT;  // NOLINT(bugprone-reserved-identifier): the library's name

namespace vizlink {

// What JavaScript hands to start(); src-main/protocols/native.ts names the units.
struct StartOptions {
  std::string address, app_version, gfe_version, rtsp_session_url;
  int server_codec_mode_support = 0;
  int width = 0, height = 0, fps = 0, bitrate_kbps = 0, packet_size = 0;
  int supported_video_formats = 0, encryption_flags = 0;
  uint8_t key[16] = {};
  int32_t key_id = 0;
};

// Counters that library threads write and JavaScript reads.
struct StreamCounters {
  std::atomic<uint64_t> frames_received{0};
  std::atomic<uint64_t> frames_dropped{0};
  std::atomic<uint64_t> key_frames{0};
  std::atomic<uint64_t> video_bytes{0};
  std::atomic<uint64_t> audio_packets{0};
};

// Runs one connection from start to stop. Shared: the library's threads, the worker and the JavaScript object may each
// be the last to let go.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Null while another connection of this process is active: the library's state is global.
  static std::shared_ptr<Connection> Claim();
  // The active connection, for the library's callbacks.
  static std::shared_ptr<Connection> Active();
  ~Connection();

  // On the JavaScript thread, once, before Run.
  void Bind(Napi::Env env, Napi::Function on_message, Napi::Function on_event);
  // Starts the worker thread, which connects and then waits for the end.
  Napi::Promise Run(Napi::Env env, StartOptions options);
  // Asks the worker to end; the promise settles when the library is down.
  Napi::Promise Stop(Napi::Env env);
  // Asks the worker to end without anybody waiting (the JavaScript object was collected).
  void StopQuietly();
  // Ends and waits (up to about 2 s, the library's ENet linger); for the end of the environment.
  void StopAndJoin();

  bool streaming() const { return streaming_.load(); }
  bool stop_requested() {
    std::lock_guard lock(mutex_);
    return stop_requested_;
  }
  StreamCounters& counters() { return counters_; }

  // Called by the library's callbacks, on its threads. They neither block nor throw.
  int SubmitDecodeUnit(const _DECODE_UNIT* unit);
  void EmitStage(const char* name, const char* status, int code);
  void EmitCode(const char* type, int code);
  void EmitVideoFormat(int width, int height, int fps);

 private:
  Connection() = default;
  void Work(StartOptions options);
  bool Post(std::unique_ptr<std::string> message);

  StreamCounters counters_;
  JsChannel messages_;
  JsChannel events_;
  std::thread worker_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_requested_ = false;
  bool in_start_call_ = false;
  std::atomic<bool> streaming_{false};
  // Set after dropping: frames are dropped until a key frame comes.
  std::atomic<bool> need_key_frame_{false};
  std::unique_ptr<Napi::Promise::Deferred> started_;
  std::unique_ptr<Napi::Promise::Deferred> stopped_;
  bool ended_ = false;
};

}  // namespace vizlink
