/** The addon that `buildForWindows` makes. */
export const windowsAddon: string
/** Compiles core and addon for Windows; rejects with the compiler's or linker's words. */
export function buildForWindows(log?: (text: string) => void): Promise<void>
