/** The dashboard's notifications: a list with demo entries in it, and a message to the WebSocket service for each new one. */
import { inside } from '../support/addresses.ts'
import { requestJson } from './flask.ts'
import type { Handler, Routes } from './flask.ts'

interface Notification {
  id: string
  type: string
  title: string
  message: string
  data: object | null
  read: 0 | 1
  timestamp: string
  created_at: string
}

const stamp = (): string => new Date().toISOString().slice(0, 19).replace('T', ' ')

/** What a fresh database holds. */
const demoEntries = (): Notification[] => {
  const at = stamp()
  const entry = (
    id: string,
    type: string,
    title: string,
    message: string,
    data: object,
    read: 0 | 1 = 0,
  ): Notification => ({ id, type, title, message, data, read, timestamp: at, created_at: at })
  return [
    entry('notif-001', 'job_completed', 'Job Completed', 'Job #12345 has finished successfully', {
      jobId: '12345',
      duration: '2h 30m',
    }),
    entry('notif-002', 'job_failed', 'Job Failed', 'Job #12346 failed with exit code 1', {
      jobId: '12346',
      exitCode: 1,
    }),
    entry('notif-003', 'alert', 'High CPU Usage', 'Node compute-001 CPU usage is at 95%', {
      node: 'compute-001',
      metric: 'cpu',
      value: 95,
    }),
    entry(
      'notif-004',
      'system',
      'Maintenance Scheduled',
      'System maintenance on 2025-10-15 from 2-4 AM',
      { date: '2025-10-15', duration: '2 hours' },
      1,
    ),
    entry(
      'notif-005',
      'info',
      'New Feature',
      'Real-time monitoring is now available',
      { feature: 'monitoring' },
      1,
    ),
  ]
}

/** Routes; `webSocketPort`: where the WebSocket service takes broadcasts. */
export function notificationRoutes(webSocketPort: number): Routes {
  const all = demoEntries()
  const unread = (): number => all.filter(({ read }) => read === 0).length
  const create: Handler = async (request) => {
    const body = requestJson(request) as {
      type?: string
      title?: string
      message?: string
      data?: object
    } | null
    if (!body?.title || !body.message)
      return { status: 400, json: { success: false, error: 'Title and message are required' } }
    const at = stamp()
    const notification: Notification = {
      id: `notif-${Date.now()}`,
      type: body.type ?? 'info',
      title: body.title,
      message: body.message,
      data: body.data ?? null,
      read: 0,
      timestamp: at,
      created_at: at,
    }
    all.unshift(notification)
    // A WebSocket service that is down loses the message: it is not sent again.
    await fetch(`http://${inside}:${webSocketPort}/broadcast`, {
      method: 'POST',
      body: JSON.stringify({
        channel: 'notifications',
        message: { type: 'notification', data: notification },
      }),
      signal: AbortSignal.timeout(2000),
    }).catch(() => undefined)
    return { status: 200, json: { success: true, id: notification.id, message: 'Notification created' } }
  }
  return {
    '/api/notifications': {
      GET: ({ query }) => {
        const limit = Number(query.get('limit') ?? 50)
        const wanted = query.get('unread') === 'true' ? all.filter(({ read }) => read === 0) : all
        return {
          status: 200,
          json: { success: true, notifications: wanted.slice(0, limit), unreadCount: unread() },
        }
      },
      POST: create,
    },
    '/api/notifications/unread-count': {
      GET: () => ({ status: 200, json: { success: true, count: unread() } }),
    },
  }
}
