/** Shows a VNC desktop by noVNC, which gets a channel instead of an address. Loaded only when a desktop is shown. */
import RFB from '@novnc/novnc'
import type { FramePort } from '../../api/index.ts'
import { PortChannel } from './port-channel.ts'

export interface RfbListeners {
  /** @param open no password was asked for: everyone who reaches the port is in */
  onShown(open: boolean): void
  onPassword(): void
  /** The server refused the login, with its own words. */
  onRefused(reason: string): void
  /** @param refused it ended because a password was refused: another one may be tried */
  onEnded(refused: boolean): void
}

export interface RfbView {
  focus(): void
  login(password: string): void
  dispose(): void
}

/** Keysym and place of each key that is held while another is pressed (X11 keysymdef.h). */
const modifiers: readonly [number, string][] = [
  [0xffe1, 'ShiftLeft'],
  [0xffe2, 'ShiftRight'],
  [0xffe3, 'ControlLeft'],
  [0xffe4, 'ControlRight'],
  [0xffe9, 'AltLeft'],
  [0xffea, 'AltRight'],
  [0xfe03, 'AltRight'],
  [0xffeb, 'MetaLeft'],
  [0xffec, 'MetaRight'],
]

export function showRfb(container: Element, port: FramePort, listeners: RfbListeners): RfbView {
  const channel = port.kind === 'web-socket' ? new WebSocket(port.url) : new PortChannel(port.port)
  const rfb = new RFB(container, channel, { shared: true })
  rfb.scaleViewport = true
  rfb.background = 'transparent'
  let asked = false
  let refused = false
  let disposed = false
  // noVNC lets go of what is pressed when the window loses the keyboard, but not when its picture does, or when it ends.
  const letGo = (): void => modifiers.forEach(([keysym, code]) => rfb.sendKey(keysym, code, false))
  container.addEventListener('focusout', letGo)
  rfb.addEventListener('connect', () => {
    if (disposed) return
    listeners.onShown(!asked)
    rfb.focus({ preventScroll: true })
  })
  rfb.addEventListener('credentialsrequired', () => {
    asked = true
    if (!disposed) listeners.onPassword()
  })
  rfb.addEventListener('securityfailure', ({ detail }) => {
    // Refused without having asked, it would refuse the next time too.
    refused = asked
    if (!disposed) listeners.onRefused((detail.reason ?? '').slice(0, 200))
  })
  rfb.addEventListener('disconnect', () => {
    if (!disposed) listeners.onEnded(refused)
  })
  return {
    focus: () => rfb.focus({ preventScroll: true }),
    login: (password) => rfb.sendCredentials({ password }),
    dispose() {
      if (disposed) return
      disposed = true
      container.removeEventListener('focusout', letGo)
      letGo()
      rfb.disconnect()
    },
  }
}
