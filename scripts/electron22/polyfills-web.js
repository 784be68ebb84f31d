/* What Chrome 108 and Node.js 16 both lack of Electron 45: the page's and its worker's, and the first part of the programs'. */
const define = (o, n, v) => {
  if (o && !(n in o)) Object.defineProperty(o, n, { value: v, writable: true, configurable: true })
}
define(Promise, 'withResolvers', function () {
  let resolve, reject
  const promise = new this((a, b) => {
    resolve = a
    reject = b
  })
  return { promise, resolve, reject }
})
define(Promise, 'try', function (f, ...a) {
  return new this((r) => r(f(...a)))
})
for (const T of [Array, Object.getPrototypeOf(Uint8Array)]) {
  define(T.prototype, 'toSorted', function (c) {
    return this.slice().sort(c)
  })
  define(T.prototype, 'toReversed', function () {
    return this.slice().reverse()
  })
  define(T.prototype, 'with', function (i, v) {
    const c = this.slice()
    c[i < 0 ? c.length + i : i] = v
    return c
  })
  define(T.prototype, 'findLast', function (f) {
    for (let i = this.length; i--;) if (f(this[i], i, this)) return this[i]
  })
  define(T.prototype, 'findLastIndex', function (f) {
    for (let i = this.length; i--;) if (f(this[i], i, this)) return i
    return -1
  })
}
define(Array.prototype, 'toSpliced', function (...a) {
  const c = this.slice()
  c.splice(...a)
  return c
})
define(Array, 'fromAsync', async (it, f) => {
  const r = []
  for await (const x of it) r.push(f ? await f(x) : x)
  return r
})
define(Object, 'groupBy', (it, f) => {
  const r = Object.create(null)
  let i = 0
  for (const x of it) (r[f(x, i++)] ??= []).push(x)
  return r
})
define(Map, 'groupBy', (it, f) => {
  const r = new Map()
  let i = 0
  for (const x of it) {
    const k = f(x, i++)
    r.has(k) ? r.get(k).push(x) : r.set(k, [x])
  }
  return r
})
define(String.prototype, 'isWellFormed', function () {
  return !/\p{Surrogate}/u.test(this)
})
define(String.prototype, 'toWellFormed', function () {
  return this.replace(/\p{Surrogate}/gu, '\ufffd')
})
define(Error, 'isError', (e) => e instanceof Error)
define(URL, 'canParse', (u, b) => {
  try {
    new URL(u, b)
    return true
  } catch {
    return false
  }
})
define(URL, 'parse', (u, b) => {
  try {
    return new URL(u, b)
  } catch {
    return null
  }
})
define(AbortSignal, 'any', (signals) => {
  const c = new AbortController()
  for (const s of signals) {
    if (s.aborted) {
      c.abort(s.reason)
      break
    }
    s.addEventListener('abort', () => c.abort(s.reason), { once: true })
  }
  return c.signal
})
const setMethods = {
  union(o) {
    return new Set([...this, ...o.keys()])
  },
  intersection(o) {
    return new Set([...this].filter((x) => o.has(x)))
  },
  difference(o) {
    return new Set([...this].filter((x) => !o.has(x)))
  },
  isSubsetOf(o) {
    return [...this].every((x) => o.has(x))
  },
  isSupersetOf(o) {
    return [...o.keys()].every((x) => this.has(x))
  },
  isDisjointFrom(o) {
    return ![...this].some((x) => o.has(x))
  },
}
for (const [n, f] of Object.entries(setMethods)) define(Set.prototype, n, f)
// Iterator helpers
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
const it = {
  *map(f) {
    let i = 0
    for (const x of this) yield f(x, i++)
  },
  *filter(f) {
    let i = 0
    for (const x of this) if (f(x, i++)) yield x
  },
  *take(n) {
    if (n <= 0) return
    for (const x of this) {
      yield x
      if (--n <= 0) return
    }
  },
  *drop(n) {
    for (const x of this) if (n-- <= 0) yield x
  },
  *flatMap(f) {
    for (const x of this) yield* f(x)
  },
  toArray() {
    return [...this]
  },
  some(f) {
    for (const x of this) if (f(x)) return true
    return false
  },
  every(f) {
    for (const x of this) if (!f(x)) return false
    return true
  },
  find(f) {
    for (const x of this) if (f(x)) return x
  },
  forEach(f) {
    for (const x of this) f(x)
  },
  reduce(f, a) {
    for (const x of this) a = f(a, x)
    return a
  },
}
for (const [n, f] of Object.entries(it)) define(IteratorPrototype, n, f)
