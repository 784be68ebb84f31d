/** nvhttp's XML: a `root` element whose status_code says how it went. */
import { XMLParser } from 'fast-xml-parser'
import { excerpt } from '../../shared/bounds.ts'
import { fail } from '../../shared/errors.ts'

const maximumXml = 256 * 1024
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // The five of XML itself; documents that declare more are refused below.
  processEntities: true,
})

export interface NvhttpAnswer {
  /** 200 is success, whatever the HTTP status was. */
  code: number
  message: string
  /** Text of a direct child element; null where it is missing or has children. */
  text(name: string): string | null
  /** Texts of `child` in every direct child element called `name`. */
  list(name: string, child: string): string[]
}

function notXml(): Error {
  return fail('host-not-ready', 'not-its-protocol')
}

/** Reads an answer. @throws VizlinkError host-not-ready when it is none (or too large) */
export function parseNvhttp(body: string): NvhttpAnswer {
  if (body.length > maximumXml || body.includes('<!D')) throw notXml()
  let root: Record<string, unknown> | undefined
  try {
    const document = parser.parse(body) as Record<string, unknown>
    root =
      typeof document.root === 'object' && document.root !== null
        ? (document.root as Record<string, unknown>)
        : undefined
  } catch {
    // Not XML at all.
  }
  const status = root?.['@status_code']
  if (!root || typeof status !== 'string' || !/^-?\d{1,6}$/.test(status)) throw notXml()
  const fields = root
  const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    code: Number(status),
    message: excerpt(textOf(root['@status_message']) ?? ''),
    text: (name) => (Object.hasOwn(fields, name) ? textOf(fields[name]) : null),
    list(name, child) {
      const value = Object.hasOwn(fields, name) ? fields[name] : []
      return (Array.isArray(value) ? value : [value]).flatMap((entry: unknown) => {
        const text =
          typeof entry === 'object' && entry !== null
            ? textOf((entry as Record<string, unknown>)[child])
            : null
        return text === null ? [] : [text]
      })
    },
  }
}
