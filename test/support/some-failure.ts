/** A failure of a kind, for tests to which its reason does not matter. */
import { VizlinkError, type ErrorKind } from '../../src-main/shared/errors.ts'
import failures from '../../src-main/shared/texts/en/failures.json' with { type: 'json' }

export const someFailure = (kind: ErrorKind): VizlinkError =>
  new VizlinkError({
    ...{ kind, reason: Object.keys(failures[kind])[0] ?? '', facts: {} },
    ...{ evidence: [], retryable: true, actions: [] },
  })
