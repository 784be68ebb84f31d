/** One notification as the dashboard lists it and the WebSocket service pushes it. Anybody may post one: display text only. */
import { z } from 'zod'
import type { PortalNotification } from '../../shared/model/status.ts'
import { text } from './lenient.ts'

/** Entries that the database of a new portal comes with. */
const examples = /^notif-00[1-5]$/

export const notificationShape = z
  .object({
    id: text(100),
    type: text(40),
    title: text(200),
    message: text(1000),
    timestamp: text(40),
    read: z.unknown().optional(),
  })
  .refine(({ title, message }) => title !== '' || message !== '')
  .transform(({ timestamp, read, ...rest }): PortalNotification => ({
    ...rest,
    when: timestamp,
    read: read === true || read === 1,
    example: examples.test(rest.id),
  }))
