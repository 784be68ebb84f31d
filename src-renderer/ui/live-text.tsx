/** Text that is only read out, when it changes and when the reader has time. */
export function LiveText({ children }: { children: string }) {
  return (
    <p className="only-read-out" aria-live="polite" role="status">
      {children}
    </p>
  )
}
