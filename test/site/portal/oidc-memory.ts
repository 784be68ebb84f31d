/** What the OpenID provider remembers, in memory: its package wants an adapter, and warns at length about its own. */

interface Payload {
  grantId?: string
  userCode?: string
  uid?: string
  consumed?: number
}

/** Makes the adapter's class for one provider. */
export function memoryAdapter() {
  const records = new Map<string, { payload: Payload; until: number }>()
  return class MemoryAdapter {
    private readonly model: string

    constructor(model: string) {
      this.model = model
    }

    upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
      records.set(`${this.model}:${id}`, { payload, until: Date.now() + (expiresIn ?? 86_400) * 1000 })
      return Promise.resolve()
    }

    find(id: string): Promise<Payload | undefined> {
      const record = records.get(`${this.model}:${id}`)
      return Promise.resolve(record && record.until > Date.now() ? record.payload : undefined)
    }

    findByUid(uid: string): Promise<Payload | undefined> {
      return Promise.resolve(this.all().find((payload) => payload.uid === uid))
    }

    findByUserCode(userCode: string): Promise<Payload | undefined> {
      return Promise.resolve(this.all().find((payload) => payload.userCode === userCode))
    }

    async consume(id: string): Promise<void> {
      const payload = await this.find(id)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    }

    destroy(id: string): Promise<void> {
      records.delete(`${this.model}:${id}`)
      return Promise.resolve()
    }

    revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { payload }] of records) if (payload.grantId === grantId) records.delete(key)
      return Promise.resolve()
    }

    private all(): Payload[] {
      return [...records]
        .filter(([key, { until }]) => key.startsWith(`${this.model}:`) && until > Date.now())
        .map(([, { payload }]) => payload)
    }
  }
}
