import {
  Boxes,
  ChartColumn,
  CircleUser,
  CreditCard,
  KeyRound,
  Landmark,
  LayoutDashboard,
  type LucideIcon,
  MessageSquare,
  ReceiptText,
  Users,
} from 'lucide-react';

export interface NavigationEntry {
  to:
    | '/dashboard'
    | '/dashboard/keys'
    | '/dashboard/models'
    | '/dashboard/playground'
    | '/dashboard/requests'
    | '/dashboard/usage'
    | '/dashboard/billing'
    | '/dashboard/organisation'
    | '/dashboard/account'
    | '/dashboard/administration';
  label: string;
  icon: LucideIcon;
  /** Without it the entry is not shown. */
  permission?: string;
  forAdministrators?: true;
}

export const navigation: readonly { title: string; entries: readonly NavigationEntry[] }[] = [
  {
    title: 'Build',
    entries: [
      { to: '/dashboard', label: 'Overview', icon: LayoutDashboard },
      { to: '/dashboard/keys', label: 'API keys', icon: KeyRound, permission: 'keys:read' },
      { to: '/dashboard/models', label: 'Models', icon: Boxes, permission: 'usage:read' },
      { to: '/dashboard/playground', label: 'Playground', icon: MessageSquare, permission: 'keys:read' },
      { to: '/dashboard/requests', label: 'Requests', icon: ReceiptText, permission: 'usage:read' },
      { to: '/dashboard/usage', label: 'Usage', icon: ChartColumn, permission: 'usage:read' },
    ],
  },
  {
    title: 'Manage',
    entries: [
      { to: '/dashboard/billing', label: 'Billing', icon: CreditCard, permission: 'billing:read' },
      { to: '/dashboard/organisation', label: 'Organisation', icon: Users, permission: 'members:read' },
      { to: '/dashboard/account', label: 'Account', icon: CircleUser },
      { to: '/dashboard/administration', label: 'Administration', icon: Landmark, forAdministrators: true },
    ],
  },
];
