'use strict'
/* What Electron 22's own objects lack of Electron 45's. */
require('./polyfills-node.js')
/** What the page's protocol needs of it. A whole fetch would have to be loaded before the page. */
globalThis.Response ??= class {
  constructor(body, { status = 200, headers = {} } = {}) {
    Object.assign(this, { body: body ?? '', status, headers })
  }
}
const electron = require('electron')
const { app, safeStorage } = electron
if (app) {
  app.on('session-created', (ses) => {
    const { protocol } = ses
    if (protocol.handle) return
    protocol.handle = (scheme, handler) => {
      protocol.registerBufferProtocol(scheme, (request, answer) => {
        Promise.resolve(handler({ url: request.url, method: request.method })).then(
          ({ status, headers, body }) => answer({ statusCode: status, headers, data: Buffer.from(body) }),
          (error) => {
            console.error('protocol handler', error)
            answer({ statusCode: 500, data: Buffer.alloc(0) })
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
