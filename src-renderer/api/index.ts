/**
 * The page's client of the contract, over a WebSocket or Electron's bridge, and the frame port.
 * What is asked, and what becomes of the answers, belongs to the features.
 */
import '../zod-settings.ts'

export { createClient, createShellTransport, openFramePort, type Client } from './client.ts'
export type { FramePort, TransportState } from './transport.ts'
