/**
 * A port's way in the Electron shell, by Node's own ports: from the call that opens it, through the window's adapter and the
 * utility process, to the page's channel object. Electron itself does not run here.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { pagePort } from '../../../../src-main/link-process/page-stream.ts'
import { channels } from '../../../../src-main/preload/surface.ts'
import { createLinkClient } from '../../../../src-main/services/cluster/link-client.ts'
import { createUtilityProcessHost } from '../../../../src-main/shells/electron/process-host.ts'
import { serveContract } from '../../../../src-main/shells/electron/window.ts'
import { PortChannel } from '../../../../src-renderer/features/vnc/port-channel.ts'
import { electronLikePort } from '../../../support/electron-like-port.ts'
import { collectingLogger } from '../../../support/silent-logger.ts'

interface Handed {
  channel: string
  portId: string
  ports: MessagePort[]
}

/** A window on an app whose link process joins each port that it gets with an echo. */
function startShell(takesPorts = true) {
  const handed: Handed[] = []
  const made: MessageChannel[] = []
  const attached: object[] = []
  const child = {
    ...{ pid: 1, once: () => undefined, on: () => undefined, kill: () => true, stdout: null, stderr: null },
    postMessage(message: object, [port]: MessagePort[]) {
      if (!port) return
      attached.push(message)
      const page = pagePort(electronLikePort(port))
      page.on('error', () => undefined).pipe(page)
    },
  }
  const processes = createUtilityProcessHost({ fork: () => child } as never, '/app', collectingLogger())
  const link = createLinkClient(processes.start('link'), {} as never)
  let call: (event: object, name: string, input: unknown) => Promise<unknown> = () => Promise.resolve()
  const contract = serveContract({
    app: Promise.resolve({
      call: () => Promise.resolve({ ok: true, value: { portId: 'port-1', path: null } }),
      subscribe: () => () => undefined,
      attachStreamPort: (_portId: string, port: object) => takesPorts && link.attachPort('channel-1', port),
    } as never),
    ipc: { handle: (_channel: string, listener: typeof call) => void (call = listener) } as never,
    createChannel: () => {
      const channel = new MessageChannel()
      made.push(channel)
      return channel as never
    },
    logger: collectingLogger(),
  })
  contract.add({ webContents: { id: 1, on: () => undefined }, once: () => undefined } as never)
  const frame = {
    ...{ parent: null, origin: 'app://client' },
    postMessage: (channel: string, portId: string, ports: MessagePort[]) =>
      void handed.push({ channel, portId, ports }),
  }
  onTestFinished(() => made.forEach(({ port1 }) => port1.close()))
  return {
    ...{ handed, made, attached },
    open: (name: string, contents = 1) => call({ sender: { id: contents }, senderFrame: frame }, name, {}),
  }
}

test('the bytes of a VNC desktop go from the page through the adapter to the link process and back', async () => {
  const { handed, attached, open } = startShell()
  await open('desktop.openPort')
  expect(handed).toMatchObject([{ channel: channels.framePort, portId: 'port-1' }])
  expect(attached).toEqual([{ type: 'attach-port', channelId: 'channel-1' }])
  const page = new PortChannel(handed[0]?.ports[0] as never)
  const got: Buffer[] = []
  page.onmessage = ({ data }) => void got.push(Buffer.from(data))
  const sent = Buffer.alloc(900_000, 'RFB 003.008\n')
  // Far more than may be under way: the page’s acknowledgements make room.
  for (let count = 0; count < 8; count++) {
    page.send(sent)
    await expect.poll(() => Buffer.concat(got).length, { timeout: 30_000 }).toBe((count + 1) * sent.length)
  }
  expect(Buffer.concat(got).subarray(-sent.length).equals(sent)).toBe(true)
  const closed = Promise.withResolvers<void>()
  page.onclose = () => closed.resolve()
  page.close()
  await closed.promise
})

test('a port that is not taken, and one that a stranger asks for, reach no page', async () => {
  const refused = startShell(false)
  await refused.open('desktop.openPort')
  expect(refused.made).toHaveLength(1)
  expect(refused.handed).toEqual([])

  const stranger = startShell()
  await stranger.open('desktop.openPort', 2)
  await stranger.open('desktop.list')
  expect(stranger.made).toEqual([])
})
