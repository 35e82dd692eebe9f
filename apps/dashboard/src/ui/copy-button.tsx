import { Check, Copy } from 'lucide-react';
import { useState } from 'react';

const shownMs = 1_500;

interface CopyButtonProps {
  text: string;
  /** What is copied, for those who do not see the picture. */
  label: string;
  /** Shown beside the picture. */
  caption?: string;
}

export function CopyButton({ text, label, caption }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), shownMs);
  };
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={isCopied ? 'Copied' : label}
      className="inline-flex min-h-6 min-w-6 items-center justify-center gap-1.5 rounded-sm px-1 text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon size={14} aria-hidden className={isCopied ? 'text-accent' : ''} />
      {caption && <span className="text-xs font-medium">{isCopied ? 'Copied' : caption}</span>}
    </button>
  );
}
