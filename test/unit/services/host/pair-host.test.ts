/** Pairing with a session's host: whose certificate file counts, and how often a person is asked for a PIN. */
import { expect, test } from 'vitest'
import { newOwner } from '../../../../src-main/protocols/gamestream/host-client.ts'
import { pairHost, type PairHostOptions } from '../../../../src-main/services/host/pair-host.ts'
import { fail } from '../../../../src-main/shared/errors.ts'
import { siteProfileSchema, type SiteProfile } from '../../../../src-main/shared/model/site-profile.ts'
import { selfSigned } from '../../../support/certificates.ts'
import { failureOf } from '../../../support/failure-of.ts'
import { someFailure } from '../../../support/some-failure.ts'

const { cert: pem } = await selfSigned()

/** A host that shows nothing against it, on a node whose commands print `stdout`. */
function options(
  pairing: SiteProfile['pairing'],
  client: Partial<PairHostOptions['client']>,
  { stdout = '', answer = [] as string[] | null } = {},
): PairHostOptions {
  const profile = siteProfileSchema.parse({
    version: 1,
    id: 'demo',
    name: 'Demo',
    ssh: { user: 'ada', loginHost: { address: 'login.example' }, nodes: {} },
    pairing,
    hostCertificate: '/run/{job}.pem',
  })
  return {
    profile,
    client: { pinnedCertificate: null, ...client } as PairHostOptions['client'],
    pairings: { remember: async () => undefined, owner: async () => newOwner() } as never,
    session: { id: 'ml-ada-1', jobId: '1', port: 47_989 },
    tunnel: { route: 'node-ssh' } as PairHostOptions['tunnel'],
    owner: { name: 'ada', uid: 1000 },
    node: 'n1',
    isShared: async () => false,
    startedForUs: true,
    cluster: {
      onNode: async () => ({ stdout }) as never,
      portOwner: async () => ({ verdict: 'owned', by: 'user', inodes: [1] }),
      areJobsSockets: async () => true,
    },
    questions: { ask: async () => answer },
    warn: () => undefined,
    signal: new AbortController().signal,
  }
}

test.each([
  ['the user', 1000, 1000, null],
  ['the account that the job runs as', 2000, 1000, null],
  ['somebody else', 2000, 3000, 'certificate-mismatch'],
  ['root', 2000, 0, 'certificate-mismatch'],
])('a certificate that %s put there', async (_who, own, owner, refused) => {
  const trusted: string[] = []
  const pairing = pairHost(
    options(
      'preregistered',
      {
        trust: (certificate) => void trusted.push(certificate),
        serverInfo: async () => ({ paired: true }) as never,
      },
      { stdout: `${own}\nowner ${owner}\n${pem}` },
    ),
  )
  if (refused === null) await pairing
  else expect((await failureOf(pairing)).kind).toBe(refused)
  expect(trusted).toHaveLength(refused === null ? 1 : 0)
})

test('a host that refuses every PIN is given up after three, each another one', async () => {
  const pins: string[] = []
  const refuse = async (pin: string): Promise<never> => {
    pins.push(pin)
    throw someFailure('pairing-refused')
  }
  const pairing = pairHost(options('pin', { pairByPin: refuse, typePin: async () => true }))
  expect((await failureOf(pairing)).kind).toBe('pairing-refused')
  expect(pins).toHaveLength(3)
})

test.each([
  ['was asked for elsewhere: another computer has it, and it continues there', false, 'other-computer'],
  ['began when this computer asked for it: somebody else was first', true, 'owned'],
] as const)('a host with an owner, of a session that %s', async (_what, startedForUs, reason) => {
  const claimAndPair = (): Promise<never> => Promise.reject(fail('pairing-refused', 'owned'))
  const pairing = pairHost({ ...options('claim', { claimAndPair }), startedForUs })
  expect(await failureOf(pairing)).toMatchObject({ kind: 'pairing-refused', reason })
})
