/** The demo site as a program: prints one line of JSON when it is ready, runs until it is asked to end. */
import { rename, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { faultNames, faults, stranger } from './faults.ts'
import type { FaultName } from './faults.ts'
import { siteImages } from './files/folders.ts'
import { startSite } from './index.ts'
import { nginxForms } from './nginx/forms.ts'
import { takeDoors } from './stranger/doors.ts'
import { runStranger } from './stranger/outside.ts'
import type { SiteOptions } from './types.ts'

function siteOptions(values: {
  fault: string[]
  image: string[]
  'no-image-lists': boolean
  size?: string | undefined
  fps?: string | undefined
  nodes?: string | undefined
  plain: boolean
  strip: boolean
  'live-bitrate': boolean
  nginx: string
  'sign-in': string
  oidc: boolean
  'redis-access': boolean
  'redis-tls': boolean
  'redis-silent': boolean
  'gateway-timeout'?: string | undefined
}): SiteOptions {
  const unknown = values.fault.filter((name) => !Object.hasOwn(faults, name))
  if (unknown.length > 0)
    throw new Error(`Unknown fault: ${unknown.join(', ')}. --list-faults shows them all.`)
  const size = /^(\d{3,4})x(\d{3,4})$/.exec(values.size ?? '1280x720')
  if (!size) throw new Error('--size wants WIDTHxHEIGHT, for instance 1280x720')
  const nginx = nginxForms.find((form) => form === values.nginx)
  if (!nginx) throw new Error(`--nginx wants one of ${nginxForms.join(', ')}`)
  const signIn = (['mock', 'saml', 'oidc'] as const).find((kind) => kind === values['sign-in'])
  if (!signIn) throw new Error('--sign-in wants mock, saml or oidc')
  const images = siteImages.filter((id) => values.image.includes(id))
  if (images.length < values.image.length) throw new Error(`--image wants one of ${siteImages.join(', ')}`)
  const timeout = values['gateway-timeout']
  const positive = (name: string, text: string): number => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1 || number > 240)
      throw new Error(`--${name} wants a whole number`)
    return number
  }
  return {
    faults: values.fault as FaultName[],
    size: { width: Number(size[1]), height: Number(size[2]) },
    ...(values.fps === undefined ? {} : { fps: positive('fps', values.fps) }),
    ...(values.nodes === undefined ? {} : { nodes: positive('nodes', values.nodes) }),
    images,
    imagesListed: !values['no-image-lists'],
    desktop: values.plain ? 'plain' : 'full',
    strip: values.strip,
    liveBitrate: values['live-bitrate'],
    nginx,
    signIn,
    standardsOidc: values.oidc,
    ...(timeout === undefined ? {} : { gatewayTimeoutSeconds: positive('gateway-timeout', timeout) }),
    ...(values['redis-access'] || values['redis-tls'] || values['redis-silent']
      ? { redisAccess: { tls: values['redis-tls'], notifications: !values['redis-silent'] } }
      : {}),
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fault: { type: 'string', multiple: true, default: [] },
      // One of the portal's three is not installed.
      image: { type: 'string', multiple: true, default: ['desktop', 'gnome'] },
      'no-image-lists': { type: 'boolean', default: false },
      'list-faults': { type: 'boolean', default: false },
      'ready-file': { type: 'string' },
      'with-stdin': { type: 'boolean', default: false },
      size: { type: 'string' },
      fps: { type: 'string' },
      nodes: { type: 'string' },
      plain: { type: 'boolean', default: false },
      strip: { type: 'boolean', default: false },
      'live-bitrate': { type: 'boolean', default: false },
      nginx: { type: 'string', default: 'NG-B' },
      'sign-in': { type: 'string', default: 'mock' },
      oidc: { type: 'boolean', default: false },
      'redis-access': { type: 'boolean', default: false },
      'redis-tls': { type: 'boolean', default: false },
      'redis-silent': { type: 'boolean', default: false },
      'gateway-timeout': { type: 'string' },
      // Of a strange site, in whose namespaces this process is: its folder.
      inside: { type: 'string' },
    },
  })
  if (values['list-faults']) {
    for (const name of faultNames) console.log(`${name.padEnd(24)} ${faults[name].sentence}`)
    console.log(`${stranger.name.padEnd(24)} ${stranger.sentence}`)
    return
  }
  const strange = values.fault.includes(stranger.name)
  const others = values.fault.filter((name) => name !== stranger.name)
  const { inside } = values
  const options = siteOptions({ ...values, fault: strange ? [...stranger.faults, ...others] : others })
  // Listening from the first moment: a signal during the start must not leave half a site behind.
  const endRequested = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    if (!values['with-stdin']) return
    process.stdin.on('close', () => resolve()).resume()
    // Who has gone reads nothing any more: that must not end us halfway.
    process.stdout.on('error', () => undefined)
  })
  if (strange && inside === undefined) {
    process.exitCode = await runStranger(process.argv.slice(2), options.nodes ?? 2, endRequested)
    if (values['with-stdin']) process.stdin.destroy()
    return
  }
  if (inside !== undefined) options.stranger = { directory: inside, doors: await takeDoors() }
  const site = await startSite(options)
  try {
    const line = JSON.stringify(site.ready)
    const readyFile = values['ready-file']
    if (readyFile !== undefined) {
      await writeFile(`${readyFile}.part`, `${line}\n`, { mode: 0o600 })
      await rename(`${readyFile}.part`, readyFile)
    }
    console.log(line)
    await endRequested
  } finally {
    await site.dispose()
    for (const door of Object.values(options.stranger?.doors ?? {})) door.close()
    if (values['with-stdin']) process.stdin.destroy()
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
