import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, ChevronsUpDown } from 'lucide-react';
import { askAuth } from '../api/auth.js';
import { Menu } from '../ui/menu.js';
import { MenuItem } from '../ui/menu-item.js';
import { useOrganisation, useSession } from './use-organisation.js';

/** Which organisation the person works in, and the way into another. */
export function OrganisationMenu() {
  const { memberships } = useSession();
  const current = useOrganisation();
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (organizationId: string) => askAuth('/organization/set-active', { organizationId }),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Menu
      triggerClass="flex min-h-10 w-full items-center justify-between gap-2 rounded-md border border-line bg-surface px-3 py-2 text-left hover:border-line-strong"
      trigger={
        <>
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">{current.organisationName}</span>
            <span className="block text-xs text-muted">{current.role}</span>
          </span>
          <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted" />
        </>
      }
    >
      {memberships.map(({ organisationId, organisationName, role }) => (
        <MenuItem key={organisationId} onSelect={() => choose.mutate(organisationId)}>
          <Check
            size={14}
            aria-hidden
            className={organisationId === current.organisationId ? 'text-accent' : 'invisible'}
          />
          <span className="max-w-48 truncate">{organisationName}</span>
          <span className="ml-auto text-xs text-muted">{role}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}
