import '../zod-settings.ts'

export { createClient, createShellTransport, openFramePort, type Client } from './client.ts'
export type { FramePort, TransportState } from './transport.ts'
