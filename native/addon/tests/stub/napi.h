// What js_channel.h takes of node-addon-api, without Node.js: a queue that a test runs by itself.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

enum napi_status { napi_ok, napi_queue_full, napi_closing };
using napi_env = void*;

namespace Napi {

struct Env {
  napi_env env;
  explicit operator napi_env() const { return env; }
};

struct Function {};

class ThreadSafeFunction {
 public:
  static ThreadSafeFunction New(Env, Function, const char*, size_t, size_t) { return {}; }

  template <typename Data, typename Callback>
  napi_status NonBlockingCall(Data* data, Callback callback) {
    if (refusal != napi_ok) return refusal;
    queue.push_back([data, callback](Env env) { callback(env, Function{}, data); });
    return napi_ok;
  }

  void Release() { released++; }

  // Shared by all: the channel keeps its function to itself.
  static inline napi_status refusal = napi_ok;
  static inline std::vector<std::function<void(Env)>> queue;
  static inline int released = 0;
};

}  // namespace Napi
