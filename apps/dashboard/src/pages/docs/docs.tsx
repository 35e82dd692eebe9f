import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { publicApiQuery } from '../../api/queries.js';
import { type DocsPage, searchDocs } from '../../figures/search-docs.js';
import { Logo } from '../../layout/logo.js';
import { NotFound } from '../../layout/failure.js';
import { usePublicApiUrl } from '../../layout/use-organisation.js';
import { Field } from '../../ui/field.js';
import { Markdown } from '../../ui/markdown.js';
import { Problem } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { docsPages, needsDescription, pageOfLink } from './docs-pages.js';

/** The documentation, open to everybody. */
export function Docs() {
  const { slug } = useParams({ from: '/docs/$slug' });
  const publicApiUrl = usePublicApiUrl();
  const description = useQuery(publicApiQuery);
  const pages = useMemo(() => docsPages(publicApiUrl, description.data), [publicApiUrl, description.data]);
  const page = pages.find((each) => each.slug === slug);
  useEffect(() => {
    if (page) document.title = `${page.title} · tokenroute docs`;
  }, [page]);
  if (!page) return <NotFound />;
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[17rem_1fr]">
      <aside className="border-line p-4 lg:sticky lg:top-0 lg:h-dvh lg:overflow-y-auto lg:border-r">
        <div className="flex items-center justify-between px-2 py-1">
          <Link to="/dashboard">
            <Logo />
          </Link>
          <span className="text-muted">Docs</span>
        </div>
        <Search pages={pages} />
        <nav aria-label="Documentation" className="mt-4">
          <ul className="flex flex-wrap gap-x-1 lg:block">
            {pages.map(({ slug, title }) => (
              <li key={slug}>
                <Link
                  to="/docs/$slug"
                  params={{ slug }}
                  className="flex min-h-9 items-center rounded-md px-3 text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink"
                >
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </aside>
      <main key={slug} className="mx-auto w-full max-w-4xl min-w-0 px-4 py-6 sm:px-8 sm:py-8">
        <h1 className="mb-6 text-2xl">{page.title}</h1>
        <Markdown blocks={page.blocks} toLink={toLink} />
        {needsDescription(slug) && !description.data && (
          <div className="mt-6">
            {description.isPending ? (
              <Skeleton className="h-96 w-full" />
            ) : (
              <Problem error={description.error} />
            )}
          </div>
        )}
      </main>
    </div>
  );
}

function toLink(href: string, content: ReactNode): ReactNode {
  const linkClass = 'underline underline-offset-4';
  if (href.startsWith('#')) {
    return (
      <Link to="." hash={href.slice(1)} className={linkClass}>
        {content}
      </Link>
    );
  }
  const target = pageOfLink(href);
  if (target) {
    return (
      <Link to="/docs/$slug" params={{ slug: target.slug }} hash={target.anchor} className={linkClass}>
        {content}
      </Link>
    );
  }
  if (/^https:\/\//.test(href)) {
    return (
      <a href={href} rel="noreferrer" className={linkClass}>
        {content}
      </a>
    );
  }
  // A document for those who run or build it: not for customers.
  return content;
}

function Search({ pages }: { pages: readonly DocsPage[] }) {
  const [question, setQuestion] = useState('');
  const hits = searchDocs(pages, question);
  return (
    <search className="mt-4 block">
      <Field
        label="Search the docs"
        type="search"
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
      />
      {question.trim() !== '' && (
        <ul aria-label="Found" className="mt-2 space-y-1">
          {hits.length === 0 && <li className="px-3 py-1 text-muted">Nothing was found.</li>}
          {hits.map(({ slug, anchor, title, excerpt }, index) => (
            <li key={index}>
              <Link
                to="/docs/$slug"
                params={{ slug }}
                hash={anchor}
                onClick={() => setQuestion('')}
                className="block rounded-md px-3 py-2 hover:bg-sunken"
              >
                <span className="block font-medium">{title}</span>
                <span className="block truncate text-xs text-muted">{excerpt}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
