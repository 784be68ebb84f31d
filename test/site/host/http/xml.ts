/** XML answers of nvhttp: always HTTP 200; success or failure is the root element's status_code. */

export type XmlValue = string | number | XmlNode[]
export type XmlNode = [name: string, value: XmlValue]

const names: Record<string, string> = { '<': 'lt', '>': 'gt', '&': 'amp', '"': 'quot', "'": 'apos' }
const escape = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => `&${names[character] ?? ''};`)

function render(nodes: XmlNode[]): string {
  return nodes
    .map(
      ([name, value]) => `<${name}>${Array.isArray(value) ? render(value) : escape(String(value))}</${name}>`,
    )
    .join('')
}

/** A document with `root status_code="..."`; attributes are in the order given. */
export function xmlAnswer(attributes: [string, string | number][], nodes: XmlNode[]): string {
  const text = attributes.map(([name, value]) => ` ${name}="${escape(String(value))}"`).join('')
  const body = nodes.length === 0 ? `<root${text}/>` : `<root${text}>${render(nodes)}</root>`
  return `<?xml version="1.0" encoding="utf-8"?>\n${body}`
}

export const success = (nodes: XmlNode[]): string => xmlAnswer([['status_code', 200]], nodes)

export function refusal(code: number, message: string, nodes: XmlNode[] = []): string {
  return xmlAnswer(
    [
      ['status_code', code],
      ['status_message', message],
    ],
    nodes,
  )
}
