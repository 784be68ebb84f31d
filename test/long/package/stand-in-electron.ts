/**
 * Folders that have the shape of Electron for Windows and for macOS, and nothing that runs: what electron-builder renames, edits and
 * flips is real (a Windows program with resources, property lists, the fuse wire). Electron's own files for those systems are not needed
 * to see what a package would hold.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as resedit from 'resedit'

/** Of the fuse wire: `@electron/fuses`, constants. Version 1, nine fuses as Electron ships them. */
const fuseWire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('101100011'),
])

function write(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content, { mode: 0o755 })
  }
}

/** A Windows program with a version, as Electron's has, and the fuse wire behind its sections. */
function windowsProgram(): Uint8Array {
  const program = resedit.NtExecutable.createEmpty(false, false)
  const resources = resedit.NtExecutableResource.from(program)
  const version = resedit.Resource.VersionInfo.createEmpty()
  version.setStringValues({ lang: 1033, codepage: 1200 }, { ProductName: 'Electron' })
  version.outputToResourceEntries(resources.entries)
  resources.outputResource(program)
  program.setExtraData(new Uint8Array(fuseWire).buffer)
  return new Uint8Array(program.generate())
}

const plist = (values: Record<string, string>): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0"><dict>',
    ...Object.entries(values).map(([key, value]) => `<key>${key}</key><string>${value}</string>`),
    '</dict></plist>',
  ].join('\n')

function macFiles(): Record<string, string | Uint8Array> {
  const frameworks = 'Electron.app/Contents/Frameworks'
  const bundle = (path: string, name: string): Record<string, string> => ({
    [`${path}/Contents/Info.plist`]: plist({ CFBundleExecutable: name, CFBundleName: name }),
    [`${path}/Contents/MacOS/${name}`]: 'a program',
  })
  const helpers = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'].map((kind) => `Electron Helper${kind}`)
  return {
    ...bundle('Electron.app', 'Electron'),
    'Electron.app/Contents/Resources/electron.icns': '',
    'Electron.app/Contents/Resources/en.lproj/locale.pak': '',
    [`${frameworks}/Electron Framework.framework/Electron Framework`]: fuseWire,
    ...Object.fromEntries(
      helpers.flatMap((name) => Object.entries(bundle(`${frameworks}/${name}.app`, name))),
    ),
  }
}

/** @param system whose Electron it looks like @returns the folder, which the caller removes */
export function standInElectron(system: 'win' | 'mac', version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vizlink-stand-in-'))
  write(folder, { version, LICENSE: "Electron's licence", 'LICENSES.chromium.html': "Chromium's licences" })
  write(
    folder,
    system === 'mac'
      ? macFiles()
      : { 'electron.exe': windowsProgram(), 'resources.pak': '', 'locales/en-US.pak': '' },
  )
  return folder
}
