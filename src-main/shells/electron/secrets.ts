/**
 * Secrets by Electron's safeStorage, one file, written atomically. On Linux its last resort is a key that everyone
 * knows; Chromium marks such a ciphertext `v10`. Then nothing is written: the values stay in memory.
 */
import { rm } from 'node:fs/promises'
import type { SafeStorage } from 'electron'
import { InOrder } from '../../domain/in-order.ts'
import type { Logger, SecretStore } from '../../ports/platform.ts'
import { readOwnJson, writePrivateFile } from '../../protocols/private-file.ts'

type Cipher = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'>
/** By hand: this is loaded before the window, and a library that checks would be, too. */
const isStore = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(text))

/** Whether a ciphertext is protected by more than Chromium's built-in key. */
export function isProtected(ciphertext: Buffer, platform: NodeJS.Platform): boolean {
  return platform !== 'linux' || ciphertext.subarray(0, 3).toString('latin1') !== 'v10'
}

/** Opens the store; falls back to memory where the platform cannot keep a secret, or the file cannot be read. */
export async function openSecretStore(cipher: Cipher, file: string, logger: Logger): Promise<SecretStore> {
  const isKept =
    (await cipher.isAsyncEncryptionAvailable()) &&
    isProtected(await cipher.encryptStringAsync('probe'), process.platform)
  if (!isKept) logger.log('warn', 'secrets.memory-only', { why: 'the system offers no protected store' })
  const values = new Map<string, string>()
  const read = isKept ? await readStore(file, logger) : null
  const persistent = read !== null
  const stored = new Map<string, string>(Object.entries(read ?? {}))
  const writes = new InOrder()

  function save(): Promise<void> {
    if (!persistent) return Promise.resolve()
    const text = JSON.stringify(Object.fromEntries(stored))
    return writes.run(() => writePrivateFile(file, text))
  }

  return {
    persistent,
    async get(name) {
      const known = values.get(name)
      if (known !== undefined) return known
      const ciphertext = stored.get(name)
      if (ciphertext === undefined) return null
      try {
        const { result } = await cipher.decryptStringAsync(Buffer.from(ciphertext, 'base64'))
        values.set(name, result)
        return result
      } catch (error) {
        logger.log('warn', 'secrets.unreadable', { name, error })
        return null
      }
    },
    async set(name, value) {
      values.set(name, value)
      if (persistent) stored.set(name, (await cipher.encryptStringAsync(value)).toString('base64'))
      await save()
    },
    async delete(name) {
      values.delete(name)
      if (stored.delete(name)) await save()
    },
  }
}

/**
 * Moves what an earlier version kept in `file` to another store; what that one has already stays. The file goes when all of it
 * could be read: a keyring that is locked now is asked again at the next start.
 */
export async function moveSecrets(
  cipher: Cipher,
  file: string,
  into: Pick<SecretStore, 'get' | 'set'>,
  logger: Logger,
): Promise<void> {
  const stored = Object.entries((await readStore(file, logger)) ?? {})
  if (stored.length === 0) return
  try {
    for (const [name, ciphertext] of stored) {
      if ((await into.get(name)) !== null) continue
      const { result } = await cipher.decryptStringAsync(Buffer.from(ciphertext, 'base64'))
      await into.set(name, result)
    }
    await rm(file)
  } catch (error) {
    logger.log('warn', 'secrets.not-moved', { error })
  }
}

/** @returns null where the file cannot be read: it must not be written either */
async function readStore(file: string, logger: Logger): Promise<Record<string, string> | null> {
  const stored = await readOwnJson(file, (value) => {
    if (!isStore(value)) throw new Error('it is not what this program writes')
    return value
  })
  if (stored.state === 'read') return stored.value
  if (stored.state === 'missing') return {}
  const { state, ...fields } = stored
  logger.log('warn', `secrets.file-${state}`, fields)
  return state === 'damaged' ? {} : null
}
