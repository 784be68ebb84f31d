/**
 * Sunshine's command line in front of the demo's host: `node sunshine-program.ts FILE.conf`. The host is configured by
 * Sunshine's own file, makes the same folder, and makes itself a certificate where the file names none that is there.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHostCertificate } from '../../site/host/http/certificate.ts'

const [file = ''] = process.argv.slice(2)
if (file.startsWith('--')) {
  console.log(`Unknown command: ${file.slice(2)}`)
  process.exit(0)
}
const settings = new Map(
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => {
      const [key = '', ...value] = line.split('=')
      return [key.trim(), value.join('=').trim()]
    }),
)
const setting = (key: string): string => {
  const value = settings.get(key)
  if (value === undefined) throw new Error(`${file} names no ${key}`)
  return value
}
const [certificateFile, keyFile, logFile] = [setting('cert'), setting('pkey'), setting('log_path')]
mkdirSync(join(homedir(), '.config', 'sunshine'), { recursive: true })
appendFileSync(logFile, `Info: Display is ${process.env.DISPLAY ?? 'missing'}\n`)
if (!existsSync(certificateFile) || !existsSync(keyFile)) {
  const { certificatePem, keyPem } = await createHostCertificate()
  writeFileSync(certificateFile, certificatePem)
  writeFileSync(keyFile, keyPem)
}

// Not beside the configuration: the job must not owe to us that its folder is tidy.
const directory = mkdtempSync(join(tmpdir(), 'vizlink-sunshine-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
const configuration = join(directory, 'config.json')
writeFileSync(
  configuration,
  JSON.stringify({
    basePort: Number(setting('port')),
    width: 640,
    height: 360,
    fps: 30,
    content: 'plain',
    directory: join(directory, 'host'),
    readyFile: join(directory, 'ready.json'),
    logFile,
    stateFile: setting('file_state'),
    certificateFile,
    keyFile,
  }),
)
process.argv[2] = configuration
await import('../../site/host/main.ts')
