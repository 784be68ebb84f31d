/** `vizlink check`: the site check for administrators and scripts. */
import { readFile, writeFile } from 'node:fs/promises'
import { checkSite } from '../site-check/index.ts'
import { writingTo } from '../protocols/file-failures.ts'
import { fail } from '../shared/errors.ts'
import { loadProfile } from '../services/sites/index.ts'
import { siteCheckReportSchema } from '../shared/model/site-check.ts'
import { wordedIn } from '../shared/model/site-check-words.ts'
import { version } from '../version.ts'
import { toHtml } from '../shared/site-check-html.ts'
import { toMarkdown } from '../shared/site-check-markdown.ts'
import { toText } from './check-text.ts'
import { say } from './output.ts'
import { createCommandPlatform } from './platform.ts'
import { terminal, terminalQuestions } from './questions.ts'
import { language, t } from './texts.ts'

export interface CheckOptions {
  site: string
  json: boolean
  markdown: boolean
  html?: string
  tokenFile?: string
}

/** @throws VizlinkError bad-request: there is no such file, or it cannot be read */
async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const evidence = [{ label: 'error', value: (cause as Error).message }]
    throw fail('bad-request', 'token-file-unreadable', { facts: { file }, evidence, retryable: false, cause })
  })
  return text.trim()
}

/** @returns exit status: 0 neither warnings nor failures, 1 warnings, 2 failures */
export async function check(options: CheckOptions): Promise<number> {
  const loaded = await loadProfile(options.site)
  const token = options.tokenFile === undefined ? null : await tokenIn(options.tokenFile)
  const platform = createCommandPlatform()
  try {
    const report = siteCheckReportSchema.parse(
      await checkSite({
        ...{ loaded, platform, version, token },
        questions: terminalQuestions,
        // Without a terminal there is no person to ask.
        interaction: process.stdin.isTTY ? terminal : null,
      }),
    )
    if (options.html !== undefined) {
      const { html } = options
      await writingTo(html, () => writeFile(html, toHtml(report, language)))
      say(t('cli.check.written', { file: html }))
    }
    // Scripts read the JSON: its words are English in every language.
    if (options.json) process.stdout.write(`${JSON.stringify(wordedIn(report, 'en'))}\n`)
    else if (options.markdown) process.stdout.write(toMarkdown(report, language))
    else if (options.html === undefined)
      process.stdout.write(
        toText(report, { colour: process.stdout.isTTY && !process.env.NO_COLOR, language }),
      )
    return report.exitCode
  } finally {
    await platform.dispose()
  }
}
