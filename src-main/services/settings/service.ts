/** Keeps the settings: reads file and policy, writes each change at once, and reports what could not be used. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { InOrder } from '../../domain/in-order.ts'
import { changedFile, isSettingsFile, settingsOf, type SettingsFile } from '../../domain/settings.ts'
import type { Platform } from '../../ports/platform.ts'
import { readBounded, readOwnJson, writePrivateFile } from '../../protocols/private-file.ts'
import { excerpt } from '../../shared/bounds.ts'
import { fail, type EvidenceItem, type Failure } from '../../shared/errors.ts'
import type { DesktopKind } from '../../shared/model/desktop.ts'
import type { Policy, SettingChange, Settings, SettingsSnapshot } from '../../shared/model/settings.ts'
import type { LanguageWish } from '../../shared/texts/index.ts'
import { policyPath, readPolicy } from './policy.ts'

const fileIn = (dataFolder: string): string => join(dataFolder, 'settings.json')

export interface SettingsOptions {
  onChange(settings: SettingsSnapshot): void
  /** For tests: another place than the system's. */
  policyFile?: string
}

/** What was chosen at a site for new sessions of a kind. */
export interface ChosenAtSite {
  image?: string | undefined
  /** Of a VNC desktop. */
  hours?: Settings['vncHours'][string] | undefined
}

export class SettingsService {
  private readonly file: string
  private readonly logger: Platform['logger']
  private readonly options: SettingsOptions
  private readonly changes = new InOrder()
  private policyRead: Promise<Policy> | null = null
  /** What has not been reported yet. */
  private notices: Failure[] = []
  /** What holds until the end of the program, where the file can be neither read nor written. */
  private memory: SettingsFile | null = null

  constructor({ dataFolder, logger }: Pick<Platform, 'dataFolder' | 'logger'>, options: SettingsOptions) {
    this.file = fileIn(dataFolder)
    this.logger = logger
    this.options = options
  }

  /** All settings with their sources. `notices`: files that could not be used, each reported to the first caller alone. */
  get(): Promise<{ settings: SettingsSnapshot; notices: Failure[] }> {
    return this.changes.run(async () => {
      const settings = settingsOf(await this.read(), await this.policy())
      return { settings, notices: this.notices.splice(0) }
    })
  }

  async chosenAt(siteId: string, kind: DesktopKind): Promise<ChosenAtSite> {
    const { image, vncImage, vncHours } = await this.changes.run(async () =>
      settingsOf(await this.read(), await this.policy()),
    )
    if (kind === 'stream') return { image: image.value[siteId] }
    return { image: vncImage.value[siteId], hours: vncHours.value[siteId] }
  }

  /**
   * Changes one setting. It is on the disk when this settles.
   * @throws VizlinkError managed-setting; bad-settings when it cannot be written
   */
  set(change: SettingChange): Promise<void> {
    return this.changes.run(async () => {
      const policy = await this.policy()
      if (policy[change.key] !== undefined) throw managed(change.key)
      const before = await this.read()
      const after = changedFile(before, change)
      if (isDeepStrictEqual(before, after)) return
      if (this.memory) this.memory = after
      else await this.write(after)
      this.options.onChange(settingsOf(after, policy))
    })
  }

  /** Settles when the last change has been written. */
  async dispose(): Promise<void> {
    await this.changes.run(() => undefined)
  }

  /** The file as it is now: another program of the same user may have changed it. */
  private async read(): Promise<SettingsFile> {
    if (this.memory) return this.memory
    const read = await readOwnJson(this.file, (value) => {
      if (!isSettingsFile(value)) throw new Error('it holds no settings')
      return value
    })
    if (read.state === 'read') return read.value
    if (read.state === 'missing') return {}
    const { state, ...fields } = read
    this.logger.log('warn', `settings.file-${state}`, fields)
    const file = state === 'damaged' ? read.aside : this.file
    this.notices.push(badFile(state, file, read.error).failure)
    if (state === 'unreadable') this.memory = {}
    return {}
  }

  private async write(settings: SettingsFile): Promise<void> {
    try {
      await writePrivateFile(this.file, `${JSON.stringify(settings, null, 2)}\n`)
    } catch (error) {
      this.logger.log('warn', 'settings.not-written', { error })
      throw badFile('not-written', this.file, error)
    }
  }

  /** Read once: a policy that changes while the program runs holds from the next start. */
  private policy(): Promise<Policy> {
    this.policyRead ??= readPolicy(this.options.policyFile ?? policyPath()).then(({ policy, failure }) => {
      if (failure) {
        this.logger.log('warn', 'settings.policy-refused', { evidence: failure.evidence })
        this.notices.push(failure)
      }
      return policy
    })
    return this.policyRead
  }
}

/** The language that user or policy asks for, without an app. A damaged file is left to it: its page reports that. */
export async function wishedLanguage(dataFolder: string, policyFile = policyPath()): Promise<LanguageWish> {
  const { policy } = await readPolicy(policyFile)
  const file = await readBounded(fileIn(dataFolder))
    .then((text): unknown => JSON.parse(text ?? ''))
    .catch(() => null)
  return settingsOf(isSettingsFile(file) ? file : {}, policy).language.value
}

const managed = (key: string): Error =>
  fail('managed-setting', 'managed', { evidence: [{ label: 'setting', value: key }], retryable: false })

const badFile = (
  what: 'damaged' | 'unreadable' | 'not-written',
  file: string,
  error: unknown,
): Error & { failure: Failure } => {
  const why = error instanceof Error ? error.message : String(error)
  const evidence: EvidenceItem[] = [
    { label: 'file', value: file },
    { label: 'reason', value: excerpt(why) },
  ]
  return fail('bad-settings', what, { facts: { file }, evidence, retryable: false })
}
