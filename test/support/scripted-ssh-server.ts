/** An SSH server of the test's own, for ways of signing in that no sshd without PAM offers. */
import ssh2, { type AuthContext } from 'ssh2'
import { makeKeyPair } from '../site/ssh/index.ts'
import { readFile } from 'node:fs/promises'

export interface ScriptedSshServer {
  port: number
  hostKeys: string[]
  /** Methods in the order in which clients tried them. */
  tried: string[]
  close(): void
}

/** @param hostKeyFile where the server's key is made */
export async function startScriptedSshServer(
  hostKeyFile: string,
  authenticate: (context: AuthContext) => void,
): Promise<ScriptedSshServer> {
  const hostKey = await makeKeyPair(hostKeyFile)
  const tried: string[] = []
  const server = new ssh2.Server({ hostKeys: [await readFile(hostKeyFile)] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (context) => {
      tried.push(context.method)
      authenticate(context)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { port, hostKeys: [hostKey], tried, close: () => void server.close() }
}
