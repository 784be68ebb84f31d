/** A client of the contract that answers from a scenario. */
import {
  contractVersion,
  type CallInput,
  type EventData,
  type EventName,
} from '../../../src-main/shared/contract.ts'
import type { DesktopSnapshot } from '../../../src-main/shared/model/desktop.ts'
import { VizlinkError } from '../../../src-main/shared/errors.ts'
import type { Client, TransportState } from '../../../src-renderer/api/index.ts'
import type { Scenario } from './scenario-parts.ts'
import { settingsOf } from '../../../src-main/domain/settings.ts'
import { createRfbServer, type RfbServer } from './rfb-server.ts'
import { vncDesktop } from './vnc.ts'

export interface FakeClient {
  client: Client
  /** Answers from another scenario from now on, and reports what has changed. */
  show(scenario: Scenario): void
  /** What was asked: names and inputs in order. */
  readonly calls: { name: string; input: unknown }[]
  /** The server of its VNC desktop, where the scenario has one. */
  readonly rfbServer: RfbServer
}

export function createFakeClient(first: Scenario): FakeClient {
  let scenario = first
  const listeners = new Map<EventName, Set<(data: never) => void>>()
  const stateListeners = new Set<(state: TransportState) => void>()
  const calls: FakeClient['calls'] = []
  const rfbServer = createRfbServer()

  function emit<N extends EventName>(name: N, data: EventData<N>): void {
    for (const listener of listeners.get(name) ?? []) (listener as (data: EventData<N>) => void)(data)
  }

  const known = (): DesktopSnapshot[] => [
    ...(scenario.others ?? []),
    ...(scenario.snapshot ? [scenario.snapshot] : []),
  ]

  function answer(name: string, input: unknown): unknown {
    switch (name) {
      case 'app.info':
        return {
          version: '0.1.0',
          contractVersion,
          shell: 'browser',
          defaultVideo: { width: 1280, height: 720, fps: 30, bitrateKbps: 6000 },
          sites: scenario.sites,
        }
      case 'desktop.list':
        return known()
      case 'desktop.start':
        return {
          desktopId: (input as CallInput<'desktop.start'>).kind === 'vnc' ? 'desktop-1' : 'connection-1',
        }
      case 'desktop.retry':
        return input
      case 'desktop.get': {
        const { desktopId } = input as CallInput<'desktop.get'>
        if (desktopId !== 'desktop-1') return scenario.afterStart ?? scenario.snapshot
        return known().find((one) => one.desktopId === desktopId) ?? vncDesktop()
      }
      case 'siteCheck.get':
      case 'siteCheck.run':
        return (
          scenario.siteCheck ?? {
            siteId: 'demo',
            progress: null,
            question: null,
            report: null,
            failure: null,
          }
        )
      case 'settings.get':
        return {
          settings: settingsOf(scenario.settings ?? {}, scenario.policy ?? {}),
          notices: scenario.notices ?? [],
        }
      case 'signIn.look':
        return scenario.signIn ?? { kind: 'test', user: null }
      case 'sessions.list':
        return (input as CallInput<'sessions.list'>).kind === 'vnc'
          ? (scenario.vncSessions ?? [])
          : scenario.sessions
      case 'images.list':
        return (
          ((input as CallInput<'images.list'>).kind === 'vnc' ? scenario.vncImages : scenario.images) ?? {
            images: [],
            standard: null,
          }
        )
      case 'sessions.end':
        return { over: true, why: null }
      default:
        return null
    }
  }

  const client: Client = {
    async call(name, input) {
      calls.push({ name, input })
      const refused = scenario.refuse?.[name]
      if (refused) throw new VizlinkError(refused)
      if (name === 'status.watch' && scenario.status) {
        const { status } = scenario
        window.setTimeout(() => emit('status.changed', status))
      }
      return answer(name, input) as never
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },
    get state() {
      return scenario.transport
    },
    onState(listener) {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    onMalformed: () => () => undefined,
    takeFramePort: () =>
      scenario.vncServer
        ? Promise.resolve({ kind: 'message-port', port: rfbServer.connect() })
        : Promise.reject(new Error('the gallery has no stream')),
  }

  return {
    client,
    calls,
    rfbServer,
    show(next) {
      scenario = next
      for (const one of known()) emit('desktop.changed', one)
      if (next.status) emit('status.changed', next.status)
      if (next.siteCheck) emit('siteCheck.changed', next.siteCheck)
      for (const listener of stateListeners) listener(next.transport)
    },
  }
}
