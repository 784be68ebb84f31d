/** How a command learns that it shall end: Ctrl-C, a polite kill, a terminal that is closed. */

/** After this time a second signal ends the program at once. */
const patienceMs = 1000

/** Resolves at the first signal; from now on none of them ends the program by itself. */
export function stopRequested(): Promise<void> {
  // A closed terminal cannot be written to: what we say then is lost, the clean end is not.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return new Promise((resolve) => {
    let first: number | null = null
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // npm passes on what the terminal has sent us already: that is no second signal.
        if (first !== null && Date.now() - first > patienceMs) process.exit(1)
        first ??= Date.now()
        resolve()
      })
    }
  })
}
