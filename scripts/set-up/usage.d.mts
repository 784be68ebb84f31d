/** Prints `usage` and ends the program where its arguments ask for help. */
export function answerHelp(usage: string, args?: string[]): void
