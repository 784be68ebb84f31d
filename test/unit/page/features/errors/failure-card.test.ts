/** What a failure's next step asks for is what its card offers, for every reason that there is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createElement, type FunctionComponent } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import {
  actionsOf,
  failureActions,
  type FailureAction,
} from '../../../../../src-main/shared/failure-actions.ts'
import type { ErrorKind, Failure } from '../../../../../src-main/shared/errors.ts'
import { catalogues } from '../../../../../src-main/shared/texts/catalogues.generated.ts'
import english from '../../../../../src-main/shared/texts/en/failures.json' with { type: 'json' }
import korean from '../../../../../src-main/shared/texts/ko/failures.json' with { type: 'json' }
import { translator, type TextKey } from '../../../../../src-main/shared/texts/index.ts'
import { failureReport } from '../../../../../src-renderer/features/errors/report.ts'
import { desktopSnapshot } from '../../../../support/page-snapshots.ts'
import { text } from '../../../../support/texts.ts'

type Offers = Partial<Record<FailureAction, () => void>>
// By a name that the compiler does not follow: this tier is checked without the page's own markup.
const cardFile = '../../../../../src-renderer/features/errors/failure-card.tsx'
const { FailureCard } = (await import(cardFile)) as { FailureCard: FunctionComponent<object> }

type Catalogue = Record<string, Record<string, { nextStep: string }>>
const reasons = Object.entries(english as Catalogue).flatMap(([kind, of]) =>
  Object.keys(of).map((reason) => [kind as ErrorKind, reason] as const),
)
const nextSteps = (kind: string, reason: string): string[] =>
  [english, korean].map((catalogue) => (catalogue as Catalogue)[kind]?.[reason]?.nextStep ?? '')

/** The button of each action, and how a next step asks for it in each language. */
const buttons: Record<FailureAction, { label: TextKey; asks: [RegExp, RegExp] | null }> = {
  // Offered beside what the text says, with a line of its own.
  'vnc-instead': { label: 'vnc.instead', asks: null },
  'end-and-new': {
    label: 'failure-card.endAndNew',
    asks: [/end the session and start a new one/i, /세션을 종료하고 새로 시작/],
  },
  'another-session': {
    label: 'failure-card.anotherSession',
    asks: [/open another session/i, /다른 세션(을 여| 열)/],
  },
  'check-site': { label: 'site-check.open', asks: [/check this site/i, /사이트 점검/] },
  'open-portal': {
    label: 'failure-card.openPortal',
    asks: [/open the portal in the browser/i, /브라우저에서 포털/],
  },
  'forget-certificate': {
    label: 'failure-card.forgetCertificate',
    asks: [/forget (?!.*host-keys)/i, /인증서를 삭제/],
  },
  'forget-host-key': {
    label: 'failure-card.forgetHostKey',
    asks: [/forget (?!.*certificate)/i, /키를 삭제/],
  },
  'save-report': { label: 'failure-card.saveReport', asks: null },
}

/** Asked for where it is offered, and nowhere else; the others may be offered where a text does not ask for them. */
const exactly: FailureAction[] = ['end-and-new', 'check-site', 'forget-certificate', 'forget-host-key']

const failureOf = (kind: ErrorKind, reason: string): Failure => ({
  ...{ kind, reason, facts: {}, evidence: [], retryable: true },
  actions: actionsOf(kind, reason),
})
function buttonsOf(failure: Failure, offers: Offers): string[] {
  const card = createElement(FailureCard, {
    ...{ failure, offers, step: null, busy: false },
    ...{ onRetry: () => undefined, onBack: () => undefined },
  })
  return [...renderToStaticMarkup(card).matchAll(/<button.*?<\/button>/g)].map(([button]) =>
    button.replace(/<[^>]*>/g, ''),
  )
}
const all: Offers = Object.fromEntries(failureActions.map((action) => [action, () => undefined]))

describe.each(failureActions)('%s', (action) => {
  const { label, asks } = buttons[action]

  test('the card has a button of this name for every failure that carries it', () => {
    const carrying = reasons.filter((one) => actionsOf(...one).includes(action))
    expect(carrying).not.toEqual([])
    for (const one of carrying) {
      expect(buttonsOf(failureOf(...one), all), one.join('/')).toContain(text(label))
      expect(buttonsOf(failureOf(...one), {}), one.join('/')).not.toContain(text(label))
    }
  })

  test('a text that asks for it is of a failure that carries it', () => {
    const names = [text(label), translator('ko')(label as 'vnc.instead')]
    if (asks) for (const [index, name] of names.entries()) expect(name).toMatch(asks[index]!)
    for (const [kind, reason] of reasons)
      for (const [index, step] of nextSteps(kind, reason).entries()) {
        const where = `${kind}/${reason}: ${step}`
        const carries = actionsOf(kind, reason).includes(action)
        if (step.toLowerCase().includes(names[index]!.toLowerCase())) expect(carries, where).toBe(true)
        if (asks?.[index]?.test(step)) expect(carries, where).toBe(true)
        else if (exactly.includes(action)) expect(carries, where).toBe(false)
      }
  })
})

test('where evidence is to be given to somebody, a report can be saved', () => {
  for (const [kind, reason] of reasons)
    if (/evidence|report it/i.test(nextSteps(kind, reason)[0]!))
      expect(actionsOf(kind, reason), `${kind}/${reason}`).toContain('save-report')
})

test('commands and options that a text names are those of this program', () => {
  const program = readFileSync(join(import.meta.dirname, '../../../../../src-main/cli.ts'), 'utf8')
  const commands = [...program.matchAll(/(?:\.command|siteCommand)\('([\w-]+)'/g)].map(([, name]) => name)
  const named = [...JSON.stringify(catalogues).matchAll(/vizlink ([a-z][\w-]*)/g)].map(([, name]) => name)
  expect(named).toContain('forget-host-keys')
  for (const name of named) expect(commands).toContain(name)
  const steps = JSON.stringify([
    reasons.map((one) => nextSteps(...one)),
    Object.values(catalogues).map(({ circumstances }) => circumstances),
  ])
  const options = new Set([...steps.matchAll(/(?<!\w)--[a-z-]+/g)].map(([name]) => name))
  expect(options).toContain('--forget')
  for (const name of options) expect(program, name).toMatch(new RegExp(`'(-\\w, )?${name}[' ]`))
})

test('a report has reason, facts, session, times and versions beside what the card shows', () => {
  const failure: Failure = {
    ...failureOf('no-way-to-node', 'none-works'),
    facts: { node: 'viz01', why: { key: 'vnc.instead' } },
    evidence: [{ label: 'answer', value: '503 broken' }],
    circumstance: 'running',
  }
  const started = Date.UTC(2026, 10, 30, 9)
  const desktop = desktopSnapshot('one', 'failed')
  const step = { name: 'queued', status: 'done', startedAt: started, ms: 40.4, detail: null } as const
  const report = failureReport(
    failure,
    { version: '1.2.3', shell: 'electron' },
    { ...desktop, steps: [step] },
    started + 60_000,
  )
  expect(report).toContain('503 broken')
  expect(JSON.parse(report.slice(report.indexOf('\n{')))).toMatchObject({
    ...{ vizlink: '1.2.3', shell: 'electron', time: '2026-11-30T09:01:00.000Z' },
    ...{ reason: 'none-works', circumstance: 'running', facts: failure.facts, steps: [step] },
  })
})
