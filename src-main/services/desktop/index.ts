/**
 * A desktop that somebody looks at, streamed or VNC: from the click to the picture, back after a loss, and its end.
 * One machine drives both kinds; what differs is the last part, the path of the picture.
 */
export type { Desktop } from './desktop.ts'
export { FramePorts } from './frame-ports.ts'
export { DesktopService } from './service.ts'
