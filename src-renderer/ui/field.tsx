import { useId, type ComponentProps } from 'react'
import styles from './field.module.css'

/** A labelled text field; `hint` is below and is read out with it. */
export function TextField({
  label,
  hint,
  ...rest
}: { label: string; hint?: string } & Omit<ComponentProps<'input'>, 'className' | 'id'>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <input {...rest} id={id} className={styles.input} aria-describedby={hint ? `${id}-hint` : undefined} />
      {hint && (
        <p id={`${id}-hint`} className="quiet-text">
          {hint}
        </p>
      )}
    </div>
  )
}

/** A labelled choice from a list. */
export function SelectField({
  label,
  options,
  ...rest
}: { label: string; options: readonly { value: string; label: string }[] } & Omit<
  ComponentProps<'select'>,
  'className' | 'id'
>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <select {...rest} id={id} className={styles.input}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
