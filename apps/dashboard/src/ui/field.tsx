import { type ComponentProps, type ReactNode, useId } from 'react';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it. */
  problem?: string | null;
  prefix?: string;
}

export const inputClass =
  'min-h-9 w-full rounded-md border border-line-strong/60 bg-surface px-3 py-2 text-sm transition-colors hover:border-line-strong aria-invalid:border-danger';

export function Field({ label, hint, problem, prefix, className = '', ...input }: FieldProps) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        {prefix && (
          <span aria-hidden className="absolute inset-y-0 left-3 flex items-center text-muted">
            {prefix}
          </span>
        )}
        <input
          id={id}
          aria-describedby={hint || problem ? about : undefined}
          aria-invalid={problem ? true : undefined}
          className={`${inputClass} ${prefix ? 'pl-7' : ''}`}
          {...input}
        />
      </div>
      {(hint || problem) && (
        <p id={about} className={`mt-1 text-xs ${problem ? 'text-danger' : 'text-muted'}`}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

interface SelectProps extends ComponentProps<'select'> {
  label: string;
  /** The label is read, not shown. */
  isLabelHidden?: boolean;
}

export function Select({ label, isLabelHidden, className = '', ...select }: SelectProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      <select id={id} className={`${inputClass} pr-8`} {...select} />
    </div>
  );
}

interface CheckProps extends ComponentProps<'input'> {
  label: ReactNode;
}

export function Check({ label, ...input }: CheckProps) {
  return (
    <label className="flex items-start gap-2 py-1">
      <input type="checkbox" className="mt-0.5 size-4 accent-accent" {...input} />
      <span>{label}</span>
    </label>
  );
}
