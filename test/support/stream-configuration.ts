/** A configuration that fits the contract, for tests that do not look at it. */
import type { StreamConfiguration } from '../../src-main/shared/stream-port.ts'

export const anyConfiguration: StreamConfiguration = {
  codec: 'H.264',
  width: 640,
  height: 360,
  fps: 30,
}
