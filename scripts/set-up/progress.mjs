/** How set-up shows that it lives: a step's title before its work, on a terminal what happens meanwhile, then the result. */
import { spawn } from 'node:child_process'

const titleWidth = 18
const everyMs = 1000
/** A quiet step that takes longer is shown. */
const patienceMs = 1000
const nothingDone = ['up to date', 'present']
const maximumOutput = 1 << 20
// Colours and cursor movements of other programs.
const controls = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u001f\u007f]/g

/**
 * @param {{title: string, quiet?: boolean, say?: (line: string) => void, stream?: NodeJS.WriteStream}} options `title` comes
 *   first; `quiet` shows only steps that do something or take long; `say` writes whole lines; `stream` shows a line that
 *   changes, where it is a terminal
 */
export function createProgress({
  title: whole,
  quiet = false,
  say = console.error,
  stream = process.stderr,
}) {
  const live = stream.isTTY === true
  let current = null
  let timer = null
  let begun = false
  const seconds = () => ((Date.now() - current.started) / 1000).toFixed(current.ended ? 1 : 0)

  function clear() {
    if (live) stream.write('\r\u001b[K')
  }
  function draw() {
    if (!live || current === null) return
    const text = `  ${current.title.padEnd(titleWidth)} ${seconds()} s  ${current.last}`
    stream.write(`\r\u001b[K${text.slice(0, Math.max(20, (stream.columns || 80) - 1))}`)
  }
  function stop() {
    clearInterval(timer)
    timer = null
    clear()
  }
  function go() {
    if (!live || current === null) return
    draw()
    timer = setInterval(draw, everyMs)
    timer.unref()
  }

  function begin() {
    if (!begun) say(whole)
    begun = true
  }
  function announce() {
    begin()
    if (live) go()
    else say(`  ${current.title} ...`)
  }

  return {
    /** Runs `work` as a step; what it returns is shown as the result. */
    async step(title, work) {
      current = { title, started: Date.now(), last: '', ended: false }
      const patience = quiet ? setTimeout(announce, patienceMs) : announce()
      try {
        const result = await work()
        current.ended = true
        clearTimeout(patience)
        if (quiet && nothingDone.includes(result)) return
        begin()
        const line = `  ${title.padEnd(titleWidth)} ${(result ?? 'done').padEnd(12)} ${seconds()} s`
        stop()
        say(line)
      } finally {
        clearTimeout(patience)
        stop()
        current = null
      }
    },
    /** Output of a program: its last line is shown while the step runs. */
    note(text) {
      const last = text
        .split(/[\r\n]+/)
        .map((line) => line.replaceAll(controls, '').trim())
        .filter(Boolean)
        .at(-1)
      if (last && current) current.last = last
    },
    /** A line that stays. */
    say(line) {
      clear()
      begin()
      say(line)
      draw()
    },
    /** Runs `work` with the terminal to itself, for a question. */
    async aside(work) {
      stop()
      try {
        return await work()
      } finally {
        go()
      }
    },
  }
}

/**
 * Runs a program to its end, its output passed to `note` as it comes.
 * @returns {Promise<{status: number | null, output: string}>} `output` is the end of both its outputs
 */
export function runNoted(program, args, note, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-maximumOutput)
        note(text)
      })
    }
    child.once('error', (error) => resolve({ status: null, output: output || error.message }))
    child.once('close', (status) => resolve({ status, output }))
  })
}
