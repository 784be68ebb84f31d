/** Pairing, the host's half: stages 1 to 4 over plain HTTP, the PIN by the configuration API. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createSign,
  createVerify,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { signatureOf, type HostCertificate } from './certificate.ts'
import { refusal, success } from './xml.ts'

const sha256 = (...parts: Buffer[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function ecb(key: Buffer, data: Buffer, direction: 'encrypt' | 'decrypt'): Buffer {
  const cipher =
    direction === 'encrypt'
      ? createCipheriv('aes-128-ecb', key, null)
      : createDecipheriv('aes-128-ecb', key, null)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

/** Longest signatures of ECDSA keys, in bytes. */
const longestSignature: Record<string, number> = { prime256v1: 72, secp384r1: 104, secp521r1: 139 }

/**
 * As Sunshine signs (src/crypto.cpp, sign): an ECDSA signature in a buffer for the longest one, with zeros behind it; nothing
 * with an Ed25519 key, which takes no digest.
 */
function signed(secret: Buffer, keyPem: string): Buffer {
  const key = createPrivateKey(keyPem)
  if (key.asymmetricKeyType === 'ed25519') return Buffer.alloc(0)
  const signature = createSign('sha256').update(secret).sign(key)
  const length = longestSignature[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? signature.length
  return Buffer.concat([signature, Buffer.alloc(length - signature.length)])
}

/** Pairings that may be under way; the oldest gives way to a new one. */
const maximumSessions = 16

interface Session {
  certificate: string
  salt: Buffer
  key: Buffer | null
  hostSecret: Buffer
  hostChallenge: Buffer
  clientHash: Buffer | null
  /** Stage that must come next. */
  next: 2 | 3 | 4
  answerStage1: ((body: string) => void) | null
}

/** Whether the client knows the PIN (its hash fits) and the key of its certificate. */
function provesIdentity(session: Session, secret: Buffer): boolean {
  const clientSecret = secret.subarray(0, 16)
  try {
    const expected = sha256(session.hostChallenge, signatureOf(session.certificate), clientSecret)
    const hashFits = session.clientHash?.length === 32 && timingSafeEqual(expected, session.clientHash)
    const signature = secret.subarray(16)
    return hashFits && createVerify('sha256').update(clientSecret).verify(session.certificate, signature)
  } catch {
    // Stage 1 takes any text for a certificate.
    return false
  }
}

export interface Pairing {
  /** Handles one /pair request; stage 1 answers when the PIN comes. */
  request(query: URLSearchParams): Promise<string>
  /** A PIN from the configuration API; false if no pairing waits or it is not four digits. */
  submitPin(pin: string): boolean
}

/** @param onPaired gets the client's unique id and its certificate (PEM) */
export function createPairing(
  host: HostCertificate,
  onPaired: (uniqueId: string, certificate: string) => void,
): Pairing {
  const sessions = new Map<string, Session>()
  const hex = (query: URLSearchParams, name: string, minimum: number, maximum: number): Buffer | null => {
    const text = query.get(name) ?? ''
    if (text.length < minimum * 2 || text.length > maximum * 2 || text.length % 2 || /[^0-9a-f]/i.test(text))
      return null
    return Buffer.from(text, 'hex')
  }
  const bad = (id: string, message: string): string => {
    sessions.delete(id)
    return refusal(400, message, [['paired', 0]])
  }

  const stage1 = (id: string, query: URLSearchParams): Promise<string> | string => {
    const salt = hex(query, 'salt', 16, 64)
    const certificate = hex(query, 'clientcert', 100, 8192)?.toString('latin1')
    if (sessions.has(id)) return bad(id, 'Out of order call to getservercert')
    if (!salt || !certificate) return bad(id, 'Salt too short')
    const [oldest] = sessions
    if (sessions.size >= maximumSessions && oldest) {
      oldest[1].answerStage1?.(bad(oldest[0], 'Too many pairings are under way'))
      sessions.delete(oldest[0])
    }
    return new Promise((resolve) => {
      sessions.set(id, {
        certificate,
        salt: salt.subarray(0, 16),
        key: null,
        hostSecret: randomBytes(16),
        hostChallenge: randomBytes(16),
        clientHash: null,
        next: 2,
        answerStage1: resolve,
      })
    })
  }

  const stage2 = (id: string, session: Session, challenge: Buffer, key: Buffer): string => {
    const decrypted = ecb(key, challenge, 'decrypt')
    const hash = sha256(decrypted, signatureOf(host.certificatePem), session.hostSecret)
    session.next = 3
    const response = ecb(key, Buffer.concat([hash, session.hostChallenge]), 'encrypt')
    return success([
      ['paired', 1],
      ['challengeresponse', response.toString('hex').toUpperCase()],
    ])
  }

  const stage3 = (session: Session, response: Buffer, key: Buffer): string => {
    session.clientHash = ecb(key, response, 'decrypt')
    session.next = 4
    const secret = Buffer.concat([session.hostSecret, signed(session.hostSecret, host.keyPem)])
    return success([
      ['pairingsecret', secret.toString('hex').toUpperCase()],
      ['paired', 1],
    ])
  }

  const stage4 = (id: string, session: Session, secret: Buffer): string => {
    sessions.delete(id)
    const proven = provesIdentity(session, secret)
    if (proven) onPaired(id, session.certificate)
    return success([['paired', proven ? 1 : 0]])
  }

  return {
    async request(query) {
      const id = query.get('uniqueid') ?? ''
      if (id === '' || id.length > 64) return refusal(400, 'Missing uniqueid parameter', [['paired', 0]])
      if (query.get('phrase') === 'getservercert') return stage1(id, query)
      if (query.get('phrase') === 'pairchallenge') return success([['paired', 1]])
      const session = sessions.get(id)
      if (!session?.key) return refusal(400, 'Invalid uniqueid', [['paired', 0]])
      const challenge = hex(query, 'clientchallenge', 16, 16)
      if (challenge && session.next === 2) return stage2(id, session, challenge, session.key)
      const response = hex(query, 'serverchallengeresp', 32, 32)
      if (response && session.next === 3) return stage3(session, response, session.key)
      const secret = hex(query, 'clientpairingsecret', 17, 1024)
      if (secret && session.next === 4) return stage4(id, session, secret)
      return bad(id, 'Out of order call')
    },
    submitPin(pin) {
      if (!/^\d{4}$/.test(pin)) return false
      const waiting = [...sessions.values()].find((session) => session.answerStage1 !== null)
      if (!waiting) return false
      waiting.key = sha256(waiting.salt, Buffer.from(pin)).subarray(0, 16)
      const certificate = Buffer.from(host.certificatePem).toString('hex').toUpperCase()
      waiting.answerStage1?.(
        success([
          ['paired', 1],
          ['plaincert', certificate],
        ]),
      )
      waiting.answerStage1 = null
      return true
    },
  }
}
