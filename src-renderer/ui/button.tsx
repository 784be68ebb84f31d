import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './button.module.css'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'type'> {
  /** One `primary` per screen; `danger` for what cannot be undone. */
  look?: 'primary' | 'plain' | 'quiet' | 'danger'
  size?: 'normal' | 'large'
  type?: 'button' | 'submit'
  icon?: ReactNode
  wide?: boolean
  /** Keeps its place and name, cannot be pressed twice. */
  busy?: boolean
  /** Below this toolbar's narrow width only the icon is shown; the name stays for screen readers. */
  collapses?: boolean
}

/** A button with a name, an optional icon and one of four looks. */
export function Button({
  look = 'plain',
  size = 'normal',
  type = 'button',
  icon,
  wide = false,
  busy = false,
  collapses = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classNames(
        styles.button,
        styles[look],
        size === 'large' && styles.large,
        wide && styles.wide,
        collapses && styles.collapses,
      )}
    >
      {icon && (
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
      )}
      <span className={styles.label}>{children}</span>
    </button>
  )
}
