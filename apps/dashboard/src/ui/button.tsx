import { type ComponentProps } from 'react';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';

const variants: Record<Variant, string> = {
  primary: 'bg-ink text-paper hover:opacity-85',
  secondary: 'border border-line bg-surface hover:border-line-strong',
  quiet: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'border border-danger/40 bg-danger-soft text-danger hover:border-danger',
};

const shape =
  'inline-flex min-h-9 items-center justify-center gap-2 rounded-md px-4 py-2 text-sm font-medium whitespace-nowrap transition-[opacity,background-color,border-color] disabled:opacity-50';

/** How a button looks, for links that are to look like one. */
export function buttonClass(variant: Variant = 'secondary'): string {
  return `${shape} ${variants[variant]}`;
}

interface ButtonProps extends ComponentProps<'button'> {
  variant?: Variant;
  /** Something is under way: pressing again does nothing. */
  isBusy?: boolean;
}

export function Button({ variant, isBusy, className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || isBusy}
      aria-busy={isBusy}
      className={`${buttonClass(variant)} ${className}`}
    />
  );
}
