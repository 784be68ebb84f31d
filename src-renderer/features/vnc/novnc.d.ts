/** The part of noVNC that is used (its package has no types of its own). */
declare module '@novnc/novnc' {
  export default class RFB {
    /** @param channel a WebSocket, or an object with the same members that are used (docs/API.md, docs/LIBRARY.md) */
    constructor(target: Element, channel: unknown, options?: { shared?: boolean })
    scaleViewport: boolean
    background: string
    addEventListener(
      type: 'connect' | 'disconnect' | 'credentialsrequired' | 'securityfailure' | 'serververification',
      listener: (event: CustomEvent<{ clean?: boolean; reason?: string; types?: string[] }>) => void,
    ): void
    sendCredentials(credentials: { username: string; password: string }): void
    approveServer(): void
    /** @param code as `KeyboardEvent.code` */
    sendKey(keysym: number, code: string, down?: boolean): void
    focus(options?: FocusOptions): void
    disconnect(): void
  }
}
