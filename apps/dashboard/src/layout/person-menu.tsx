import { useMutation } from '@tanstack/react-query';
import { CircleUser, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { askAuth } from '../api/auth.js';
import { Menu } from '../ui/menu.js';
import { MenuItem } from '../ui/menu-item.js';
import { chooseTheme } from './theme.js';
import { useSession } from './use-organisation.js';

export function PersonMenu() {
  const { person } = useSession();
  const signOut = useMutation({
    mutationFn: () => askAuth('/sign-out', {}),
    // Loaded anew: nothing of what was shown stays behind.
    onSuccess: () => window.location.assign('/sign-in'),
  });
  return (
    <Menu
      triggerClass="flex min-h-10 w-full items-center gap-2 rounded-md px-3 py-2 text-left hover:bg-sunken"
      trigger={
        <>
          <CircleUser size={16} aria-hidden className="shrink-0 text-muted" />
          <span className="truncate">{person.email}</span>
        </>
      }
    >
      <MenuItem onSelect={() => chooseTheme('light')}>
        <Sun size={14} aria-hidden /> Light
      </MenuItem>
      <MenuItem onSelect={() => chooseTheme('dark')}>
        <Moon size={14} aria-hidden /> Dark
      </MenuItem>
      <MenuItem onSelect={() => chooseTheme('system')}>
        <Monitor size={14} aria-hidden /> As the system
      </MenuItem>
      <div className="my-1 border-t border-line" />
      <MenuItem onSelect={() => signOut.mutate()}>
        <LogOut size={14} aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  );
}
