/** What a package for Windows or macOS holds: made here by the project's own command from folders in the place of Electron's. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { NtExecutable, NtExecutableResource, Resource } from 'resedit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { standInElectron } from './stand-in-electron.ts'

const root = join(import.meta.dirname, '..', '..', '..')

interface Tree {
  /** Where the program and its files lie. */
  folder: string
  /** What `npm run dist` printed. */
  output: string
  /** Paths of all files, from the folder. */
  files: string[]
  dispose(): void
}

function makeTree(system: 'win' | 'mac'): Tree {
  const version = /^electronVersion: (.*)$/m.exec(
    readFileSync(join(root, 'electron-builder.yml'), 'utf8'),
  )?.[1]
  const electron = standInElectron(system, version ?? 'none')
  const made = mkdtempSync(join(tmpdir(), 'vizlink-tree-'))
  const dispose = (): void => {
    for (const path of [electron, made]) rmSync(path, { recursive: true, force: true })
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts', 'dist.mjs'), `--${system}`, 'dir', '--x64', `-c.directories.output=${made}`],
    { cwd: root, env: { ...process.env, VIZLINK_ELECTRON_DIST: electron }, encoding: 'utf8' },
  )
  const output = stdout + stderr
  if (status !== 0) {
    dispose()
    throw new Error(`no tree was made:\n${output}`)
  }
  const folder = join(made, system === 'win' ? 'win-unpacked' : 'mac')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
  return { folder, output, files, dispose }
}

/** All fuses of a program, by name. */
async function fuses(program: string): Promise<Record<string, boolean>> {
  const wire: Partial<Record<FuseV1Options, number>> = await getCurrentFuseWire(program)
  const names = Object.entries(FuseV1Options).filter(
    (entry): entry is [string, FuseV1Options] => typeof entry[1] === 'number',
  )
  return Object.fromEntries(names.map(([name, at]) => [name, wire[at] === '1'.charCodeAt(0)]))
}

const flipped = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
}

const isOfLinux = (path: string): boolean => readFileSync(path).subarray(1, 4).toString('latin1') === 'ELF'

/** What every system's package has beside Electron's own files. */
const ours = (resources: string): string[] =>
  [
    'app.asar',
    'icons/256x256.png',
    'job-template.sh',
    `relay/linux-${process.arch}/vizlink-relay`,
    'third-party.json',
  ].map((name) => `${resources}/${name}`)

const trees: Partial<Record<'win' | 'mac', Tree>> = {}
beforeAll(() => {
  trees.win = makeTree('win')
  trees.mac = makeTree('mac')
})
afterAll(() => {
  for (const tree of Object.values(trees)) tree.dispose()
})
const treeOf = (system: 'win' | 'mac'): Tree => trees[system] ?? expect.unreachable()

describe.each([
  {
    system: 'win' as const,
    resources: 'resources',
    program: 'Vizlink.exe',
    electrons: [
      'LICENSE.electron.txt',
      'LICENSES.chromium.html',
      'Vizlink.exe',
      'locales/en-US.pak',
      'resources.pak',
      'version',
    ],
  },
  {
    system: 'mac' as const,
    resources: 'Vizlink.app/Contents/Resources',
    program: 'Vizlink.app',
    electrons: [
      'Vizlink.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
      ...['', ' (GPU)', ' (Plugin)', ' (Renderer)'].flatMap((kind) =>
        ['Info.plist', `MacOS/Vizlink Helper${kind}`].map(
          (name) => `Vizlink.app/Contents/Frameworks/Vizlink Helper${kind}.app/Contents/${name}`,
        ),
      ),
      'Vizlink.app/Contents/Info.plist',
      'Vizlink.app/Contents/MacOS/Vizlink',
      'Vizlink.app/Contents/Resources/LICENSE.electron.txt',
      'Vizlink.app/Contents/Resources/LICENSES.chromium.html',
      'Vizlink.app/Contents/Resources/electron.icns',
      'Vizlink.app/Contents/Resources/en.lproj/locale.pak',
      'Vizlink.app/Contents/Resources/icon.icns',
    ],
  },
])('a package for $system', ({ system, resources, program, electrons }) => {
  test("holds Electron's files under our name, and ours", () => {
    const tree = treeOf(system)
    const beside = tree.files.filter((file) => !file.startsWith(`${resources}/app.asar.unpacked/`))
    expect(beside).toEqual([...electrons, ...ours(resources)].sort())
  })

  test('holds the program, its page and the entries of its children', () => {
    const tree = treeOf(system)
    const inside = listPackage(join(tree.folder, resources, 'app.asar'), { isPack: false })
    expect(inside).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/LICENSE',
        '/out/main/index.js',
        '/out/main/link-process.js',
        '/out/main/stream-process.js',
        '/out/preload/index.cjs',
        '/out/renderer/index.html',
        '/out/renderer/stopped.html',
      ]),
    )
    expect(inside.filter((file) => file.includes('node_modules'))).toEqual([])
    const unpacked = tree.files.filter((file) => file.startsWith(`${resources}/app.asar.unpacked/`))
    expect(unpacked).toEqual(
      expect.arrayContaining([
        `${resources}/app.asar.unpacked/out/main/link-process.js`,
        `${resources}/app.asar.unpacked/out/main/stream-process.js`,
      ]),
    )
  })

  test("takes no other system's native code but the relay, and says what is missing", () => {
    const tree = treeOf(system)
    expect(tree.files.filter((file) => isOfLinux(join(tree.folder, file)))).toEqual([
      `${resources}/relay/linux-${process.arch}/vizlink-relay`,
    ])
    expect(tree.output).toContain(
      `Without the native addon: there is none for ${system === 'win' ? 'win32' : 'darwin'}-x64.`,
    )
  })

  test('has every fuse as electron-builder.yml says', async () => {
    expect(await fuses(join(treeOf(system).folder, program))).toEqual(flipped)
  })
})

test('a Windows program has our name, icon and the checksum of its archive', () => {
  const program = NtExecutable.from(readFileSync(join(treeOf('win').folder, 'Vizlink.exe')))
  const { entries } = NtExecutableResource.from(program)
  const [version] = Resource.VersionInfo.fromEntries(entries)
  expect(version?.getStringValues({ lang: 1033, codepage: 1200 })).toMatchObject({ ProductName: 'Vizlink' })
  expect(Resource.IconGroupEntry.fromEntries(entries)[0]?.icons.length).toBeGreaterThan(3)
  const integrity = entries.find(({ id }) => id === 'ELECTRONASAR')
  expect(JSON.parse(Buffer.from(integrity?.bin ?? new ArrayBuffer(0)).toString())).toEqual([
    { file: 'resources\\app.asar', alg: 'SHA256', value: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  ])
})

test('a macOS app has our name and the checksum of its archive, and gives up one protection', () => {
  const list = readFileSync(join(treeOf('mac').folder, 'Vizlink.app/Contents/Info.plist'), 'utf8')
  expect(list).toMatch(/<key>CFBundleExecutable<\/key>\s*<string>Vizlink<\/string>/)
  expect(list).toMatch(/<key>Resources\/app.asar<\/key>[^]*<key>hash<\/key>\s*<string>[0-9a-f]{64}<\/string>/)
  const settings = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
  expect(settings.match(/entitlements(Inherit)?: resources\/entitlements.mac.plist/g)).toHaveLength(2)
  const entitlements = readFileSync(join(root, 'resources/entitlements.mac.plist'), 'utf8')
  expect([...entitlements.matchAll(/<key>(.*)<\/key>/g)].map((found) => found[1])).toEqual([
    'com.apple.security.cs.allow-jit',
  ])
})
