// StreamSession: one GameStream connection through moonlight-common-c, as a JavaScript object.
//
// The library keeps its state in globals, so at most one session of a process is active at a time; a second start is
// refused (code EBUSY). Nothing here blocks the JavaScript thread.
#pragma once

#include <napi.h>

#include <memory>

#include "connection.h"

namespace vizlink {

class StreamSession : public Napi::ObjectWrap<StreamSession> {
 public:
  static void Init(Napi::Env env, Napi::Object exports);
  // new StreamSession({ onMessage(message: Buffer), onEvent(event) })
  explicit StreamSession(const Napi::CallbackInfo& info);
  ~StreamSession() override;

 private:
  Napi::Value Start(const Napi::CallbackInfo& info);
  Napi::Value Stop(const Napi::CallbackInfo& info);
  Napi::Value RequestKeyFrame(const Napi::CallbackInfo& info);
  Napi::Value SendInput(const Napi::CallbackInfo& info);
  Napi::Value Statistics(const Napi::CallbackInfo& info);

  Napi::FunctionReference on_message_;
  Napi::FunctionReference on_event_;
  std::shared_ptr<Connection> connection_;
};

}  // namespace vizlink
