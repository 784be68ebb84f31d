import '../zod-settings.ts'

export { startStreamView, type StreamView, type StreamViewOptions } from './view.ts'
export type { StreamEndReason, ViewFacts } from './facts.ts'
