import './no-eval.ts'

export { createClient, createShellTransport, openFramePort, type Client } from './client.ts'
export type { FramePort, Transport, TransportState } from './transport.ts'
