/** A fault that is planted on purpose: what is changed in one file of the product, and what a user would suffer. */
export interface Fault {
  /** Unique; says where and what. */
  id: string
  /** Path from the root of the project. */
  file: string
  /** Text that occurs exactly once in the file. */
  find: string
  /** What takes its place. */
  replace: string
  kind: FaultKind
  /** Whether a user gets what belongs to another, or a bound against a hostile side is gone. */
  security: boolean
  /** What a user would suffer. */
  harm: string
  /** The nearest tests, the quickest first: test files from the root of the project, or `core` for the C++ programs. */
  tests: readonly string[]
}

export const faultKinds = [
  'condition turned',
  'bound moved',
  'clean-up dropped',
  'check removed',
  'wrong constant',
  'error swallowed',
] as const
export type FaultKind = (typeof faultKinds)[number]

type FaultInFile = Omit<Fault, 'file' | 'tests' | 'security'> & { security?: true; tests?: readonly string[] }

/** Faults of one file, which share its nearest tests. */
export const inFile = (file: string, tests: readonly string[], faults: readonly FaultInFile[]): Fault[] =>
  faults.map((fault) => ({ security: false, tests, ...fault, file }))

/** A deadline that is a hundred times longer. */
export const late = (
  id: string,
  find: string,
  harm: string,
  more: Partial<FaultInFile> = {},
): FaultInFile => ({ id, find, replace: `${find} * 100`, kind: 'wrong constant', harm, ...more })

/**
 * A file's text with the fault in it.
 * @throws where the searched text does not occur there exactly once
 */
export function plant(fault: Fault, text: string): string {
  const found = text.split(fault.find).length - 1
  if (found !== 1) throw new Error(`${fault.id}: its text occurs ${found} times in ${fault.file}`)
  return text.replace(fault.find, () => fault.replace)
}
