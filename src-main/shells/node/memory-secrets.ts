/** Secrets for as long as the process lives: where there is no platform store, nothing is written to disk. */
import type { SecretStore } from '../../ports/platform.ts'

export function createMemorySecretStore(): SecretStore {
  const values = new Map<string, string>()
  return {
    persistent: false,
    get: async (name) => values.get(name) ?? null,
    set: async (name, value) => void values.set(name, value),
    delete: async (name) => void values.delete(name),
  }
}
