export const electron22Version: string
export const electron22Folder: string
export function fetchElectron22(log?: (text: string) => void): Promise<string>
export const appImageRuntime: string
