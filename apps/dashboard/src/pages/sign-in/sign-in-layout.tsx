import { type ReactNode, useEffect } from 'react';
import { Logo } from '../../layout/logo.js';

interface SignInLayoutProps {
  title: string;
  about?: ReactNode;
  children: ReactNode;
  /** Ways to other pages. */
  footer?: ReactNode;
}

/** The pages of those who are not signed in. */
export function SignInLayout({ title, about, children, footer }: SignInLayoutProps) {
  useEffect(() => {
    document.title = `${title} · tokenroute`;
  }, [title]);
  return (
    <div className="grid min-h-dvh lg:grid-cols-2">
      <main className="flex flex-col px-6 py-8 sm:px-12">
        <Logo />
        <div className="m-auto w-full max-w-sm py-12">
          <h1 className="text-xl">{title}</h1>
          {about && <p className="mt-2 text-muted">{about}</p>}
          <div className="mt-6 space-y-4">{children}</div>
          {footer && <div className="mt-6 text-muted">{footer}</div>}
        </div>
      </main>
      <aside className="hidden border-l border-line bg-sunken lg:flex">
        <ExampleReceipt />
      </aside>
    </div>
  );
}

/** What the product is about, as one of its receipts. */
function ExampleReceipt() {
  return (
    <div className="m-auto w-full max-w-md p-8">
      <p className="text-lg font-semibold tracking-tight text-balance">
        Every model behind one key. Every request with its receipt.
      </p>
      <div className="mt-8 rounded-lg border border-line bg-surface p-6 tabular-nums">
        <div className="flex items-baseline justify-between">
          <span className="font-medium">gpt-4o-mini</span>
          <span className="text-xs text-muted">an example</span>
        </div>
        <dl className="mt-4 space-y-2">
          <ReceiptLine label="Input" arithmetic="1,204 tokens × $0.15 / M" amount="$0.0001806" />
          <ReceiptLine label="Output" arithmetic="312 tokens × $0.60 / M" amount="$0.0001872" />
          <div className="flex justify-between border-t border-line pt-2 font-medium">
            <dt>Charged</dt>
            <dd>$0.0003678</dd>
          </div>
        </dl>
      </div>
      <p className="mt-4 text-muted">
        The most a request can cost is held before it is sent. What it used is charged, to the nano-dollar.
        What a provider fails to answer is free.
      </p>
    </div>
  );
}

function ReceiptLine({ label, arithmetic, amount }: { label: string; arithmetic: string; amount: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt>
        {label} <span className="block text-xs text-muted">{arithmetic}</span>
      </dt>
      <dd>{amount}</dd>
    </div>
  );
}
