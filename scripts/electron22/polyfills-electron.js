'use strict'
/* What Electron 22's own objects lack of Electron 45's. */
require('./polyfills-node.js')
const undici = require('undici')
for (const n of ['fetch', 'Headers', 'Request', 'Response', 'FormData'])
  if (!(n in globalThis)) globalThis[n] = undici[n]
const electron = require('electron')
const { Readable } = require('node:stream')
const { app, safeStorage } = electron
if (app) {
  app.on('session-created', (ses) => {
    const { protocol } = ses
    if (protocol.handle) return
    protocol.handle = (scheme, handler) => {
      protocol.registerStreamProtocol(scheme, (request, answer) => {
        // undici's Request refuses schemes other than http: a plain object with what the product reads
        Promise.resolve(
          handler({ url: request.url, method: request.method, headers: new undici.Headers(request.headers) }),
        ).then(
          async (response) => {
            const body = Buffer.from(await response.arrayBuffer())
            answer({
              statusCode: response.status,
              headers: Object.fromEntries(response.headers),
              data: Readable.from([body]),
            })
          },
          (error) => {
            console.error('protocol handler', error)
            answer({ statusCode: 500, data: Readable.from([]) })
          },
        )
      })
    }
    // the same object must be handed out later
    Object.defineProperty(ses, 'protocol', { value: protocol })
  })
  // `event.url` came with Electron 25.
  app.on('web-contents-created', (_e, contents) => {
    for (const name of ['will-navigate', 'will-redirect'])
      contents.prependListener(name, (event, url) => {
        if (event.url === undefined) event.url = url
      })
  })
  if (!safeStorage.isAsyncEncryptionAvailable) {
    safeStorage.isAsyncEncryptionAvailable = async () => safeStorage.isEncryptionAvailable()
    safeStorage.encryptStringAsync = async (t) => safeStorage.encryptString(t)
    safeStorage.decryptStringAsync = async (b) => ({
      result: safeStorage.decryptString(b),
      shouldReEncrypt: false,
    })
  }
}
