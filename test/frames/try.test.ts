import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { appendFileSync } from 'node:fs'
import { startSiteOnLine, usualVideo, watchDesktop } from '../support/desktop-on-line.ts'
test('try', { timeout: 400_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const live = process.env.LIVE === '1'
  const here = await startSiteOnLine(stack, { liveBitrate: live })
  const log = (...a: unknown[]) => appendFileSync('/tmp/w/follow.try', a.map((x) => typeof x === 'string' ? x : JSON.stringify(x)).join(' ') + '\n')
  log('START', live)
  await here.line.carry(Number(process.env.FIRST ?? 20))
  const desktop = await watchDesktop(here, usualVideo)
  const t0 = Date.now()
  let last = ''
  let frames = 0
  const timer = setInterval(() => {
    const s = desktop.client.snapshot() as any
    if (!s) return
    const p = s.pace
    const now = s.stream?.framesReceived ?? 0
    log(((Date.now() - t0) / 1000).toFixed(1), s.state, p && { ask: p.bitrateKbps, fps: p.fps, w: p.width, line: p.lineKbps, weak: p.weak, changing: p.changingSince !== null, n: p.changes.length }, s.link?.line && { ...s.link.line, carriedKbps: Math.round(s.link.line.carriedKbps) }, 'used', Math.round(s.stream?.bitrateKbps ?? 0), 'got', now - frames, 'dropped', s.link?.droppedFrames, s.silence ? 'SILENCE' : '')
    frames = now
  }, 1000)
  stack.defer(() => clearInterval(timer))
  desktop.move(true)
  for (const part of (process.env.PARTS ?? '20:8,2:35,20:35').split(',')) {
    const [m, sec] = part.split(':').map(Number)
    await here.line.carry(m!)
    log('--- ', m!)
    await delay(sec! * 1000)
  }
  log('resumes', desktop.resumes().map(([a, b]) => [((a - t0) / 1000).toFixed(1), b - a]))
  await desktop.end()
})
