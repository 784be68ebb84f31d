#include <napi.h>

#include "endpoint.h"
#include "stream_session.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  vizlink::StreamSession::Init(env, exports);
  vizlink::Endpoint::Init(env, exports);
  return exports;
}

NODE_API_MODULE(vizlink_native, Init)
