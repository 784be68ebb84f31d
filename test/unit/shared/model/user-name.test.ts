/** Names of users, as their systems take them. */
import { expect, test } from 'vitest'
import { isSameUser, isSessionOf } from '../../../../src-main/shared/model/user-name.ts'

test.each([
  ['ada', 'ada', true],
  ['ada', 'Ada', true],
  ['ada', 'ada@example.org', true],
  ['ada', 'DOMAIN\\ada', true],
  ['domain\\ada', 'DOMAIN\\Ada', true],
  ['first.last', 'first.last', true],
  ['ada', 'eve', false],
  ['ada', 'ada\\eve', false],
  ['ada', 'adam', false],
])('B14 the owner of a job %s is the user %s: %s', (unix, login, same) =>
  expect(isSameUser(unix, login)).toBe(same),
)

test.each([
  ['ada', 'ml-ada-17', true],
  ['a.b@c', 'ml-a.b@c-17', true],
  ['a.b', 'ml-axb-17', false],
  ['ada', 'ml-ada-17-18', false],
  ['ada', 'vnc-ada-17', false],
])('B14 sessions of %s: %s', (user, id, own) => expect(isSessionOf('ml', user, id)).toBe(own))
