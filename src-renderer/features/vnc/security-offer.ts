/**
 * What a VNC server offers before it lets a client in (RFC 6143 section 7.1.2, and VeNCrypt 0.2). It is read beside noVNC, which
 * writes to the console alone that it can use none of it.
 */

const veNCrypt = 19
/** What noVNC speaks, at the first level and inside VeNCrypt: None, VncAuth, RA2ne, Tight, VeNCrypt, XVP, ARD, MSLogonII, Plain. */
const usable = [1, 2, 6, 16, veNCrypt, 22, 30, 113, 256]
const names: Readonly<Record<number, string>> = {
  5: 'RA2',
  18: 'TLS',
  129: 'RA2_256',
  257: 'TLSNone',
  258: 'TLSVnc',
  259: 'TLSPlain',
  260: 'X509None',
  261: 'X509Vnc',
  262: 'X509Plain',
}
const nameOf = (type: number): string => names[type] ?? String(type)

/** Version, two lists of at most 255, and what is between them. */
const mostBytes = 2048

export class SecurityOffer {
  private bytes = new Uint8Array(0)

  /** Takes what the server sends, from its first byte on. */
  take(data: Uint8Array): void {
    if (this.bytes.length >= mostBytes) return
    const more = data.subarray(0, mostBytes - this.bytes.length)
    const all = new Uint8Array(this.bytes.length + more.length)
    all.set(this.bytes)
    all.set(more, this.bytes.length)
    this.bytes = all
  }

  /** Names of all that was offered, where none of it can be used; null otherwise. */
  unusable(): string[] | null {
    const { bytes } = this
    const version = /^RFB 003\.(\d{3})\n$/.exec(String.fromCharCode(...bytes.subarray(0, 12)))?.[1]
    // An older server decides alone.
    if (version === undefined || Number(version) < 7) return null
    const end = 13 + (bytes[12] ?? 0)
    if (bytes.length < end || end === 13) return null
    const types = [...bytes.subarray(13, end)]
    const chosen = types.find((type) => usable.includes(type))
    if (chosen === undefined) return types.map(nameOf)
    if (chosen !== veNCrypt) return null
    // Its version and a status are before its list.
    const count = bytes[end + 3] ?? 0
    const list = end + 4
    if (count === 0 || bytes.length < list + 4 * count) return null
    const view = new DataView(bytes.buffer)
    const inside = Array.from({ length: count }, (_, index) => view.getUint32(list + 4 * index))
    return inside.some((type) => type !== veNCrypt && usable.includes(type)) ? null : inside.map(nameOf)
  }
}
