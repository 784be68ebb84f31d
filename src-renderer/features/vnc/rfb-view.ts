/** Shows a VNC desktop by noVNC, which gets a channel instead of an address. Loaded only when a desktop is shown. */
import RFB from '@novnc/novnc'
import type { FramePort } from '../../api/index.ts'
import { PortChannel } from './port-channel.ts'
import { SecurityOffer } from './security-offer.ts'

export interface RfbListeners {
  /** @param open no password was asked for: everyone who reaches the port is in */
  onShown(open: boolean): void
  /** @param withName the server wants a user name beside the password */
  onPassword(withName: boolean): void
  /** The server refused the login, with its own words. */
  onRefused(reason: string): void
  onEnded(ending: RfbEnding): void
}

export interface RfbEnding {
  /** It ended because a login was refused: another one may be tried. */
  refused: boolean
  /** Names of the logins that the server offers, where the page can use none of them; null otherwise. */
  unusable: string[] | null
  /** Whether it ended before a picture was there. */
  early: boolean
}

export interface RfbView {
  focus(): void
  /** @param name empty where only a password was asked for */
  login(name: string, password: string): void
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

/** A WebSocket of which all that arrives is seen here, too. */
function tapped(url: string, take: (data: Uint8Array) => void): WebSocket {
  const channel = new WebSocket(url)
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) take(new Uint8Array(data))
  })
  return channel
}

export function showRfb(container: Element, port: FramePort, listeners: RfbListeners): RfbView {
  const offer = new SecurityOffer()
  const take = (data: Uint8Array): void => offer.take(data)
  const channel = port.kind === 'web-socket' ? tapped(port.url, take) : new PortChannel(port.port, take)
  const rfb = new RFB(container, channel, { shared: true })
  rfb.scaleViewport = true
  rfb.background = 'transparent'
  let asked = false
  let refused = false
  let early = true
  let over = false
  let disposed = false
  // noVNC lets go of what is pressed when the window loses the keyboard, but not when its picture does, or when it ends.
  const letGo = (): void => modifiers.forEach(([keysym, code]) => rfb.sendKey(keysym, code, false))
  container.addEventListener('focusout', letGo)
  rfb.addEventListener('connect', () => {
    if (disposed) return
    early = false
    listeners.onShown(!asked)
    rfb.focus({ preventScroll: true })
  })
  rfb.addEventListener('credentialsrequired', ({ detail }) => {
    asked = true
    if (!disposed) listeners.onPassword(detail.types?.includes('username') === true)
  })
  // A server's own key (RA2ne) is known nowhere: SSH has proved the node, and the app whose server it is.
  rfb.addEventListener('serververification', () => rfb.approveServer())
  rfb.addEventListener('securityfailure', ({ detail }) => {
    // Refused without having asked, it would refuse the next time too.
    refused = asked
    if (!disposed) listeners.onRefused((detail.reason ?? '').slice(0, 200))
  })
  rfb.addEventListener('disconnect', () => {
    over = true
    if (!disposed) listeners.onEnded({ refused, unusable: early ? offer.unusable() : null, early })
  })
  return {
    focus: () => rfb.focus({ preventScroll: true }),
    login: (username, password) => rfb.sendCredentials({ username, password }),
    dispose() {
      if (disposed) return
      disposed = true
      container.removeEventListener('focusout', letGo)
      if (over) return
      letGo()
      rfb.disconnect()
    },
  }
}
