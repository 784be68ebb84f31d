/** Pairing, the client's half: stages 1 to 5 (moonlight-qt nvpairingmanager.cpp; hash SHA-256, AES-128-ECB without padding). */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSign,
  createVerify,
  randomBytes,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto'
import { fail } from '../../shared/errors.ts'
import type { ClientIdentity } from './identity.ts'
import { parseNvhttp, type NvhttpAnswer } from './xml.ts'

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** K = first 16 bytes of SHA-256(salt, PIN as ASCII digits). */
export function pairingKey(salt: Buffer, pin: string): Buffer {
  return sha256(salt, Buffer.from(pin, 'ascii')).subarray(0, 16)
}

function ecb(key: Buffer, data: Buffer, encrypt: boolean): Buffer {
  const cipher = encrypt
    ? createCipheriv('aes-128-ecb', key, null)
    : createDecipheriv('aes-128-ecb', key, null)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

export const encryptBlocks = (key: Buffer, data: Buffer): Buffer => ecb(key, data, true)
export const decryptBlocks = (key: Buffer, data: Buffer): Buffer => ecb(key, data, false)

function refused(reason: string): Error {
  return fail('pairing-refused', 'refused', { evidence: [{ label: 'reason', value: reason }] })
}

function hexField(answer: NvhttpAnswer, name: string, bytes: number | null): Buffer {
  const text = answer.text(name) ?? ''
  if (!/^([0-9a-f]{2})+$/i.test(text) || (bytes !== null && text.length !== bytes * 2))
    throw refused(`no ${name}`)
  return Buffer.from(text, 'hex')
}

function accepted(answer: NvhttpAnswer, stage: string): NvhttpAnswer {
  if (answer.code !== 200 || answer.text('paired') !== '1')
    throw refused(`${stage}: ${answer.code} ${answer.message}`)
  return answer
}

export interface PairingTransport {
  /** Sends one /pair query over plain HTTP; gives the body. `slow` waits for a human (stage 1). */
  plain(query: URLSearchParams, slow: boolean): Promise<string>
  /** Sends one /pair query over HTTPS pinned to `certificatePem`, with the client's certificate. */
  secure(query: URLSearchParams, certificatePem: string): Promise<string>
}

/**
 * Pairs with a host.
 * @param submitPin makes the host take the PIN while stage 1 waits; its signal aborts once no PIN is awaited any more
 * @param expectedCertificate asked once the host has the PIN: PEM that its certificate must equal, or null when it is met here
 * for the first time
 * @returns the host's certificate (PEM), from now on pinned
 * @throws VizlinkError pairing-refused, certificate-mismatch
 */
export async function pair(
  identity: ClientIdentity,
  pin: string,
  transport: PairingTransport,
  submitPin: (stage1Over: AbortSignal) => Promise<void>,
  expectedCertificate: () => string | null,
): Promise<string> {
  const salt = randomBytes(16)
  const key = pairingKey(salt, pin)
  const query = (fields: Record<string, string>): URLSearchParams =>
    new URLSearchParams({ uniqueid: identity.uniqueId, devicename: 'roth', updateState: '1', ...fields })
  const ask = async (fields: Record<string, string>, slow = false): Promise<NvhttpAnswer> =>
    parseNvhttp(await transport.plain(query(fields), slow))

  const beginning = {
    phrase: 'getservercert',
    salt: salt.toString('hex'),
    clientcert: Buffer.from(identity.certificatePem).toString('hex'),
  }
  // The host still holds an attempt of ours that failed here (a wrong PIN): its refusal ends that one.
  const stage1Over = new AbortController()
  const first = ask(beginning, true)
    .then((answer) => (/out of order/i.test(answer.message) ? ask(beginning, true) : answer))
    .finally(() => stage1Over.abort())
  // The host hangs in stage 1 until it has the PIN.
  const [stage1] = await Promise.all([first, submitPin(stage1Over.signal)])
  const plain = hexField(accepted(stage1, 'stage 1'), 'plaincert', null).toString('latin1')
  let hostCertificate: X509Certificate
  try {
    hostCertificate = new X509Certificate(plain)
  } catch {
    throw refused('the host sent no certificate')
  }
  const expected = expectedCertificate()
  if (expected !== null && !hostCertificate.raw.equals(new X509Certificate(expected).raw)) {
    throw fail('certificate-mismatch', 'two-certificates', { retryable: false })
  }
  const certificatePem = hostCertificate.toString()
  const { certificateSignature } = await import('./identity.ts')

  const challenge = randomBytes(16)
  const stage2 = await ask({ clientchallenge: encryptBlocks(key, challenge).toString('hex') })
  const response = decryptBlocks(key, hexField(accepted(stage2, 'stage 2'), 'challengeresponse', 48))
  const hostHash = response.subarray(0, 32)
  const hostChallenge = response.subarray(32, 48)

  const clientSecret = randomBytes(16)
  const clientHash = sha256(hostChallenge, certificateSignature(identity.certificatePem), clientSecret)
  const stage3 = await ask({ serverchallengeresp: encryptBlocks(key, clientHash).toString('hex') })
  const pairingSecret = hexField(accepted(stage3, 'stage 3'), 'pairingsecret', null)
  const hostSecret = pairingSecret.subarray(0, 16)
  const hostSignature = pairingSecret.subarray(16)
  if (hostSignature.length === 0) {
    throw refused(`the host cannot sign with its key (${hostCertificate.publicKey.asymmetricKeyType})`)
  }
  if (!isSigned(certificatePem, hostSecret, hostSignature)) throw refused('the host’s signature is wrong')
  if (!timingSafeEqual(sha256(challenge, certificateSignature(certificatePem), hostSecret), hostHash)) {
    throw refused('the PIN is wrong')
  }

  const signature = createSign('sha256').update(clientSecret).sign(identity.keyPem)
  const secret = Buffer.concat([clientSecret, signature]).toString('hex')
  accepted(await ask({ clientpairingsecret: secret }), 'stage 4')
  accepted(parseNvhttp(await transport.secure(query({ phrase: 'pairchallenge' }), certificatePem)), 'stage 5')
  return certificatePem
}

/**
 * Whether the key of this certificate signed `secret`. Sunshine sends its whole buffer: there are zeros behind an ECDSA signature
 * that is shorter than the longest (src/crypto.cpp, sign).
 */
function isSigned(certificatePem: string, secret: Buffer, signature: Buffer): boolean {
  const { publicKey } = new X509Certificate(certificatePem)
  const exact = publicKey.asymmetricKeyType === 'ec' ? withoutZerosBehind(signature) : signature
  return createVerify('sha256').update(secret).verify(publicKey, exact)
}

/** A DER sequence without the zeros that may follow it. */
function withoutZerosBehind(sequence: Buffer): Buffer {
  const [, first = 0, second = 0] = sequence
  const end = first < 0x80 ? 2 + first : 3 + second
  return sequence.subarray(end).every((byte) => byte === 0) ? sequence.subarray(0, end) : sequence
}
