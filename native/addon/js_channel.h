// A way from native threads to one JavaScript function, safe against the environment's end.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>

namespace vizlink {

// Node.js may close a thread-safe function under a running thread. After the first refusal it must not be touched
// again by any thread, so every use goes through this lock.
class JsChannel {
 public:
  void Open(Napi::Env env, Napi::Function function, const char* name, size_t queue_limit) {
    std::lock_guard lock(mutex_);
    function_ = Napi::ThreadSafeFunction::New(env, function, name, queue_limit, 1);
    open_ = true;
  }

  // Calls `callback(env, function)` on the JavaScript thread. False if the queue is full or the channel is closed;
  // then `callback` was destroyed without having run.
  template <typename Callback>
  bool Call(Callback callback) {
    std::lock_guard lock(mutex_);
    if (!open_) return false;
    auto* data = new Callback(std::move(callback));
    const napi_status status =
        function_.NonBlockingCall(data, [](Napi::Env env, Napi::Function function, Callback* held) {
          // Freed also where the callback throws.
          const std::unique_ptr<Callback> owned(held);
          // An empty environment means that Node.js is shutting down: only free.
          if (static_cast<napi_env>(env) != nullptr) (*owned)(env, function);
        });
    if (status == napi_ok) return true;
    delete data;
    if (status != napi_queue_full) open_ = false;
    return false;
  }

  void Close() {
    std::lock_guard lock(mutex_);
    if (!open_) return;
    open_ = false;
    function_.Release();
  }

 private:
  std::mutex mutex_;
  Napi::ThreadSafeFunction function_;
  bool open_ = false;
};

}  // namespace vizlink
