/** An HTTP or HTTPS server on loopback that answers as a test says and remembers what it was asked. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Asked {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface StandIn extends AsyncDisposable {
  origin: string
  asked: Asked[]
}

/** A recorded answer of the real services (test/fixtures/portal/answers.json, nginx.json). */
export interface RecordedAnswer {
  name: string
  path: string
  status: number
  contentType: string | null
  body: string
  service?: string
  method?: string
  /** nginx.json: which of the forms. */
  form?: string
  location?: string
  /** Only the beginning of the body was recorded. */
  cut?: boolean
}

export type Answerer = (asked: Asked, response: ServerResponse) => void

export const readAnswers = (file: 'answers' | 'nginx'): RecordedAnswer[] =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/portal/${file}.json`, import.meta.url), 'utf8'),
  ) as RecordedAnswer[]

/** Sends a recorded answer; `TOKEN` in it, where a token was taken out, becomes `token`. */
export function replay(response: ServerResponse, answer: RecordedAnswer, token = 'TOKEN'): void {
  response.writeHead(answer.status, {
    ...(answer.contentType === null ? {} : { 'content-type': answer.contentType }),
    ...(answer.location === undefined ? {} : { location: answer.location }),
  })
  response.end(answer.body.replace('TOKEN', token))
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const part of request) text += part as string
  return text
}

/** @param tls key and certificate in PEM, or null for plain HTTP */
export async function startStandIn(
  answer: Answerer,
  tls: { key: string; cert: string } | null = null,
): Promise<StandIn> {
  const asked: Asked[] = []
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void readAll(request).then((body) => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      asked.push(one)
      answer(one, response)
    })
  }
  const server = tls === null ? createServer(handle) : createTlsServer(tls, handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http${tls === null ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
