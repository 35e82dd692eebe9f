import type { ReactNode } from 'react';
import { ApiError } from '../api/client.js';

const tones = {
  plain: 'border-line bg-sunken text-ink',
  good: 'border-accent/30 bg-accent-soft text-accent',
  warning: 'border-warning/30 bg-warning-soft text-warning',
  danger: 'border-danger/30 bg-danger-soft text-danger',
};

interface NoticeProps {
  tone?: keyof typeof tones;
  children: ReactNode;
}

export function Notice({ tone = 'plain', children }: NoticeProps) {
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'status'}
      className={`rounded-md border px-4 py-3 ${tones[tone]}`}
    >
      {children}
    </div>
  );
}

/** What went wrong with a call, in the server's words; nothing while nothing did. */
export function Problem({ error }: { error: unknown }) {
  if (!error) return null;
  const text =
    error instanceof ApiError ? sentence(error.message) : 'Something went wrong. Please try again.';
  return <Notice tone="danger">{text}</Notice>;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
