import { type ReactNode, useEffect } from 'react';

interface PageProps {
  title: string;
  /** One sentence under the title. */
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the dashboard: its title, what can be done, its contents. */
export function Page({ title, about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · tokenroute`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-6 sm:px-8 sm:py-8">
      <header className="mb-6 flex flex-wrap items-start justify-between gap-4">
        <div>
          <h1 className="text-xl">{title}</h1>
          {about && <p className="mt-1 max-w-prose text-muted">{about}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      <div className="space-y-6">{children}</div>
    </div>
  );
}

interface CardProps {
  title?: string;
  about?: ReactNode;
  actions?: ReactNode;
  /** Contents go to the border: a table. */
  isFlush?: boolean;
  className?: string;
  children: ReactNode;
}

export function Card({ title, about, actions, isFlush, className = '', children }: CardProps) {
  return (
    <section className={`min-w-0 rounded-lg border border-line bg-surface ${className}`}>
      {title && (
        <div className="flex flex-wrap items-start justify-between gap-4 px-4 pt-4 sm:px-6 sm:pt-5">
          <div>
            <h2 className="text-base">{title}</h2>
            {about && <p className="text-muted">{about}</p>}
          </div>
          {actions}
        </div>
      )}
      <div className={isFlush ? (title ? 'mt-3' : '') : 'p-4 sm:px-6 sm:py-5'}>{children}</div>
    </section>
  );
}

interface EmptyProps {
  title: string;
  /** What to do next. */
  children: ReactNode;
  action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <RouteMark />
      <h3 className="mt-4 text-base">{title}</h3>
      <p className="mt-1 max-w-md text-muted">{children}</p>
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

function RouteMark() {
  return (
    <svg aria-hidden viewBox="0 0 96 32" className="w-24 text-line-strong" fill="none" strokeWidth="2">
      <path
        d="M4 24h24c16 0 24-16 40-16h24"
        stroke="currentColor"
        strokeDasharray="2 6"
        strokeLinecap="round"
      />
      <circle cx="92" cy="8" r="3" className="fill-accent stroke-none" />
      <circle cx="4" cy="24" r="3" fill="currentColor" stroke="none" />
    </svg>
  );
}
