/** The ways of signing in: what the portal is installed with, what a person does, and what the client says about it. */
import type { Question } from '../../../src-main/shared/model/desktop.ts'
import type { SignIn } from '../../site/portal/sign-in.ts'
import { browse } from '../../support/browser-player.ts'
import type { TestDesktop } from '../../support/test-client.ts'
import { signIn } from '../site/support.ts'
import type { Place } from './place.ts'

export interface Mode {
  name: string
  /** Sign-in of the portal while the client signs in. */
  portal: SignIn
  /** The profile has a standards OIDC login. */
  oidc: boolean
  /** The portal knows who it is. */
  verified: boolean
  /** Said while the picture is shown. */
  warning: RegExp | null
  /** What a person has in hand before. */
  prepare?(place: Place): Promise<string>
  /** What a person does with the question that comes. */
  enter?: {
    asks: Question['type']
    answer(place: Place, attempt: TestDesktop, question: Question, inHand: string): Promise<void>
  }
}

const inTheBrowser: Mode['enter'] = {
  asks: 'browser-sign-in',
  async answer({ ca, handOffPort }, _attempt, question) {
    if (question.type === 'browser-sign-in')
      await browse(question.address, { user: 'alice', ca, handOffPort })
  },
}

export const modes: readonly Mode[] = [
  {
    name: 'test login',
    portal: 'mock',
    oidc: false,
    verified: false,
    warning: /signs users in without a password: the sign-in proves nothing\.$/,
  },
  {
    name: 'SAML hand-off',
    portal: 'saml',
    oidc: false,
    verified: true,
    warning: null,
    enter: inTheBrowser,
  },
  {
    name: 'OIDC hand-off',
    portal: 'oidc',
    oidc: false,
    verified: true,
    warning: null,
    enter: inTheBrowser,
  },
  {
    name: 'pasted token',
    portal: 'ldap',
    oidc: false,
    verified: true,
    warning: null,
    async prepare({ site }) {
      site.setSignIn('mock')
      return signIn(site, 'alice')
    },
    enter: {
      asks: 'token',
      answer: async (_place, { desktop }, question, token) => void desktop.answer(question.id, [token]),
    },
  },
  {
    name: 'standards OIDC with PKCE',
    portal: 'saml',
    oidc: true,
    verified: true,
    warning: null,
    enter: inTheBrowser,
  },
]
