/** A copy of the checkout in which a fault may be planted: the checkout itself is never touched. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { plant, type Fault } from '../../test/mutation/fault.ts'
import { UnitTests } from './unit-tests.ts'

/** The checkout that is copied. */
export const root = join(import.meta.dirname, '..', '..')

/** What git does not know and tests need. Packages are many and never written to: they are linked. */
const built = ['native/build', 'resources/relay', 'out', '.cache']

export interface Ended {
  code: number
  output: string
}

/** Groups of processes that run now, by the pid of their first. */
const running = new Set<number>()
/** Copies that exist now. */
const copies = new Set<string>()

/** Ends what runs in copies and removes them at once, for a program that a signal ends. */
export function abandonCopies(): void {
  for (const pid of running) endGroup(pid)
  for (const folder of copies) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** Runs a program of the copy, at most `seconds`; what hangs ends with its children. */
export function runIn(folder: string, program: string, args: string[], seconds: number): Promise<Ended> {
  return new Promise((resolve) => {
    // The programs of the copy and its caches come first, as scripts/mutate.mjs has set them for the checkout.
    const environment = Object.entries(process.env).map(([name, value]) => [
      name,
      value?.replaceAll(root, folder),
    ])
    const child = spawn(program, args, {
      cwd: folder,
      env: Object.fromEntries(environment) as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    let late = false
    const add = (text: Buffer): void => void (output = (output + text.toString()).slice(-20_000))
    child.stdout.on('data', add)
    child.stderr.on('data', add)
    const { pid } = child
    if (pid !== undefined) running.add(pid)
    const timer = setTimeout(() => {
      late = true
      if (pid !== undefined) endGroup(pid)
    }, seconds * 1000)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 1, output: String(error) })
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      if (pid !== undefined) running.delete(pid)
      resolve({ code: late ? 124 : (code ?? 1), output })
    })
  })
}

export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'vizlink-mutate-'))
  readonly unitTests = new UnitTests(this.folder)
  private planted: { path: string; before: string } | null = null
  /** The script that built with a fault; what it made is still there. */
  private builtBy: string | null = null

  /** @param files the checkout's own files, as git lists them */
  async fill(files: readonly string[]): Promise<void> {
    copies.add(this.folder)
    for (const file of files) {
      const to = join(this.folder, file)
      mkdirSync(dirname(to), { recursive: true })
      cpSync(join(root, file), to)
    }
    for (const path of built) {
      if (existsSync(join(root, path)))
        cpSync(join(root, path), join(this.folder, path), { recursive: true, preserveTimestamps: true })
    }
    // Links to the same files; where those cannot be made the packages are copied.
    const packages = join(root, 'node_modules')
    const linked = await runIn(this.folder, 'cp', ['-al', packages, this.folder], 300)
    if (linked.code !== 0) await runIn(this.folder, 'cp', ['-a', packages, this.folder], 900)
  }

  plant(fault: Fault): void {
    const path = join(this.folder, fault.file)
    const before = readFileSync(path, 'utf8')
    writeFileSync(path, plant(fault, before))
    this.planted = { path, before }
    this.unitTests.change(fault.file)
  }

  restore(): void {
    if (this.planted) {
      writeFileSync(this.planted.path, this.planted.before)
      this.unitTests.change(relative(this.folder, this.planted.path))
    }
    this.planted = null
  }

  /** Builds what a fault of that file changes beside the sources. */
  async build(file: string, needsPage: boolean): Promise<Ended> {
    const isNative = file.startsWith('native/')
    if (!isNative && !needsPage) return this.clean()
    const script = isNative ? 'scripts/native/build.mjs' : 'scripts/build.mjs'
    if (this.builtBy !== script) await this.clean()
    this.builtBy = script
    return runIn(this.folder, 'node', [script], 600)
  }

  /** What was built with a fault is built without it. */
  async clean(): Promise<Ended> {
    const script = this.builtBy
    this.builtBy = null
    return script === null ? { code: 0, output: '' } : runIn(this.folder, 'node', [script], 600)
  }

  async remove(): Promise<void> {
    await this.unitTests.close()
    rmSync(this.folder, { recursive: true, force: true })
    copies.delete(this.folder)
  }
}
