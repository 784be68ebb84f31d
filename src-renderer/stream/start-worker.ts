/** Starts the decoder's worker. The page's CSP allows script URLs from this one policy only. */
import workerUrl from './decode-worker.ts?worker&url'
import type { FromDecodeWorker, ToDecodeWorker } from './worker-messages.ts'

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

let policy: { createScriptURL(url: string): string } | null = null

function scriptUrl(url: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  if (!types) return url
  // A policy may be made only once.
  policy ??= types.createPolicy('vizlink-worker', {
    createScriptURL(candidate) {
      if (new URL(candidate, location.href).origin !== location.origin)
        throw new TypeError('a foreign script')
      return candidate
    },
  })
  return policy.createScriptURL(url)
}

export interface DecodeWorker {
  send(message: ToDecodeWorker, transfer?: Transferable[]): void
  /** Lets the worker close its port, then ends it. */
  end(): void
}

const endAfterMs = 1000

/** @param onFailed the worker could not be loaded, or threw */
export function startDecodeWorker(
  onMessage: (message: FromDecodeWorker) => void,
  onFailed: (reason: string) => void,
): DecodeWorker {
  const worker = new Worker(scriptUrl(workerUrl), { type: 'module', name: 'vizlink-decoder' })
  worker.addEventListener('message', ({ data }: MessageEvent<FromDecodeWorker>) => onMessage(data))
  worker.addEventListener('error', (event) => onFailed(event.message || 'the worker could not be loaded'))
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    end() {
      worker.postMessage({ type: 'stop' } satisfies ToDecodeWorker)
      window.setTimeout(() => worker.terminate(), endAfterMs)
    },
  }
}
