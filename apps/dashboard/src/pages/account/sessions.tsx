import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { askAuth } from '../../api/auth.js';
import { showBrowser } from '../../figures/show-browser.js';
import { showAgo } from '../../figures/show-time.js';
import { useSession } from '../../layout/use-organisation.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';

interface SessionRow {
  id: string;
  token: string;
  createdAt: string;
  ipAddress?: string | null;
  userAgent?: string | null;
}

export function Sessions() {
  const queries = useQueryClient();
  const { id: currentId } = useSession();
  const { data: sessions, error } = useQuery({
    queryKey: ['sessions'],
    queryFn: () => askAuth<SessionRow[]>('/list-sessions'),
  });
  const end = useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) => askAuth(path, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const endOthers = () => end.mutate({ path: '/revoke-other-sessions', body: {} });
  return (
    <Card
      title="Sessions"
      about="Where you are signed in."
      actions={
        (sessions?.length ?? 0) > 1 && (
          <Button onClick={endOthers} isBusy={end.isPending}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <Problem error={error ?? end.error} />
      {!sessions && !error && <Skeleton className="h-16" />}
      <ul className="divide-y divide-line">
        {sessions?.map(({ id, token, createdAt, ipAddress, userAgent }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-2 py-3">
            <span>
              <span className="block font-medium">{showBrowser(userAgent ?? '')}</span>
              <span className="text-xs text-muted">
                {ipAddress && `${ipAddress} · `}
                signed in {showAgo(new Date(createdAt).toISOString(), Date.now())}
              </span>
            </span>
            {id === currentId ? (
              <Badge tone="good">this one</Badge>
            ) : (
              <Button
                variant="quiet"
                isBusy={end.isPending}
                onClick={() => end.mutate({ path: '/revoke-session', body: { token } })}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
