/** The platform of a command: its log is a file, a terminal shows words only. */
import { nativeFile } from '../protocols/native.ts'
import {
  createFileLogger,
  createNodePlatform,
  userDataFolder,
  type NodePlatform,
} from '../shells/node/index.ts'

/**
 * Makes the platform on the user's data folder; the caller disposes of it.
 * @throws VizlinkError where the native addon is missing: without it every connection's process would end at once
 */
export function createCommandPlatform(): NodePlatform {
  nativeFile()
  const dataFolder = userDataFolder()
  return createNodePlatform({ dataFolder, logger: createFileLogger(dataFolder) })
}
