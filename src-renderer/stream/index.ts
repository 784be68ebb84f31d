/**
 * A streamed picture: from the frame port through the decoder to the canvas, and input on its way back.
 * Bars, dialogs and texts around it belong to the features.
 */
import '../zod-settings.ts'

export { startStreamView, type StreamView, type StreamViewOptions } from './view.ts'
export type { StreamEndReason, ViewFacts } from './facts.ts'
