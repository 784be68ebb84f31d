/**
 * VNC desktops: their sessions at the portal, the way to their server, and their views.
 * The protocol itself is spoken by the page.
 */
export { VncService } from './service.ts'
