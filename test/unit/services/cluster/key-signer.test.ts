/** Signing with the user's key file: for the key that was offered alone, and for a file that the user alone can read. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSigner } from '../../../../src-main/services/cluster/key-signer.ts'
import { makeKeyPair } from '../../../site/ssh/index.ts'
import { failureOf } from '../../../support/failure-of.ts'

let folder: string
let file: string
let publicKey: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vizlink-key-signer-'))
  file = join(folder, 'key')
  publicKey = await makeKeyPair(file)
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what is to be signed by another key is not signed', async () => {
  const signer = await loadSigner(file)
  expect(signer.keys).toEqual([{ publicKey }])
  const data = Buffer.from('what a server wants signed').toString('base64')
  expect(Buffer.from((await signer.sign({ publicKey, data, hash: null })) ?? '', 'base64')).toHaveLength(64)
  const other = await makeKeyPair(join(folder, 'other'))
  expect(await signer.sign({ publicKey: other, data, hash: null })).toBeNull()
})

test.each([0o640, 0o604, 0o610, 0o601])('a key file of mode %o is not used', async (mode) => {
  chmodSync(file, mode)
  expect((await failureOf(loadSigner(file))).kind).toBe('bad-profile')
})
