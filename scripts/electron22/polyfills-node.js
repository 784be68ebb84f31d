'use strict'
/* What Electron 22 (Node 16.17, V8 10.8) lacks of Electron 45. Loaded before the product's code; the product's sources stay as they are. */
require('./polyfills-web.js')
const g = globalThis
const define = (o, n, v) => {
  if (!(n in o)) Object.defineProperty(o, n, { value: v, writable: true, configurable: true })
}
/** As Node.js itself has them: what is behind a global is loaded when it is used. */
const defineLater = (n, load) => {
  if (n in g) return
  const set = (value) => Object.defineProperty(g, n, { value, writable: true, configurable: true })
  Object.defineProperty(g, n, { get: () => (set(load()), g[n]), set, configurable: true })
}
defineLater('crypto', () => require('node:crypto').webcrypto)
defineLater('CryptoKey', () => require('node:crypto').webcrypto.CryptoKey ?? class CryptoKey {})
define(g, 'structuredClone', (v) => {
  const v8 = require('node:v8')
  return v8.deserialize(v8.serialize(v))
})
/*
 * This Node.js never ends where objects of a registry are collected while it ends (nodejs/node#47748, mended in 20): it keeps
 * none. What depends on one, as `AbortSignal.timeout` of its own does, is only memory.
 */
g.FinalizationRegistry = class FinalizationRegistry {
  register() {}
  unregister() {}
}
AbortSignal.timeout = (ms) => {
  const c = new AbortController()
  setTimeout(
    () =>
      c.abort(Object.assign(new Error('The operation was aborted due to timeout'), { name: 'TimeoutError' })),
    ms,
  ).unref()
  return c.signal
}
if (!('throwIfAborted' in AbortSignal.prototype))
  define(AbortSignal.prototype, 'throwIfAborted', function () {
    if (this.aborted) throw this.reason
  })
define(Symbol, 'dispose', Symbol('Symbol.dispose'))
define(Symbol, 'asyncDispose', Symbol('Symbol.asyncDispose'))
const events = require('node:events')
const util = require('node:util')
define(util, 'styleText', (_f, t) => t)
define(events, 'addAbortListener', (s, l) => {
  s.addEventListener('abort', l, { once: true })
  return {
    [Symbol.dispose]() {
      s.removeEventListener('abort', l)
    },
  }
})
defineLater('Blob', () => require('node:buffer').Blob)
defineLater(
  'File',
  () =>
    class File extends Blob {
      constructor(p, n, o) {
        super(p, o)
        this.name = n
      }
    },
)
for (const n of [
  'ReadableStream',
  'WritableStream',
  'TransformStream',
  'ByteLengthQueuingStrategy',
  'CountQueuingStrategy',
  'TextDecoderStream',
  'TextEncoderStream',
  'CompressionStream',
  'DecompressionStream',
])
  defineLater(n, () => require('node:stream/web')[n])
for (const n of ['BroadcastChannel', 'MessageChannel', 'MessagePort'])
  defineLater(n, () => require('node:worker_threads')[n])
define(g, 'navigator', { hardwareConcurrency: require('node:os').cpus().length, userAgent: 'Node.js/16' })
defineLater('DOMException', () => {
  try {
    atob('%')
  } catch (e) {
    return e.constructor
  }
})
define(process, 'getBuiltinModule', (n) => {
  try {
    return require(n)
  } catch {
    return undefined
  }
})
const dc = require('node:diagnostics_channel')
define(dc, 'tracingChannel', (name) => {
  const channels = Object.fromEntries(
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((n) => [n, dc.channel(`tracing:${name}:${n}`)]),
  )
  return {
    ...channels,
    get hasSubscribers() {
      return Object.values(channels).some((c) => c.hasSubscribers)
    },
    traceSync: (f, _c, self, ...a) => Reflect.apply(f, self, a),
    tracePromise: (f, _c, self, ...a) => Reflect.apply(f, self, a),
  }
})
