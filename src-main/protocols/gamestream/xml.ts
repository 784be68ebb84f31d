/** nvhttp's XML: a `root` element whose status_code says how it went. */
import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import { excerpt } from '../../shared/bounds.ts'
import { fail, type EvidenceItem } from '../../shared/errors.ts'

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
  /** Texts of `child` in every direct child element called `name`; empty where one has none. */
  list(name: string, child: string): string[]
}

const documentShape = z.object({
  root: z.looseObject({
    '@status_code': z.string().regex(/^-?\d{1,6}$/),
    '@status_message': z.string().catch(''),
  }),
})

/** A value of an element's own; undefined where there is none. */
const valueIn = (element: unknown, name: string): unknown =>
  new Map<string, unknown>(Object.entries(element ?? {})).get(name)

function textIn(element: unknown, name: string): string | null {
  const value = valueIn(element, name)
  return typeof value === 'string' ? value : null
}

/**
 * Reads an answer.
 * @param evidence of what was asked: the body itself may repeat the request, which has keys in it
 * @throws VizlinkError host-not-ready when it is none (or too large)
 */
export function parseNvhttp(body: string, evidence: EvidenceItem[] = []): NvhttpAnswer {
  try {
    if (body.length > maximumXml || body.includes('<!D')) throw new Error('not to be read')
    const { root } = documentShape.parse(parser.parse(body))
    return {
      code: Number(root['@status_code']),
      message: excerpt(root['@status_message']),
      text: (name) => textIn(root, name),
      list: (name, child) => [valueIn(root, name) ?? []].flat().map((entry) => textIn(entry, child) ?? ''),
    }
  } catch {
    throw fail('host-not-ready', 'not-its-protocol', { evidence })
  }
}
