// Endpoint: the user's end of a link. Frames of the SSH channel become datagrams on loopback and back; JavaScript sees
// only whole chunks of the channel and the frames of TCP streams.
#pragma once

#include <napi.h>

#include <memory>

#include "endpoint_sockets.h"
#include "framing.h"

namespace vizlink {

class Endpoint : public Napi::ObjectWrap<Endpoint> {
 public:
  static void Init(Napi::Env env, Napi::Object exports);
  // new Endpoint(onSend: (chunk: Buffer) => void): binds three UDP ports on 127.0.0.1.
  explicit Endpoint(const Napi::CallbackInfo& info);
  ~Endpoint() override;

 private:
  // receive(chunk): frames for JavaScript as objects; throws once the relay sent something that is no frame.
  Napi::Value Receive(const Napi::CallbackInfo& info);
  // frame(type, stream, payload?): bytes of one frame for the channel.
  static Napi::Value MakeFrame(const Napi::CallbackInfo& info);
  // startFrame({...}): bytes of START.
  static Napi::Value MakeStartFrame(const Napi::CallbackInfo& info);
  // expect({ pingPayload?, connectData? }): what the first datagrams of the coming stream carry.
  Napi::Value Expect(const Napi::CallbackInfo& info);
  Napi::Value Statistics(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  Napi::Value Ports(const Napi::CallbackInfo& info);

  FrameDecoder decoder_;
  std::shared_ptr<EndpointSockets> sockets_;
};

}  // namespace vizlink
