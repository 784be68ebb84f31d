/** The contract over a page's socket: what is left of a page that is gone. */
import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { EventName, Reply } from '../../../../src-main/shared/contract.ts'
import { serveContract } from '../../../../src-main/shells/browser/contract-socket.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

/** A page's socket, and an app that notes what becomes of it. */
function page() {
  const sent: unknown[] = []
  const noted: string[] = []
  const socket = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1,
    bufferedAmount: 0,
    send: (text: string) => void sent.push(JSON.parse(text)),
    close: () => undefined,
    terminate: () => undefined,
  })
  let emit: (event: EventName, data: unknown) => void = () => undefined
  const app = {
    call: (): Promise<Reply> => Promise.resolve({ ok: true, value: null }),
    subscribe: (listener: typeof emit) => {
      emit = listener
      return () => void noted.push('unsubscribed')
    },
    senderGone: (id: string) => void noted.push(`gone: ${id}`),
  }
  serveContract(socket, 'page-1', app, collectingLogger())
  return { socket, sent, noted, emit: (event: EventName, data: unknown) => emit(event, data) }
}

test('events of the app reach the page', () => {
  const { sent, emit } = page()
  emit('desktop.changed', { desktopId: 'one' })
  expect(sent).toEqual([{ event: 'desktop.changed', data: { desktopId: 'one' } }])
})

test('a page that is gone gets no events and is not remembered', () => {
  const { socket, noted } = page()
  socket.emit('close')
  expect(noted).toEqual(['unsubscribed', 'gone: page-1'])
})
