/** The platform of a command: its log is a file, a terminal shows words only. */
import {
  createFileLogger,
  createNodePlatform,
  userDataFolder,
  type NodePlatform,
} from '../shells/node/index.ts'

/** Makes the platform on the user's data folder; the caller disposes of it. */
export function createCommandPlatform(): NodePlatform {
  const dataFolder = userDataFolder()
  return createNodePlatform({ dataFolder, logger: createFileLogger(dataFolder) })
}
