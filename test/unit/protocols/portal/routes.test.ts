/** How the panels ask for the portal's pages. */
import { expect, test } from 'vitest'
import { lookAtRoutes } from '../../../../src-main/protocols/portal/routes.ts'
import type { PortalProfile } from '../../../../src-main/shared/model/site-profile.ts'
import { portalAnswer } from '../../../support/portal-answer.ts'

test('pages are asked for in turn: the time of one has no handshake and no other page in it', async () => {
  let underWay = 0
  const most: number[] = []
  const http = {
    async send() {
      most.push(++underWay)
      await Promise.resolve()
      underWay--
      return portalAnswer({ text: '<html>page</html>' })
    },
  }
  const routes = await lookAtRoutes(http, { origin: 'https://portal.example' } as PortalProfile)
  expect(routes.length).toBeGreaterThan(4)
  expect(new Set(most)).toEqual(new Set([1]))
})
