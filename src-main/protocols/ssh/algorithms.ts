/** Which algorithms are offered to an SSH server. What is not named here stays the library's own choice. */
import type { Algorithms } from 'ssh2'

/** Host key types that every runtime has. */
const hostKeyTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/**
 * @param hostKeys lines of the site profile (`type base64`). Their types come first, so that the server shows a key that can be
 *   checked; the others come behind them: a server that has only another key is reported as changed.
 * @param inElectron its cryptography (BoringSSL) proves the prime number of a Diffie-Hellman group again at each connection: for
 *   3 to 100 s nothing else in the process runs. Such groups are not offered there.
 */
export function offeredAlgorithms(
  hostKeys: readonly string[],
  inElectron = process.versions.electron !== undefined,
): Algorithms {
  const types = [...new Set(hostKeys.map((line) => line.split(' ')[0] ?? ''))]
  const names = types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]))
  const known = names.filter((name) => hostKeyTypes.includes(name))
  const serverHostKey = [...known, ...hostKeyTypes.filter((name) => !known.includes(name))]
  // ssh2 takes a regular expression here; its types do not know it.
  const kex: object = { append: [], prepend: [], remove: /^diffie-hellman-/ }
  return { serverHostKey, ...(inElectron ? { kex } : {}) } as Algorithms
}
