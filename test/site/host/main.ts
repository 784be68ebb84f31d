/**
 * The host as a program, as a Slurm job starts it: `node test/site/host/main.ts CONFIG.json`. Starts a desktop and a host
 * on it, writes a ready file, and ends both on SIGTERM or when the desktop dies.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startDesktop } from '../desktop/index.ts'
import { recordName } from './capture/record.ts'
import { createHostCertificate, readHostCertificate } from './http/certificate.ts'
import { startHost } from './index.ts'

interface Configuration {
  basePort: number
  width: number
  height: number
  fps: number
  content: 'full' | 'plain'
  /** Absent: false. */
  strip?: boolean
  /** Folder of everything this program writes. */
  directory: string
  readyFile: string
  logFile: string
  stateFile?: string
  /** Receives the host's certificate (PEM) before the host starts; with a key file both are read. */
  certificateFile?: string
  keyFile?: string
  /** Absent: true. */
  encoder?: boolean
  /** Absent: 1. */
  channels?: number
  /** Absent: false. */
  liveBitrate?: boolean
  /** Where it listens; absent: on loopback alone. */
  address?: string
  /** How long it takes to start; absent: no longer than it must. */
  startSeconds?: number
}

const configuration = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Configuration
mkdirSync(configuration.directory, { recursive: true, mode: 0o700 })
const log = (line: string): void =>
  appendFileSync(configuration.logFile, `[${new Date().toISOString()}]: Info: ${line}\n`)

const ended = new Promise<string>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
})

log('Sunshine version: 2026.516.143833 (Vizlink demo host)')
const { width, height, fps, content, basePort } = configuration
const desktop = await startDesktop({
  width,
  height,
  content,
  directory: join(configuration.directory, 'desktop'),
})
let exitCode = 0
try {
  await Promise.race([ended, delay((configuration.startSeconds ?? 0) * 1000)])
  const { certificateFile, keyFile } = configuration
  const certificate =
    certificateFile && keyFile ? readHostCertificate(certificateFile, keyFile) : await createHostCertificate()
  if (certificateFile && !keyFile) writeFileSync(certificateFile, certificate.certificatePem, { mode: 0o600 })
  const host = await startHost({
    certificate,
    basePort,
    desktop,
    fps,
    strip: configuration.strip ?? false,
    // It grows as long as somebody watches: only where somebody reads it.
    ...(configuration.strip ? { record: join(configuration.directory, recordName) } : {}),
    log,
    encoder: configuration.encoder ?? true,
    channels: configuration.channels ?? 1,
    liveBitrate: configuration.liveBitrate ?? false,
    ...(configuration.stateFile ? { stateFile: configuration.stateFile } : {}),
    ...(configuration.address ? { address: configuration.address } : {}),
  })
  let sends = true
  process.on('SIGUSR1', () => {
    sends = !sends
    log(sends ? 'pictures are sent' : 'no picture is sent')
    host.dropVideo(sends ? null : () => true)
  })
  process.on('SIGUSR2', () => {
    log('state is lost')
    host.loseState()
  })
  const ready = {
    ports: host.ports,
    display: desktop.display,
    xauthority: desktop.xauthority,
    certificateSha256: host.certificate.fingerprint,
  }
  writeFileSync(`${configuration.readyFile}.part`, JSON.stringify(ready), { mode: 0o600 })
  renameSync(`${configuration.readyFile}.part`, configuration.readyFile)
  const why = await Promise.race([ended, desktop.ended.then(() => 'XIO: fatal IO error')])
  log(`ending: ${why}`)
  if (why.startsWith('XIO')) exitCode = 1
  await host.dispose()
} catch (error) {
  log(`Error: ${String(error)}`)
  console.error(error)
  exitCode = 1
} finally {
  await desktop.dispose()
}
process.exit(exitCode)
