/** Unit tests of one copy of the checkout in a vitest that stays: what is not changed is read once. */
import { join } from 'node:path'
import { createVitest, type Vitest } from 'vitest/node'

/** The first test that fails ends its file, after 20 seconds. What takes this long hangs in a way that vitest does not end. */
const lateMs = 90_000

export class UnitTests {
  private readonly folder: string
  private vitest: Promise<Vitest> | null = null
  private readonly changed = new Set<string>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** @param file path from the root of the copy; it is another one than at the last run */
  change(file: string): void {
    this.changed.add(file)
  }

  /** @returns an exit status: 0 where everything passed, 124 where the tests hang */
  async run(test: string): Promise<number> {
    this.vitest ??= createVitest('test', {
      root: this.folder,
      project: ['unit'],
      watch: false,
      bail: 1,
      reporters: [{}],
      silent: true,
    })
    const vitest = await this.vitest
    for (const file of this.changed) vitest.invalidateFile(join(this.folder, file))
    this.changed.clear()
    const specifications = await vitest.globTestSpecifications([join(this.folder, test)])
    if (specifications.length === 0) return 1
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), lateMs)))
    const result = await Promise.race([vitest.runTestSpecifications(specifications), late])
    clearTimeout(timer)
    if (result === null) {
      void vitest.close().catch(() => undefined)
      this.vitest = null
      return 124
    }
    const { testModules, unhandledErrors } = result
    // The result holds what ran before too.
    const path = join(this.folder, test)
    const now = testModules.filter(({ moduleId }) => moduleId === path)
    return unhandledErrors.length === 0 && now.length > 0 && now.every((module) => module.ok()) ? 0 : 1
  }

  async close(): Promise<void> {
    await (await this.vitest)?.close()
  }
}
