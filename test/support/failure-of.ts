import { toFailure, type Failure } from '../../src-main/shared/errors.ts'
import { failureSchema } from '../../src-main/shared/model/failure.ts'

/** The failure that a promise is rejected with, as it crosses to the page; throws when it is fulfilled. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const failure = await promise.then(
    () => null,
    (error: unknown) => toFailure(error),
  )
  if (failure === null) throw new Error('expected a failure')
  return failureSchema.parse(failure)
}
