/** A VNC server that wants a user name and a password (VeNCrypt Plain, RFB 3.8), before one that wants nothing. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { byteReader } from '../support/byte-reader.ts'

const version = 'RFB 003.008\n'
const veNCrypt = 19
const plain = 256
const none = 1

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Lets one client in. @param innerSocket path of the server behind */
async function serve(client: Socket, innerSocket: string, account: string): Promise<void> {
  const asked = byteReader(client)
  client.write(version)
  await asked.read(version.length)
  client.write(Buffer.from([1, veNCrypt]))
  await asked.read(1)
  client.write(Buffer.from([0, 2]))
  await asked.read(2)
  client.write(Buffer.concat([Buffer.from([0, 1]), word(plain)]))
  await asked.read(4)
  const lengths = await asked.read(8)
  const name = await asked.read(lengths.readUInt32BE(0))
  const password = await asked.read(lengths.readUInt32BE(4))
  if (`${name.toString()}:${password.toString()}` !== account) {
    const reason = Buffer.from('Authentication failed')
    // The client closes.
    return void client.write(Buffer.concat([word(1), word(reason.length), reason]))
  }
  const inner = connect(innerSocket)
  inner.on('error', () => client.destroy())
  const said = byteReader(inner)
  await said.read(version.length)
  inner.write(version)
  await said.read((await said.read(1))[0]!)
  inner.write(Buffer.from([none]))
  await said.read(4)
  said.release()
  asked.release()
  client.write(word(0))
  inner.pipe(client).pipe(inner)
}

/** @param account `NAME:PASSWORD` */
export async function startAccountServer(
  place: { host: string; port: number },
  innerSocket: string,
  account: string,
): Promise<Server> {
  const server = createServer((client) => {
    client.on('error', () => client.destroy())
    void serve(client, innerSocket, account)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(place, resolve)
  })
  return server
}
