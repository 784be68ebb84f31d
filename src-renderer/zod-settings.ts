/**
 * Schemas must not be compiled with `new Function`: the page's CSP forbids it, and every try would be reported.
 * Zod decides this when a schema is made, so this comes before everything that imports the contract.
 */
import { z } from 'zod'

z.config({ jitless: true })
